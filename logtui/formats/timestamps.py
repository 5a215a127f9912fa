"""Reads columns of times of any shape to UTC nanoseconds.

The seconds, the fraction and the zone are read apart, so that Polars' cache of equal seconds pays; seconds that no
`strptime` format reads are read one by one, each distinct text once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.clock import in_zone
from logtui.formats.moments import seconds_of
from logtui.formats.patterns import groups, matches
from logtui.formats.shapes import AFTER_SECONDS, CLOCK, EPOCH, KITCHEN, LAST_SECOND, TIME, YEARLESS, Shape, shape_of
from logtui.formats.zones import offset_of, region_of
from logtui.model.record import TIME_DTYPE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

_ANY_TIME: Final = rf"^\s*(?:{TIME}|{EPOCH.pattern}|{CLOCK.pattern}|{KITCHEN.pattern})\s*$"
_MOST_SHAPES: Final = 64  # passes over a column whose times have many shapes or do not exist (month 13)

_NO_SHIFT: Final = pl.lit(0).cast(pl.Duration("ns"))
_AFTERNOON: Final = pl.col("half").str.to_lowercase().str.starts_with("p")
_HALF_DAY: Final = pl.duration(
    hours=pl.when(_AFTERNOON & (pl.col("seconds").dt.hour() < 12))
    .then(12)
    .when(~_AFTERNOON & (pl.col("seconds").dt.hour() == 12))
    .then(-12)
    .otherwise(0)
)
_NANOSECONDS: Final = (
    pl.col("fraction")
    .str.slice(1)
    .str.pad_end(9, "0")
    .cast(pl.Int64, strict=False)
    .fill_null(0)
    .cast(pl.Duration("ns"))
)

_PARSED_SCHEMA: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "timestamp": TIME_DTYPE,
    "zoned": pl.Boolean,
    "yearless": pl.Boolean,
    "dateless": pl.Boolean,
}
_SPLIT: Final = ("seconds", "fraction", "half", "zone", "last_year")


def parse_timestamps(texts: pl.Series, orders: Mapping[str, tuple[str, ...]] | None = None) -> pl.DataFrame:
    """Read a column of times, whatever their shapes; texts without a zone are taken as UTC.

    Args:
        texts: String, the text of one time each, null where there is none.
        orders: Where year, month and day stand in dates of numbers, as `learn_orders` tells.

    Returns:
        `timestamp` (UTC ns, null where nothing was read), `zoned`, `yearless` and `dateless` (Boolean), same length.
    """
    parsed = _empty(len(texts))
    todo = texts
    for _ in range(_MOST_SHAPES):
        first = todo.drop_nulls().head(1)
        if first.is_empty():
            break
        shape = shape_of(first[0])
        if shape is None:
            todo = todo.set(~matches(todo, _ANY_TIME), None)
            todo = todo.set(todo == first[0], None)
            continue
        found = _read_epoch(todo) if shape is EPOCH else _read_shape(todo, shape, orders or {})
        parsed = parsed.select(pl.coalesce(pl.col(name), found[name]) for name in _PARSED_SCHEMA)
        done = found["timestamp"].is_not_null()
        if done.sum() + todo.null_count() < len(todo):
            done |= matches(todo, shape.full).fill_null(value=False)
        todo = todo.set(done, None)
    return parsed


def _empty(height: int) -> pl.DataFrame:
    return pl.DataFrame(
        {name: pl.Series([None], dtype=dtype).new_from_index(0, height) for name, dtype in _PARSED_SCHEMA.items()}
    )


def _read_shape(texts: pl.Series, shape: Shape, orders: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    parts = _parts(texts, shape)
    yearless = pl.lit(shape.lacks == "year") & pl.col("last_year").is_null()
    parts = parts.with_columns(seconds=_read_seconds(parts, shape, orders))
    known = pl.col("seconds").is_not_null() & pl.col("tail_read")
    shift = pl.col("shift")
    if parts["half"].null_count() < len(parts):
        shift = shift + _HALF_DAY
    parts = parts.with_columns(timestamp=pl.when(known).then((pl.col("seconds") + shift).cast(TIME_DTYPE)))
    return parts.select(
        timestamp=_in_regions(parts["timestamp"], parts["region"]),
        zoned=pl.when(known).then(pl.col("zoned") | pl.lit("<tai>" in shape.seconds)),
        yearless=pl.when(known).then(yearless),
        dateless=pl.when(known).then(pl.lit(shape.lacks == "date")),
    )


def _parts(texts: pl.Series, shape: Shape) -> pl.DataFrame:
    """`seconds`, `half` and `last_year` as texts, and what `_with_shift` adds."""
    if shape.width is None:
        parts = groups(texts, shape.full)
        return _with_shift(parts, pl.col("seconds").is_not_null())
    return _tail_parts(texts.str.slice(shape.width)).with_columns(seconds=texts.str.slice(0, shape.width))


def _tail_parts(tails: pl.Series) -> pl.DataFrame:
    """What follows the seconds; each distinct tail is read once, since milliseconds and zones repeat."""
    pattern = rf"^(?P<tail>){AFTER_SECONDS}$"
    distinct = tails.unique()
    if 2 * len(distinct) > len(tails):
        return _with_shift(groups(tails, pattern), pl.col("tail").is_not_null())
    places = pl.int_range(len(distinct), dtype=pl.UInt32, eager=True)
    read = _with_shift(groups(distinct, pattern), pl.col("tail").is_not_null())
    return read[tails.replace_strict(distinct, places)]


def _with_shift(parts: pl.DataFrame, tail_read: pl.Expr) -> pl.DataFrame:
    """`shift`, what the fraction and the zone add to the seconds, `zoned`, `tail_read`, and the texts still needed."""
    missing = [pl.lit(None, pl.String).alias(name) for name in _SPLIT if name not in parts.columns]
    parts = parts.with_columns(*missing, tail_read=tail_read)
    parts = parts.with_columns(zone=_zone_offsets(parts["zone"]), region=_regions(parts["zone"]))
    return parts.select(
        "seconds",
        "half",
        "last_year",
        "tail_read",
        "region",
        shift=_NANOSECONDS - pl.col("zone").fill_null(_NO_SHIFT),
        zoned=pl.col("zone").is_not_null() | pl.col("region").is_not_null(),
    )


def _read_seconds(parts: pl.DataFrame, shape: Shape, orders: Mapping[str, tuple[str, ...]]) -> pl.Series:
    """The whole seconds: by strptime, then one by one."""
    texts = parts["seconds"]
    if shape.lacks == "year":
        year = pl.col("last_year").fill_null(str(YEARLESS))
        texts = parts.select(pl.concat_str(year, pl.lit(" "), "seconds"))["last_year"]
    read = pl.Series([None], dtype=TIME_DTYPE).new_from_index(0, len(texts))
    usual = orders.get(shape.name, shape.orders)[0] == shape.orders[0]
    for strptime in shape.strptime if usual else ():
        found = _nanoseconds(texts.str.to_datetime(strptime, time_unit="us", strict=False))
        read = found if read.null_count() == len(read) else read.zip_with(read.is_not_null(), found)
        if read.null_count() == texts.null_count():
            return read
    return read.zip_with(read.is_not_null(), _read_singly(texts.set(read.is_not_null(), None), shape, orders))


def _read_singly(texts: pl.Series, shape: Shape, orders: Mapping[str, tuple[str, ...]]) -> pl.Series:
    distinct = texts.unique().drop_nulls()
    seconds = pl.Series([seconds_of(shape, text, orders) for text in distinct.to_list()], dtype=pl.Int64)
    values = _nanoseconds((seconds * 1_000_000).cast(pl.Datetime("us")))
    if distinct.is_empty():
        return pl.Series([None], dtype=TIME_DTYPE).new_from_index(0, len(texts))
    return texts.replace_strict(distinct, values, default=None, return_dtype=TIME_DTYPE)


def _nanoseconds(microseconds: pl.Series) -> pl.Series:
    """Microseconds first: a year that nanoseconds cannot hold must become null, not wrap around."""
    return microseconds.cast(pl.Datetime("ns"), strict=False).dt.replace_time_zone("UTC")


def _read_epoch(texts: pl.Series) -> pl.DataFrame:
    """Epoch numbers: 10 digits are seconds (with a fraction or without), 13 ms, 16 us, 19 ns."""
    parts = groups(texts, r"^\s*(?P<whole>\d{10})(?P<rest>\d{3}|\d{6}|\d{9}|)(?:\.(?P<part>\d{1,9}))?\s*$")
    digits = (pl.col("rest").fill_null("") + pl.col("part").fill_null("")).str.slice(0, 9).str.pad_end(9, "0")
    seconds = pl.col("whole").cast(pl.Int64)
    nanoseconds = pl.when(seconds < LAST_SECOND).then(seconds) * 10**9 + digits.cast(pl.Int64)
    return parts.select(
        timestamp=nanoseconds.cast(TIME_DTYPE),
        zoned=pl.when(pl.col("whole").is_not_null()).then(pl.lit(value=True)),
        yearless=pl.when(pl.col("whole").is_not_null()).then(pl.lit(value=False)),
        dateless=pl.when(pl.col("whole").is_not_null()).then(pl.lit(value=False)),
    )


def _zone_offsets(zones: pl.Series) -> pl.Series:
    """The offset from UTC that each zone text means; null where there is none or it is an unknown name."""
    offsets = {zone: offset_of(zone) for zone in zones.unique().to_list() if zone is not None}
    table: Mapping[str, timedelta] = {zone: offset for zone, offset in offsets.items() if offset is not None}
    if not table:
        return pl.Series(zones.name, [None], dtype=pl.Duration("ns")).new_from_index(0, len(zones))
    return zones.replace_strict(table, default=None, return_dtype=pl.Duration("ns"))


def _regions(zones: pl.Series) -> pl.Series:
    """The zone texts that name a region, whose offset depends on the time."""
    regions = [zone for zone in zones.unique().drop_nulls().to_list() if region_of(zone)]
    return zones.set(~zones.is_in(regions), None) if regions else zones.clear().extend_constant(None, len(zones))


def _in_regions(times: pl.Series, regions: pl.Series) -> pl.Series:
    for name in regions.unique().drop_nulls().to_list():
        if region := region_of(name):
            times = in_zone(times, region).zip_with((regions == name).fill_null(value=False), times)
    return times
