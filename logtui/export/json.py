"""JSON: one array of the objects that JSON Lines prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from logtui.export.cells import json_object
from logtui.export.writer import write_lines

if TYPE_CHECKING:
    from collections.abc import Sequence


class JsonWriter:
    """An array with one object per line; `[]` if there are no records."""

    def __init__(self, stream: BinaryIO, fields: Sequence[str] | None = None) -> None:
        self._stream = stream
        self._fields = fields
        self._is_empty = True

    def write(self, records: pl.DataFrame) -> None:
        """Write the objects of one batch, each but the very first after a comma."""
        if records.is_empty():
            return
        lead = pl.Series([","]).extend_constant(",", records.height - 1)
        if self._is_empty:
            self._stream.write(b"[\n")
            lead = lead.scatter(0, "")
        self._is_empty = False
        write_lines(self._stream, lead + json_object(records, self._fields))

    def close(self) -> None:
        """Close the array."""
        self._stream.write(b"[]\n" if self._is_empty else b"]\n")
