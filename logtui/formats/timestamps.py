"""Timestamps as logs write them: the table of shapes, and text -> UTC nanoseconds, by column.

A shape is a regular expression for the text of a time and a `strptime` format for its part up to the seconds;
the fraction and the zone are read apart, so that Polars' cache of equal seconds pays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats.patterns import groups, matches
from logtui.model.record import TIME_DTYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_WEEKDAY: Final = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_CLOCK: Final = r"\d{2}:\d{2}:\d{2}"
_ZONE_NAMES: Final = {
    **dict.fromkeys(("Z", "UTC", "GMT", "WET"), 0.0),
    "EST": -5.0,
    "EDT": -4.0,
    "CST": -6.0,
    "CDT": -5.0,
    "MST": -7.0,
    "MDT": -6.0,
    "PST": -8.0,
    "PDT": -7.0,
    "CET": 1.0,
    "CEST": 2.0,
    "EET": 2.0,
    "EEST": 3.0,
    "BST": 1.0,
    "MSK": 3.0,
    "JST": 9.0,
    "KST": 9.0,
}
"""Hours east of UTC of the zone names that logs write (RFC 2822, section 4.3, and common European and Asian ones)."""
_ZONE: Final = rf"(?:[+-]\d{{2}}:?\d{{2}}|[+-]\d{{2}}\b|(?:{'|'.join(_ZONE_NAMES)})\b)"
_FRACTION: Final = r"[.,]\d{1,9}"

YEARLESS: Final = 2000
"""Times without a year are read in this (leap) year until `formats.years` gives them theirs."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to write a time.

    Attributes:
        name: Shown by `detect`, such as `2006-01-02T15:04:05`.
        seconds: Pattern of the part up to the seconds.
        formats: strptime formats to try on that part.
        tail: Pattern of what may follow: a fraction, a zone.
        yearless: Whether the text holds no year; the formats then begin with `%Y `.
        width: Characters of the part up to the seconds, where that is fixed.
    """

    name: str
    seconds: str
    formats: tuple[str, ...]
    tail: str = f"(?:{_FRACTION})?(?:\\s?{_ZONE})?"
    yearless: bool = False
    width: int | None = None

    @property
    def pattern(self) -> str:
        """The whole time as a pattern without groups."""
        return f"(?:{self.seconds}){self.tail}"


_EPOCH: Final = Shape("epoch", r"\d{10}", (), tail=r"(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})?")

SHAPES: Final = (
    Shape(
        "2006-01-02T15:04:05",
        rf"\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}",
        ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"),
        width=19,
    ),
    Shape("2006/01/02 15:04:05", rf"\d{{4}}/\d{{2}}/\d{{2}} {_CLOCK}", ("%Y/%m/%d %H:%M:%S",), width=19),
    Shape("2006-01-02-15.04.05", r"\d{4}-\d{2}-\d{2}-\d{2}\.\d{2}\.\d{2}", ("%Y-%m-%d-%H.%M.%S",)),
    Shape("20060102-15:04:05", r"\d{8}-\d{1,2}:\d{1,2}:\d{1,2}", ("%Y%m%d-%H:%M:%S",), tail=r"(?::\d{1,3})?"),
    Shape("20060102T150405", r"\d{8}T\d{6}", ("%Y%m%dT%H%M%S",)),
    Shape("02/Jan/2006:15:04:05", rf"\d{{1,2}}/{_MONTH}/\d{{4}}:{_CLOCK}", ("%d/%b/%Y:%H:%M:%S",)),
    Shape(
        "02/Jan/2006 15:04:05",
        rf"\d{{1,2}}[/ -]{_MONTH}[/ -]\d{{4}} {_CLOCK}",
        ("%d/%b/%Y %H:%M:%S", "%d-%b-%Y %H:%M:%S", "%d %b %Y %H:%M:%S"),
    ),
    Shape(
        "Mon, 02 Jan 2006 15:04:05",
        rf"{_WEEKDAY}, \d{{1,2}} {_MONTH} \d{{4}} {_CLOCK}",
        ("%a, %d %b %Y %H:%M:%S",),
        tail=rf"(?: {_ZONE})?",
    ),
    Shape(
        "Mon Jan _2 15:04:05 2006",
        rf"{_WEEKDAY} {_MONTH} [ \d]\d {_CLOCK}(?:\.\d{{1,9}})? (?:[A-Z]{{3,4}} )?\d{{4}}",
        ("%a %b %e %H:%M:%S %Y", "%a %b %e %H:%M:%S%.f %Y", "%a %b %e %H:%M:%S UTC %Y"),
        tail="",
    ),
    Shape(
        "Jan _2 2006 15:04:05",
        rf"{_MONTH} [ \d]?\d,? \d{{4}},? {_CLOCK}",
        ("%b %e %Y %H:%M:%S", "%b %e, %Y %H:%M:%S"),
    ),
    Shape("Jan _2 15:04:05", rf"{_MONTH} [ \d]?\d {_CLOCK}", ("%Y %b %e %H:%M:%S",), yearless=True),
    Shape(
        "01/02/2006 15:04:05",
        rf"\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}},? {_CLOCK}",
        (
            "%m/%d/%Y %H:%M:%S",
            "%d/%m/%Y %H:%M:%S",
            "%d.%m.%Y %H:%M:%S",
            "%m-%d-%Y %H:%M:%S",
            "%d-%m-%Y %H:%M:%S",
        ),
        tail=rf"(?:{_FRACTION})?(?: ?[AP]M)?(?:\s?{_ZONE})?",
    ),
    Shape("06/01/02 15:04:05", rf"\d{{2}}/\d{{2}}/\d{{2}} {_CLOCK}", ("%y/%m/%d %H:%M:%S",)),
    Shape("01-02 15:04:05", rf"\d{{2}}-\d{{2}} {_CLOCK}", ("%Y %m-%d %H:%M:%S",), yearless=True),
    Shape("0102 15:04:05", rf"\d{{4}} {_CLOCK}", ("%Y %m%d %H:%M:%S",), yearless=True),
    Shape("060102 150405", rf"\d{{6}} (?:\d{{6}}|{_CLOCK})", ("%y%m%d %H%M%S", "%y%m%d %H:%M:%S"), tail=""),
    _EPOCH,
)
"""Shapes in the order in which they are tried: a longer text before one that it contains."""

TIME: Final = "(?:" + "|".join(shape.pattern for shape in SHAPES if shape is not _EPOCH) + ")"
"""Pattern of a calendar time of any shape, without groups."""

_ANY_TIME: Final = rf"^\s*(?:{TIME}|{_EPOCH.pattern})\s*$"
_MOST_SHAPES: Final = 64  # passes over a column whose times have many shapes or do not exist (month 13)

ISO_TIME: Final = SHAPES[0].pattern
SYSLOG_TIME: Final = rf"(?:{_MONTH} [ \d]?\d {_CLOCK}{SHAPES[0].tail}|{ISO_TIME})"
CLF_TIME: Final = SHAPES[5].pattern

_PARTS: Final = r"(?P<fraction>[.,:]\d{1,9})?\s*(?P<half>[AP]M)?\s*(?P<zone>[A-Z]{1,4}|[+-]\d{2}(?::?\d{2})?)?\s*"

_NO_SHIFT: Final = pl.lit(0).cast(pl.Duration("ns"))
_HALF_DAY: Final = pl.duration(
    hours=pl.when((pl.col("half") == "PM") & (pl.col("seconds").dt.hour() < 12))
    .then(12)
    .when((pl.col("half") == "AM") & (pl.col("seconds").dt.hour() == 12))
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
}


def parse_timestamps(texts: pl.Series) -> pl.DataFrame:
    """Read a column of times, whatever their shapes; texts without a zone are taken as UTC.

    Args:
        texts: String, the text of one time each, null where there is none.

    Returns:
        `timestamp` (UTC ns, null where nothing was read), `zoned` and `yearless` (Boolean), same length.
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
            continue
        found = _read_shape(todo, shape)
        parsed = parsed.select(pl.coalesce(pl.col(name), found[name]) for name in _PARSED_SCHEMA)
        done = found["timestamp"].is_not_null()
        todo = todo.set(done if done.any() else todo == first[0], None)
    return parsed


