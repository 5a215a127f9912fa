"""Sources -> frames: the library's way into Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl
from polars.io.plugins import register_io_source

from logtui.engine.read import Reader
from logtui.engine.source_reader import ReadOptions
from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX
from logtui.query import compile_filter
from logtui.sources import Resolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime, tzinfo

    from logtui.query import Node
    from logtui.sources import Source

_BLOCK_BYTES: Final = 1024 * 1024
_LEFT_OUT: Final = ("order_time", "seq")
_CORE: Final = {name: dtype for name, dtype in CORE_SCHEMA.items() if name not in _LEFT_OUT}


def lazy_frame(
    sources: Callable[[], Iterator[Source]],
    node: Node,
    *,
    format: str | None,  # noqa: A002  # the name that every front end gives it
    zone: tzinfo,
    now: datetime,
) -> pl.LazyFrame:
    """The records of some sources as a lazy frame.

    Args:
        sources: Makes the sources anew for each reading.
        node: The filter.
        format: Name of the format; None detects it.
        zone: Zone of times that state none.
        now: What relative times count back from.

    Returns:
        The core columns, then one String column per field; a field that is named as a core column has an `@`.
    """
    options = ReadOptions(format=format, zones=(("*", zone),), message_fields=True, block_bytes=_BLOCK_BYTES)

    def frames() -> Iterator[pl.DataFrame]:
        reader = Reader(Resolved(tuple(sources()), ()), options)
        for batch in reader.batches(in_order=False):
            records = batch.records
            yield records.filter(compile_filter(node, records.columns, now=now, zone=zone))

    def schema() -> pl.Schema:
        names = dict.fromkeys(name for frame in frames() for name in frame.columns if name.startswith(FIELD_PREFIX))
        return pl.Schema(_CORE | dict.fromkeys(map(_shown, names), pl.String))

    def read(
        columns: list[str] | None, condition: pl.Expr | None, rows: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        wanted = list(schema()) if columns is None else columns
        left = rows
        for frame in frames():
            whole = _completed(frame.rename(_shown, strict=False), wanted, condition)
            found = whole if condition is None else whole.filter(condition)
            yield found.select(wanted) if left is None else found.select(wanted).head(left)
            left = None if left is None else left - min(left, found.height)
            if left == 0:
                return

    return register_io_source(read, schema=schema)


def _completed(frame: pl.DataFrame, wanted: list[str], condition: pl.Expr | None) -> pl.DataFrame:
    """A frame with all columns that are asked for."""
    asked = dict.fromkeys([*wanted, *(condition.meta.root_names() if condition is not None else ())])
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in asked if name not in frame.columns)


def _shown(column: str) -> str:
    name = column.removeprefix(FIELD_PREFIX)
    return column if name in CORE_SCHEMA else name
