"""Columns of records under the names that logs write for core columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.model.names import FIELD_PREFIX, field_column, resolve_name
from logtui.model.written_names import core_written_as, key_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable


def with_written(frame: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    """Add what records have under some keys: the field of that name, or else the core column that the key has filled.

    Args:
        frame: Records.
        names: Names as typed; those that are no such keys add nothing.

    Returns:
        The frame with a String column for each key, named like the key's field.
    """
    cells = {}
    for name in names:
        core = core_written_as(name)
        if core in frame.columns and "raw" in frame.columns:
            column = resolve_name(FIELD_PREFIX + name, frame.columns) or field_column(name)
            written = pl.when(pl.col("raw").str.contains(f"(?i){key_pattern(name)}")).then(pl.col(core).cast(pl.String))
            own = [pl.col(column).cast(pl.String)] if column in frame.columns else []
            cells[column] = pl.coalesce(*own, written)
    return frame.with_columns(**cells) if cells else frame
