"""Raw: the records exactly as they were received, but harmless where a terminal shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from logtui.export.safe import printable
from logtui.export.writer import write_lines

if TYPE_CHECKING:
    from collections.abc import Sequence


class RawWriter:
    """The `raw` text of each record and a line feed; a selection of fields does not apply."""

    def __init__(self, stream: BinaryIO, fields: Sequence[str] | None = None) -> None:
        del fields
        self._stream = stream
        self._raw = printable(pl.col("raw")) if stream.isatty() else pl.col("raw")

    def write(self, records: pl.DataFrame) -> None:
        """Write the lines of each record."""
        write_lines(self._stream, records.select(self._raw).to_series())

    def close(self) -> None:
        """Nothing ends raw text."""
