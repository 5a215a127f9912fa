"""Encodes records for segment files: values that follow from the row number or another column are not stored.

`seq` and `line` are stored minus the row number. `order_time` is null if it equals the timestamp. `raw` is null if it
is `head`, the text before the message, followed by the message, or is rebuilt from `shape` and the other columns. The
raw texts in which no term is looked for are in `object`, since they are most of the bytes of structured records.
Columns without a value are left out. `pattern` is the number of the record's pattern in the segment's pattern table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.names import SEARCHED
from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX, STRUCTURED_FORMATS
from logtui.model.twins import TWIN_PREFIX
from logtui.store.shapes import SHAPE, rebuilt, shapes_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEAD: Final = "head"
OBJECT: Final = "object"
PATTERN: Final = "pattern"
ROW: Final = "\0row"
_BY_ROW: Final = ("seq", "line")
_ALWAYS: Final = frozenset({"timestamp", *_BY_ROW})


def stored(records: pl.DataFrame, *, rebuilds_raw: bool = False) -> pl.DataFrame:
    """Encode records for a segment file.

    Args:
        records: A record frame.
        rebuilds_raw: Whether to keep the shapes of JSON records, and not their raw texts.

    Returns:
        A frame of the same height, which `scanned` decodes.
    """
    row = pl.int_range(pl.len(), dtype=pl.Int64)
    kept = [name for name in records.columns if name in _ALWAYS or records[name].null_count() < records.height]
    is_later = pl.col("order_time").ne_missing(pl.col("timestamp"))
    head = pl.col("raw").str.strip_suffix(pl.col("message"))
    is_shorter = head.str.len_bytes() < pl.col("raw").str.len_bytes()
    coded = records.select(
        *[name for name in kept if name not in _BY_ROW],
        *[pl.col(name).cast(pl.Int64) - row for name in _BY_ROW],
        pl.when(is_shorter).then(head).alias(HEAD),
    )
    whole = pl.when(pl.col(HEAD).is_null()).then("raw")
    is_searched = records.select(is_raw_searched()).to_series()
    encoded = coded.with_columns(
        pl.when(~is_searched).then(whole).alias(OBJECT),
        raw=pl.when(is_searched).then(whole),
        order_time=pl.when(is_later).then("order_time"),
    )
    return _shaped(encoded, records) if rebuilds_raw else encoded


def is_raw_searched() -> pl.Expr:
    """Whether the raw text of a record is searched for terms, and not its message."""
    is_structured = pl.col("format").is_in(STRUCTURED_FORMATS).fill_null(value=False)
    return ~is_structured | pl.col("message").is_null()


def _shaped(encoded: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Put the shape of a record in place of its raw text, where it has one."""
    shapes = shapes_of(records)
    if shapes.null_count() == len(shapes):
        return encoded
    is_object = pl.col(OBJECT).is_not_null()
    shaped = encoded.with_columns(pl.when(is_object).then(shapes).alias(SHAPE))
    return shaped.with_columns(pl.when(pl.col(SHAPE).is_null()).then(OBJECT).alias(OBJECT))


def scanned(path: Path, columns: Sequence[str], rows: pl.Series | None = None) -> pl.LazyFrame:
    """Scan and decode the records of a segment file.

    Args:
        path: The file.
        columns: The columns of the file.
        rows: The row numbers to return; None for all rows.

    Returns:
        A lazy frame of the record columns in their order, then numeric twins, `head`, `pattern`, the row numbers and
        `SEARCHED`.
        It reads only the columns that are needed.
    """
    frame = _scan(path)
    if rows is not None:
        frame = frame.filter(pl.col(ROW).is_in(rows.implode()))
    return frame.select(*_columns(columns).values())


def sliced(
    path: Path,
    columns: Sequence[str],
    wanted: Sequence[str],
    spans: Sequence[tuple[int, int]],
    patterns: pl.Series | None = None,
) -> pl.DataFrame:
    """Read and decode runs of records of a segment file.

    Args:
        path: The file.
        columns: The columns of the file.
        wanted: The columns to return, out of those of `scanned`.
        spans: First rows and lengths of the runs, at least one.
        patterns: The values of `pattern` whose records to return; None for all records.

    Returns:
        The records of all runs; only the Parquet pages around them are read.
    """
    known = _columns(columns)
    found = [known[name] for name in wanted]
    needed = dict.fromkeys([ROW, PATTERN, *(name for column in found for name in column.meta.root_names())])
    # Scans that Polars recognises as one it reads once and whole, before it cuts them.
    apart = pl.QueryOptFlags(comm_subplan_elim=False)
    runs = pl.collect_all([_scan(path).slice(*span).select(*needed) for span in spans], optimizations=apart)
    rows = pl.concat(runs) if patterns is None else pl.concat(runs).filter(has_pattern(patterns))
    return rows.with_columns(found).select(wanted)  # `select` would give one row if all are constants


def has_pattern(patterns: pl.Series) -> pl.Expr:
    """Whether the pattern of a row is one of some; null counts as a pattern."""
    return pl.col(PATTERN).is_in(patterns.implode(), nulls_equal=True)


def _scan(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path, row_index_name=ROW, cache=False, glob=False)


def _columns(columns: Sequence[str]) -> dict[str, pl.Expr]:
    """The expressions that decode the columns of a file to those of `scanned`."""
    fields = [name for name in columns if name.startswith((FIELD_PREFIX, TWIN_PREFIX))]
    core = {name: _restored(name, columns) for name in CORE_SCHEMA}
    others = {name: pl.col(name) for name in (*fields, HEAD, PATTERN, ROW)}
    return core | others | {SEARCHED: _raw(columns, is_searched=OBJECT in columns).alias(SEARCHED)}


def _restored(name: str, columns: Sequence[str]) -> pl.Expr:
    here = pl.col(name)
    if name in _BY_ROW:
        return (here + pl.col(ROW).cast(pl.Int64)).cast(CORE_SCHEMA[name])
    if name == "order_time":
        return pl.coalesce(name, "timestamp") if name in columns else pl.col("timestamp").alias(name)
    if name == "raw":
        return _raw(columns).alias("raw")
    return here if name in columns else pl.lit(None, CORE_SCHEMA[name]).alias(name)


def _raw(columns: Sequence[str], *, is_searched: bool = False) -> pl.Expr:
    """The raw text: as it is, or the text before the message and the message, or rebuilt.

    Args:
        columns: The columns of the file.
        is_searched: Whether it may be null where no term is looked for in it.
    """
    split = [pl.col(HEAD) + pl.col("message")] if "message" in columns else []
    kept = [pl.col(name) for name in ("raw", OBJECT) if name in columns and not (is_searched and name == OBJECT)]
    shaped = [rebuilt(columns)] if SHAPE in columns and not is_searched else []
    return pl.coalesce(*split, *kept, *shaped, pl.lit(None, pl.String))
