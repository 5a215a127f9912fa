"""The record: one schema for every source, its column names, aliases and well-known fields.

A record frame is a Polars DataFrame with the columns of `CORE_SCHEMA`, in that order, followed by any
number of field columns named `@` + dotted path. Field columns are String: the scalar's original text.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.model.levels import LEVEL_DTYPE
from logtui.model.names import CORE_ALIASES, FIELD_PREFIX, STRUCTURED_FORMATS, WELL_KNOWN_FIELDS, field_column

__all__ = [
    "CORE_ALIASES",
    "CORE_SCHEMA",
    "FIELD_PREFIX",
    "STRUCTURED_FORMATS",
    "TIME_DTYPE",
    "WELL_KNOWN_FIELDS",
    "field_column",
    "field_columns",
    "resolve_name",
]

TIME_DTYPE: Final = pl.Datetime("ns", "UTC")

CORE_SCHEMA: Final[dict[str, pl.DataType]] = {
    "timestamp": TIME_DTYPE,
    "order_time": TIME_DTYPE,
    "level": LEVEL_DTYPE,
    "severity_text": pl.String(),
    "service": pl.String(),
    "host": pl.String(),
    "logger": pl.String(),
    "message": pl.String(),
    "raw": pl.String(),
    "source": pl.String(),
    "line": pl.UInt64(),
    "offset": pl.UInt64(),
    "bytes": pl.UInt64(),
    "seq": pl.UInt64(),
    "format": pl.String(),
}


def field_columns(frame: pl.DataFrame) -> list[str]:
    """The names of a record frame's field columns, in the frame's order."""
    return [name for name in frame.columns if name.startswith(FIELD_PREFIX)]


def resolve_name(name: str, columns: list[str]) -> str | None:
    """The column that a typed name means.

    Core names come first, then their aliases, then fields; `@name` forces the field. Exact spelling wins, as
    for the columns of a table that is no record frame; otherwise a single column that differs only in case is
    taken.

    Args:
        name: The name as typed.
        columns: The columns of the frame at hand.

    Returns:
        A name out of `columns` or of `CORE_SCHEMA`, or None if nothing has that name.
    """
    if name in columns and not name.startswith(FIELD_PREFIX):
        return name
    if name in CORE_ALIASES:
        return CORE_ALIASES[name]
    if name.startswith(FIELD_PREFIX):
        return _only_match(field_column(name[1:]), columns)
    if name in CORE_SCHEMA:
        return name
    lowered = name.lower()
    core = CORE_ALIASES.get(lowered, lowered)
    return _only_match(field_column(name), columns) or (core if core in CORE_SCHEMA else None)


def _only_match(column: str, columns: list[str]) -> str | None:
    if column in columns:
        return column
    folded = [other for other in columns if other.lower() == column.lower()]
    return folded[0] if len(folded) == 1 else None
