"""gzip, bzip2, xz and zstd files, recognised by their first bytes and decompressed as a stream."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import zstandard

from logtui.errors import SourceError
from logtui.sources.base import GLANCE_BYTES, SAMPLE_BYTES, PathSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import Buffer

_INPUT_BYTES: Final = 64 * 1024
_CORRUPT: Final = (OSError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, ValueError)


def _open_gzip(raw: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", gzip.GzipFile(fileobj=raw))


def _open_bzip2(raw: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", bz2.BZ2File(raw))


def _open_xz(raw: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", lzma.LZMAFile(raw))


def _open_zstd(raw: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(_ZstdFrames(raw)))


class _ZstdFrames(io.RawIOBase):
    """The frames of a zstd file one after the other; unlike the library's reader it notices a cut frame."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._inside = False
        self._output = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        while not self._output and (data := self._next_input()):
            self._inside = True
            self._output = self._frame.decompress(data)
        view = memoryview(buffer).cast("B")
        size = min(len(view), len(self._output))
        view[:size] = self._output[:size]
        self._output = self._output[size:]
        return size

    def _next_input(self) -> bytes:
        unused = b""
        if self._frame.eof:
            unused = self._frame.unused_data
            self._frame = zstandard.ZstdDecompressor().decompressobj()
            self._inside = False
        data = unused or self._raw.read(_INPUT_BYTES)
        if not data and self._inside:
            raise EOFError("the last frame is cut off")
        return data


_OPENERS: Final[dict[bytes, tuple[str, Callable[[BinaryIO], BinaryIO]]]] = {
    b"\x1f\x8b": ("gzip", _open_gzip),
    b"BZh": ("bzip2", _open_bzip2),
    b"\xfd7zXZ\x00": ("xz", _open_xz),
    b"\x28\xb5\x2f\xfd": ("zstd", _open_zstd),
}
"""Magic number -> name and opener (RFC 1952, bzip2 and xz file formats, RFC 8878)."""


def compression_of(head: bytes) -> str | None:
    """The compression that a file's first bytes announce.

    Args:
        head: The first bytes, at least 6 where the file has them.

    Returns:
        `gzip`, `bzip2`, `xz`, `zstd`, or None.
    """
    return next((name for magic, (name, _) in _OPENERS.items() if head.startswith(magic)), None)


class CompressedSource(PathSource):
    """A compressed file; offsets and bytes of its records count decompressed bytes.

    Args:
        path: Path of a regular file that `compression_of` recognises.
    """

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """The decompressed bytes from the start."""
        wanted = min(SAMPLE_BYTES, block_bytes)
        total = 0
        try:
            with self.path.open("rb") as raw, self._opener(raw) as stream:
                while not self.closed and (data := stream.read(wanted)):
                    self._position = raw.tell()
                    total += len(data)
                    yield data
                    wanted = block_bytes
        except _CORRUPT as error:
            raise SourceError(f"{self.name}: compressed data is damaged after {total} bytes: {error}") from error

    def glances(self) -> Iterator[bytes]:
        """The first bytes: what lies behind them would have to be decompressed."""
        with suppress(*_CORRUPT), self.path.open("rb") as raw, self._opener(raw) as stream:
            yield stream.read(GLANCE_BYTES)

    def _opener(self, raw: BinaryIO) -> BinaryIO:
        head = raw.read(8)
        raw.seek(0)
        return next(opener for magic, (_, opener) in _OPENERS.items() if head.startswith(magic))(raw)
