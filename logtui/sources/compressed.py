"""gzip, bzip2, xz and zstd files, recognised by their first bytes and decompressed as a stream."""

from __future__ import annotations

import bz2
import lzma
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol

import zstandard

from logtui.errors import SourceError
from logtui.sources.base import GLANCE_BYTES, SAMPLE_BYTES, PathSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_INPUT_BYTES: Final = 4096
"""Compressed bytes that are decompressed at a time; they may expand to 100 MB if they are very compressible."""

_CORRUPT: Final = (OSError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, ValueError)
_MAGIC_BYTES: Final = 6
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS


class _Decoder(Protocol):
    """Decompresses one member of a file."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


_DECODERS: Final[dict[bytes, tuple[str, Callable[[], _Decoder]]]] = {
    b"\x1f\x8b": ("gzip", lambda: zlib.decompressobj(_GZIP_WINDOW)),
    b"BZh": ("bzip2", bz2.BZ2Decompressor),
    b"\xfd7zXZ\x00": ("xz", lzma.LZMADecompressor),
    b"\x28\xb5\x2f\xfd": ("zstd", lambda: zstandard.ZstdDecompressor().decompressobj()),
}
"""Magic number -> name and decoder (RFC 1952, bzip2 and xz file formats, RFC 8878)."""


def compression_of(head: bytes) -> str | None:
    """Recognise a compressed file by its magic number.

    Args:
        head: The first bytes of the file, at least 6 if it has so many.

    Returns:
        `gzip`, `bzip2`, `xz`, `zstd`, or None.
    """
    return next((name for magic, (name, _) in _DECODERS.items() if head.startswith(magic)), None)


class CompressedSource(PathSource):
    """A compressed file; offsets and bytes of its records count decompressed bytes.

    Args:
        path: Path of a regular file that `compression_of` recognises.
    """

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """The decompressed bytes from the start; of a damaged file all that can be decompressed."""
        wanted, total, held = min(SAMPLE_BYTES, block_bytes), 0, bytearray()
        problem: Exception | None = None
        pieces = self._pieces()
        while not self.closed and problem is None:
            try:
                piece = next(pieces, b"")
            except _CORRUPT as error:
                piece, problem = b"", error
            held += piece
            while len(held) >= wanted or (held and not piece):
                block = bytes(held[:wanted])
                del held[:wanted]
                total += len(block)
                yield block
                wanted = block_bytes
            if not piece:
                break
        if problem is not None:
            raise SourceError(f"{self.name}: compressed data is damaged after {total} bytes: {problem}") from problem

    def glances(self) -> Iterator[bytes]:
        """The first decompressed bytes only: to sample later ones, all bytes before them must be decompressed."""
        reached, head = self._position, bytearray()
        with suppress(*_CORRUPT):
            for piece in self._decompressed():
                head += piece
                if len(head) >= GLANCE_BYTES:
                    break
        self._position = reached
        yield bytes(head[:GLANCE_BYTES])

    def _pieces(self) -> Iterator[bytes]:
        """The decompressed bytes in pieces of at least one byte; an error is raised where the file is damaged."""
        known = 0
        try:
            for piece in self._decompressed():
                known += len(piece)
                yield piece
        except _CORRUPT:
            # A decoder that meets a fault drops what it has made of the input before the fault, unless it is fed byte
            # by byte. So decompress again, bytewise near the fault, and skip what was yielded already.
            for piece in self._decompressed(careful_from=self._position - _INPUT_BYTES):
                if len(piece) > known:
                    yield piece[known:]
                known = max(0, known - len(piece))

    def _decompressed(self, careful_from: int | None = None) -> Iterator[bytes]:
        """The decompressed bytes of all members; the decoder is fed byte by byte from `careful_from` on."""
        with self.path.open("rb") as raw:

            def taken() -> bytes:
                is_careful = careful_from is not None and raw.tell() >= careful_from
                data = raw.read(1 if is_careful else _INPUT_BYTES)
                self._position = raw.tell()
                return data

            data = _with_magic(b"", taken)
            while data:
                decoder = _decoder_for(data)
                yield from filter(None, _member(decoder, data, taken))
                data = _with_magic(decoder.unused_data.lstrip(b"\0"), taken)


def _member(decoder: _Decoder, data: bytes, taken: Callable[[], bytes]) -> Iterator[bytes]:
    """The decompressed bytes of one member; `data` holds its first bytes, `taken` gives the next ones."""
    while True:
        yield decoder.decompress(data)
        if decoder.eof:
            return
        data = taken()
        if not data:
            raise EOFError("it is truncated")


def _with_magic(data: bytes, taken: Callable[[], bytes]) -> bytes:
    """Read on until there are enough bytes for the magic number of a member; NULs before it are dropped."""
    while len(data) < _MAGIC_BYTES and (more := taken()):
        data = (data + more).lstrip(b"\0")
    return data


def _decoder_for(head: bytes) -> _Decoder:
    for magic, (_, decoder) in _DECODERS.items():
        if head.startswith(magic):
            return decoder()
    raise ValueError("what is behind its end is not compressed")
