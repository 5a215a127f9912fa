"""Text: time, level, service and message, aligned for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

import polars as pl

from logtui.export.cells import columns_wanted, constant, text_cell, timestamp_text
from logtui.export.safe import printable
from logtui.export.writer import write_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIME_WIDTH: Final = len("2025-10-07T15:05:00.000Z")
_LEVEL_WIDTH: Final = 5
_INDENT: Final = "    "


class TextWriter:
    """`time level service message` per record; further lines of a message are indented.

    The service column grows with the longest name seen. With a selection the line is those values, each
    missing one a `-`.
    """

    def __init__(self, stream: BinaryIO, fields: Sequence[str] | None = None) -> None:
        self._stream = stream
        self._fields = fields
        self._service_width = 0

    def write(self, records: pl.DataFrame) -> None:
        """Write one batch."""
        parts = self._aligned(records) if self._fields is None else self._chosen(records, self._fields)
        line = pl.concat_str(parts, separator=" ").str.strip_chars_end()
        indented = line.str.replace_all("\n", "\n" + _INDENT, literal=True)
        write_lines(self._stream, records.select(indented.alias("line")).to_series())

    def close(self) -> None:
        """Nothing ends text."""

    def _aligned(self, records: pl.DataFrame) -> list[pl.Expr]:
        self._service_width = max(self._service_width, _longest(records["service"]))
        parts = [
            _or_dash(timestamp_text("timestamp")).str.pad_end(_TIME_WIDTH),
            _or_dash(pl.col("level").cast(pl.String).str.to_uppercase()).str.pad_end(_LEVEL_WIDTH),
        ]
        if self._service_width:
            parts.append(_or_dash(printable(pl.col("service"))).str.pad_end(self._service_width))
        return [*parts, printable(pl.col("message")).fill_null("")]

    def _chosen(self, records: pl.DataFrame, fields: Sequence[str]) -> list[pl.Expr]:
        return [_or_dash(printable(text_cell(records, name))) for name in columns_wanted(fields, ())] or [constant("")]


def _longest(texts: pl.Series) -> int:
    longest = texts.str.len_chars().max()
    return longest if isinstance(longest, int) else 0


def _or_dash(text: pl.Expr) -> pl.Expr:
    return text.fill_null("-")
