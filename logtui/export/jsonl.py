"""JSON Lines: one object per record and line."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from logtui.export.cells import json_object
from logtui.export.writer import write_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl


class JsonlWriter:
    """Full records with nested `fields`, or flat objects of the wanted fields."""

    def __init__(self, stream: BinaryIO, fields: Sequence[str] | None = None) -> None:
        self._stream = stream
        self._fields = fields

    def write(self, records: pl.DataFrame) -> None:
        """Write one line per record."""
        write_lines(self._stream, json_object(records, self._fields))

    def close(self) -> None:
        """Nothing ends JSON Lines."""
