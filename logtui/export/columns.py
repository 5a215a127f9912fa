"""The columns that an output has unless the user chooses others."""

from __future__ import annotations

from typing import Final

FIELDS: Final = "fields"
"""The name of the column that holds all fields of a record as one JSON object."""

RECORD_COLUMNS: Final = (
    "timestamp",
    "level",
    "service",
    "host",
    "logger",
    "message",
    "source",
    "line",
    "format",
)
"""The default core columns, in order."""