def shape_of(text: str) -> Shape | None:
    """The shape that a time text has, or None."""
    return next((shape for shape in SHAPES if re.fullmatch(shape.pattern, text.strip(), re.ASCII)), None)


def _empty(height: int) -> pl.DataFrame:
    return pl.DataFrame(
        {name: pl.Series([None], dtype=dtype).new_from_index(0, height) for name, dtype in _PARSED_SCHEMA.items()}
    )


def _read_shape(texts: pl.Series, shape: Shape) -> pl.DataFrame:
    if shape is _EPOCH:
        return _read_epoch(texts)
    parts = _parts(texts, shape)
    parts = parts.with_columns(seconds=_read_seconds(parts["seconds"], shape), zone=_zone_offsets(parts["zone"]))
    known = pl.col("seconds").is_not_null() & pl.col("tail_read")
    shift = _NANOSECONDS - pl.col("zone").fill_null(_NO_SHIFT)
    if parts["half"].null_count() < len(parts):
        shift = shift + _HALF_DAY
    return parts.select(
        timestamp=pl.when(known).then((pl.col("seconds") + shift).cast(TIME_DTYPE)),
        zoned=pl.when(known).then(pl.col("zone").is_not_null()),
        yearless=pl.when(known).then(pl.lit(shape.yearless)),
    )


