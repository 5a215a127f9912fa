"""What results show of a record unless something else is wanted."""

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
"""The core columns that a result shows if nothing else is wanted, in order."""
