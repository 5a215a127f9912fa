"""The classes of columns; a leaf means the same for all columns of a class."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

ColumnClass: TypeAlias = Literal["level", "time", "integer", "prose", "string"]
"""The level; event times; integers such as line numbers and offsets; message and raw text; all other texts."""

_CLASSES: Final[dict[str, ColumnClass]] = {
    "level": "level",
    **dict.fromkeys(("timestamp", "order_time", "ingest_time"), "time"),
    **dict.fromkeys(("line", "offset", "bytes", "seq"), "integer"),
    **dict.fromkeys(("message", "raw"), "prose"),
}


def class_of(column: str) -> ColumnClass:
    """The class of a column of the record frame; fields of the log are strings."""
    return _CLASSES.get(column, "string")
