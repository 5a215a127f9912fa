"""Records as rows of the table `logs`, and back."""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.model.levels import LEVEL_DTYPE
from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX, field_columns

FIELDS: Final = "fields"
_MAP: Final = pl.Map(pl.String, pl.String)


def rows_of(records: pl.DataFrame) -> pl.DataFrame:
    """Encode records for the table.

    Args:
        records: A record frame; all have an `order_time` and a `seq`.

    Returns:
        A frame of the same height with the columns of the table.
    """
    return records.select(*CORE_SCHEMA).with_columns(_fields(records))


def records_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Decode what was read of the table.

    Args:
        rows: A frame with any of its columns, `level` as the number of its value.

    Returns:
        The same core columns in their types, then a column for each field that a row has, in order of appearance.
    """
    core = [_decoded(name, rows.schema[name]) for name in rows.columns if name in CORE_SCHEMA]
    if FIELDS not in rows.columns:
        return rows.select(core)
    names = rows[FIELDS].map.keys().explode(empty_as_null=False).unique(maintain_order=True).to_list()
    return rows.select(*core, *[pl.col(FIELDS).map.get(name).alias(FIELD_PREFIX + name) for name in names])


def _decoded(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    return column.cast(pl.UInt8).cat.to(LEVEL_DTYPE) if name == "level" and dtype.is_integer() else column


def _fields(records: pl.DataFrame) -> pl.Series:
    """A map of each record's fields, without those it lacks."""
    columns = field_columns(records)
    if not columns:
        return pl.Series(FIELDS, [{}], dtype=_MAP).new_from_index(0, records.height)
    names = {column: column.removeprefix(FIELD_PREFIX) for column in columns}
    # Seven times faster than lists of pairs by row, from which those without a value are dropped.
    pairs = (
        records.select(columns)
        .rename(names)
        .with_row_index("\0row")
        .unpivot(index="\0row", variable_name="key", value_name="value")
        .drop_nulls("value")
        .group_by("\0row", maintain_order=True)
        .agg(pl.struct("key", "value").alias(FIELDS))
    )
    every = pl.DataFrame({"\0row": pl.int_range(records.height, dtype=pl.get_index_type(), eager=True)})
    found = every.join(pairs, on="\0row", how="left", maintain_order="left")[FIELDS]
    return found.fill_null([]).cast(_MAP)
