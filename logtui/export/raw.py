"""Raw: the records exactly as they were received, without their prefix read or changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from logtui.export.writer import write_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl


class RawWriter:
    """The `raw` text of each record and a line feed; a selection of fields does not apply."""

    def __init__(self, stream: BinaryIO, fields: Sequence[str] | None = None) -> None:
        del fields
        self._stream = stream

    def write(self, records: pl.DataFrame) -> None:
        """Write the lines of each record."""
        write_lines(self._stream, records["raw"])

    def close(self) -> None:
        """Nothing ends raw text."""
