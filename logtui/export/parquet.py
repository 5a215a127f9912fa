"""Parquet: one typed file for other tools."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import polars as pl

from logtui.export.cells import columns_wanted, constant, fields_json
from logtui.export.columns import FIELDS
from logtui.export.narrowing import narrow_parts
from logtui.model.record import CORE_SCHEMA, resolve_name

if TYPE_CHECKING:
    from collections.abc import Sequence

_GROUP_ROWS: Final = 65_536
"""Records of a row group, which is in memory until it is written; a quarter of what Polars takes by itself."""


class ParquetWriter:
    """Writes all columns if every batch has the same ones, else the core columns and `fields` as JSON text.

    Batches are kept in a temporary folder until `close`, because only then it is known which of the two applies.
    """

    def __init__(self, stream: BinaryIO, fields: Sequence[str] | None = None) -> None:
        self._stream = stream
        self._fields = fields
        self._folder = tempfile.TemporaryDirectory(prefix="logtui-")
        self._parts: list[Path] = []
        self._schemas: list[pl.Schema] = []

    def write(self, records: pl.DataFrame) -> None:
        """Set one batch aside."""
        batch = records if self._fields is None else _chosen(records, self._fields)
        part = Path(self._folder.name) / f"{len(self._parts)}.parquet"
        batch.write_parquet(part, compression="lz4")
        self._parts.append(part)
        self._schemas.append(batch.schema)

    def close(self) -> None:
        """Write the file and remove the temporary folder."""
        with self._folder:
            whole = Path(self._folder.name) / "whole.parquet"
            self._result().sink_parquet(whole, row_group_size=_GROUP_ROWS)
            with whole.open("rb") as file:
                shutil.copyfileobj(file, self._stream)

    def _result(self) -> pl.LazyFrame:
        if not self._parts:
            return _without_records(self._fields).lazy()
        if any(schema != self._schemas[0] for schema in self._schemas):
            self._make_alike()
        return pl.scan_parquet(self._parts)

    def _make_alike(self) -> None:
        for part in self._parts:
            batch = pl.read_parquet(part)
            alike = _core_and_fields(batch) if self._fields is None else batch.cast(pl.String)
            alike.write_parquet(part, compression="lz4")


def _chosen(records: pl.DataFrame, fields: Sequence[str]) -> pl.DataFrame:
    return records.select(_typed_cell(records, name) for name in columns_wanted(fields, ()))


def _typed_cell(records: pl.DataFrame, name: str) -> pl.Expr:
    column = resolve_name(name, records.columns)
    if column is not None and column in records.columns:
        return pl.col(column).alias(name)
    missing = fields_json(records) if name == FIELDS else constant(None)
    return missing.alias(name)


def _core_and_fields(records: pl.DataFrame) -> pl.DataFrame:
    parts = narrow_parts(records)
    return pl.concat([part.select(*CORE_SCHEMA, fields_json(part).alias(FIELDS)) for part in parts])


def _without_records(fields: Sequence[str] | None) -> pl.DataFrame:
    nothing = pl.DataFrame(schema=CORE_SCHEMA)
    return nothing if fields is None else _chosen(nothing, fields)
