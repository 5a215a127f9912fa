"""The record: one schema for every source, its column names, aliases and well-known fields.

A record frame is a Polars DataFrame with the columns of `CORE_SCHEMA`, in that order, followed by any
number of field columns named `@` + dotted path. Field columns are String: the scalar's original text.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from logtui.model.levels import LEVEL_DTYPE
from logtui.model.names import (
    CORE_ALIASES,
    FIELD_PREFIX,
    STRUCTURED_FORMATS,
    WELL_KNOWN_FIELDS,
    field_column,
    resolve_name,
)

__all__ = [
    "CORE_ALIASES",
    "CORE_SCHEMA",
    "FIELD_PREFIX",
    "NO_RECORDS",
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
    "ingest_time": TIME_DTYPE,
    "format": pl.String(),
}


NO_RECORDS: Final = pl.DataFrame(schema=CORE_SCHEMA)
"""A record frame without rows."""


def field_columns(frame: pl.DataFrame) -> list[str]:
    """The names of a record frame's field columns, in the frame's order."""
    return [name for name in frame.columns if name.startswith(FIELD_PREFIX)]
