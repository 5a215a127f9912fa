"""Reads sources as Polars frames, for `LogParser.to_polars` and `LogParser.lazy`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl
from polars.io.plugins import register_io_source

from logtui.engine.read.options import ReadOptions
from logtui.engine.search.datasets import dataset_of_sources
from logtui.engine.search.request import Request
from logtui.model.names import STRUCTURED_FORMATS
from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime, tzinfo

    from logtui.engine.search.dataset import Intake
    from logtui.query import Node
    from logtui.sources import Source

_LEFT_OUT: Final = ("order_time", "seq", "ingest_time")
_CORE: Final = {name: dtype for name, dtype in CORE_SCHEMA.items() if name not in _LEFT_OUT}


@dataclass(frozen=True)
class Frames:
    """The records of some sources as frames.

    Attributes:
        sources: Makes the sources, once for each reading.
        node: The filter.
        format: Name of the format; None detects it.
        zone: Zone of times that state none.
        now: What relative times count back from.
        codec: The encoding of the sources; None for UTF-8 or UTF-16.
    """

    sources: Callable[[], Iterator[Source]]
    node: Node
    format: str | None
    zone: tzinfo
    now: datetime
    codec: str | None

    def batches(self) -> Iterator[pl.DataFrame]:
        """Read the records that match, in frames whose columns may differ."""
        options = ReadOptions(format=self.format, zones=(("*", self.zone),), encoding=self.codec)
        dataset = dataset_of_sources(self.sources, options)
        request = replace(Request.asking(self.node), now=self.now, zone=self.zone)
        for piece in dataset.pieces(request):
            for found in piece.frames():
                yield found.filter(~_is_malformed(dataset.intake())).rename(_shown, strict=False).drop(_LEFT_OUT)

    def whole(self) -> pl.DataFrame:
        """Read all records that match into one frame."""
        return pl.concat([pl.DataFrame(schema=_CORE), *self.batches()], how="diagonal")

    def lazy(self) -> pl.LazyFrame:
        """Make a lazy frame of all records that match; a first reading of the sources finds its schema."""
        return register_io_source(self._scan, schema=self._schema)

    def _schema(self) -> pl.Schema:
        names = dict.fromkeys(name for frame in self.batches() for name in frame.columns)
        return pl.Schema(_CORE | {name: pl.String for name in names if name not in _CORE})

    def _scan(
        self, columns: list[str] | None, condition: pl.Expr | None, rows: int | None, _: int | None
    ) -> Iterator[pl.DataFrame]:
        wanted = list(self._schema()) if columns is None else columns
        left = rows
        for frame in self.batches():
            whole = _completed(frame, wanted, condition)
            found = whole if condition is None else whole.filter(condition)
            yield found.select(wanted) if left is None else found.select(wanted).head(left)
            left = None if left is None else left - min(left, found.height)
            if left == 0:
                return


def _completed(frame: pl.DataFrame, wanted: list[str], condition: pl.Expr | None) -> pl.DataFrame:
    """Add to a frame those columns that are asked for and that none of its records has, as nulls."""
    asked = dict.fromkeys([*wanted, *(condition.meta.root_names() if condition is not None else ())])
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in asked if name not in frame.columns)


def _is_malformed(intake: Intake) -> pl.Expr:
    """Whether a record is an entry of a structured log that could not be read."""
    structured = [name for name, main in intake.main_formats.items() if main in STRUCTURED_FORMATS]
    return (pl.col("format") == "plain") & pl.col("source").cast(pl.String).is_in(structured)


def _shown(column: str) -> str:
    name = column.removeprefix(FIELD_PREFIX)
    return column if name in CORE_SCHEMA else name
