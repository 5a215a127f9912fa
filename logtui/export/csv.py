"""CSV as RFC 4180 has it: comma, CRLF, quotes where needed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from logtui.export.cells import columns_wanted, text_cell
from logtui.export.columns import FIELDS, RECORD_COLUMNS
from logtui.export.narrowing import narrow_parts
from logtui.export.writer import write_buffer

if TYPE_CHECKING:
    from collections.abc import Sequence


class CsvWriter:
    """One header, then one row per record.

    Without a selection the columns are the core ones and `fields`, a JSON object, since batches differ in
    their fields. A missing value is empty, an empty text is `""`.
    """

    def __init__(self, stream: BinaryIO, fields: Sequence[str] | None = None) -> None:
        self._stream = stream
        self._names = columns_wanted(fields, (*RECORD_COLUMNS, FIELDS))
        self._needs_header = True

    def write(self, records: pl.DataFrame) -> None:
        """Write the rows of one batch."""
        for part in narrow_parts(records) if FIELDS in self._names else [records]:
            self._print(part.select(text_cell(part, name) for name in self._names))

    def close(self) -> None:
        """Write the header if there was no batch."""
        if self._needs_header:
            self._print(pl.DataFrame(schema=dict.fromkeys(self._names, pl.String)))

    def _print(self, rows: pl.DataFrame) -> None:
        buffer = io.BytesIO()
        rows.write_csv(buffer, include_header=self._needs_header, line_terminator="\r\n")
        write_buffer(self._stream, buffer)
        self._needs_header = False
