"""Answers of datasets as bytes: frames as Arrow streams, each behind its length, then how the answer ended.

Frames keep what JSON loses: types, nanoseconds, and which columns are missing. Without its ending an answer is broken.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import msgspec
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MEDIA_TYPE: Final = "application/vnd.logtui.frames"

_LENGTH_BYTES: Final = 8


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a dataset is asked.

    Attributes:
        request: The canonical text of the request.
        columns: Columns to read besides those that the answer needs; for facets, those to count, None for all fields.
        width: Nanoseconds of a bucket of the histogram.
        timeout: Seconds after which the answer ends with what has been found; None for the server's bound.
    """

    request: str
    columns: tuple[str, ...] | None = None
    width: int = 1
    timeout: float | None = None


class Ending(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an answer ended.

    Attributes:
        value: What is asked for besides frames.
        matched: How many records have matched.
        is_partial: Whether the time was over before the answer was whole.
        problem: The problem that has ended it, as in `application/problem+json`; None if there was none.
    """

    value: Any = None
    matched: int = 0
    is_partial: bool = False
    problem: dict[str, Any] | None = None


def packed(item: pl.DataFrame | Ending) -> bytes:
    """Write a frame, or the ending, as bytes."""
    if isinstance(item, Ending):
        return bytes(_LENGTH_BYTES) + msgspec.json.encode(item)
    stream = io.BytesIO()
    item.write_ipc_stream(stream, compression="zstd")
    return stream.tell().to_bytes(_LENGTH_BYTES, "big") + stream.getvalue()


def unpacked(chunks: Iterable[bytes]) -> Iterator[pl.DataFrame | Ending]:
    """Read an answer.

    Args:
        chunks: Its bytes, cut anywhere.

    Yields:
        The frames, then the ending.

    Raises:
        EOFError: If the bytes end before the ending.
    """
    reader = _Reader(iter(chunks))
    while length := int.from_bytes(reader.take(_LENGTH_BYTES), "big"):
        yield pl.read_ipc_stream(io.BytesIO(reader.take(length)))
    try:
        yield msgspec.json.decode(reader.rest(), type=Ending)
    except msgspec.DecodeError as error:
        raise EOFError from error


class _Reader:
    """Cuts chunks of bytes to wanted lengths."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._waiting = bytearray()

    def take(self, length: int) -> bytes:
        while len(self._waiting) < length:
            chunk = next(self._chunks, None)
            if chunk is None:
                raise EOFError
            self._waiting += chunk
        taken = bytes(self._waiting[:length])
        del self._waiting[:length]
        return taken

    def rest(self) -> bytes:
        return bytes(self._waiting) + b"".join(self._chunks)