def _parts(texts: pl.Series, shape: Shape) -> pl.DataFrame:
    """The text up to the seconds, fraction, half of the day, zone, and whether the whole text was read."""
    if shape.width is None:
        parts = groups(texts, rf"^\s*(?P<seconds>{shape.seconds})(?P<tail>){_PARTS}$")
        return parts.with_columns(tail_read=pl.col("tail").is_not_null())
    tails = texts.str.slice(shape.width)
    if tails.n_unique() == 1:
        tail = groups(tails.head(1), rf"^(?P<tail>){_PARTS}$")
        parts = tail.select(pl.all().repeat_by(len(texts)).explode(empty_as_null=True, keep_nulls=True))
    else:
        parts = groups(tails, rf"^(?P<tail>){_PARTS}$")
    return parts.with_columns(seconds=texts.str.slice(0, shape.width), tail_read=pl.col("tail").is_not_null())


def _read_seconds(texts: pl.Series, shape: Shape) -> pl.Series:
    """The whole seconds, by the strptime format that reads the most of them."""
    if shape.yearless:
        texts = str(YEARLESS) + " " + texts
    best = pl.Series([None], dtype=TIME_DTYPE).new_from_index(0, len(texts))
    for strptime in shape.formats:
        # Microseconds first: a year that nanoseconds cannot hold must become null, not wrap around.
        read = texts.str.to_datetime(strptime, time_unit="us", strict=False)
        read = read.cast(pl.Datetime("ns"), strict=False).dt.replace_time_zone("UTC")
        if read.null_count() < best.null_count():
            best = read
        if best.null_count() == texts.null_count():
            break
    return best


def _read_epoch(texts: pl.Series) -> pl.DataFrame:
    """Epoch numbers: 10 digits are seconds (with a fraction or without), 13 ms, 16 us, 19 ns."""
    parts = groups(texts, r"^\s*(?P<whole>\d{10})(?P<rest>\d{0,9})(?:\.(?P<part>\d{1,9}))?\s*$")
    digits = (pl.col("rest").fill_null("") + pl.col("part").fill_null("")).str.slice(0, 9).str.pad_end(9, "0")
    nanoseconds = pl.col("whole").cast(pl.Int64) * 10**9 + digits.cast(pl.Int64)
    return parts.select(
        timestamp=nanoseconds.cast(TIME_DTYPE),
        zoned=pl.when(pl.col("whole").is_not_null()).then(pl.lit(value=True)),
        yearless=pl.when(pl.col("whole").is_not_null()).then(pl.lit(value=False)),
    )


def _zone_offsets(zones: pl.Series) -> pl.Series:
    """The offset from UTC that each zone text means; null where there is none or it is an unknown name."""
    offsets = {zone: _offset_of(zone) for zone in zones.unique().to_list() if zone is not None}
    table: Mapping[str, timedelta] = {zone: offset for zone, offset in offsets.items() if offset is not None}
    if not table:
        return pl.Series(zones.name, [None], dtype=pl.Duration("ns")).new_from_index(0, len(zones))
    return zones.replace_strict(table, default=None, return_dtype=pl.Duration("ns"))


def _offset_of(zone: str) -> timedelta | None:
    if zone in _ZONE_NAMES:
        return timedelta(hours=_ZONE_NAMES[zone])
    match = re.fullmatch(r"([+-])(\d{2}):?(\d{2})?", zone, re.ASCII)
    if not match:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -offset if match[1] == "-" else offset
