"""The interface of outputs: a writer takes record frames one by one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl


class Writer(Protocol):
    """Writes records to a binary stream.

    Args:
        stream: Where the bytes go; it stays open after `close`.
        fields: The columns to print, in order, as the user typed them; None for all.
    """

    def __init__(self, stream: BinaryIO, fields: Sequence[str] | None = None) -> None: ...

    def write(self, records: pl.DataFrame) -> None:
        """Write one batch; batches may differ in their field columns."""

    def close(self) -> None:
        """Write the end of the output; called once, after the last batch."""


def write_lines(stream: BinaryIO, lines: pl.Series) -> None:
    """Write each text of a column and a line feed.

    Args:
        stream: Where the bytes go.
        lines: String; a null is an empty line.
    """
    # Unquoted CSV of one column is the quickest way from a column to bytes: no Python string per row.
    buffer = io.BytesIO()
    lines.to_frame().write_csv(buffer, include_header=False, quote_style="never")
    write_buffer(stream, buffer)


def write_buffer(stream: BinaryIO, buffer: io.BytesIO) -> None:
    """Write a whole buffer to a stream."""
    # Polars does not write to the stream itself: it turns a broken pipe, which is no fault, into a general error.
    stream.write(buffer.getbuffer())
