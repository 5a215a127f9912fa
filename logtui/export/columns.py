"""What results show of a record unless something else is wanted, and which values stand bare in JSON."""

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

BARE: Final = r"^(?:true|false|-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,14})?)$"
"""Texts of fields that JSON shows as booleans and numbers, if they have at most `MOST_DIGITS` digits."""

MOST_DIGITS: Final = 15
"""Longer numbers lose digits in readers that hold numbers as doubles, so they stay strings."""
