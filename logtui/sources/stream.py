"""A pipe: standard input, a FIFO or a process substitution, read as its bytes arrive."""

from __future__ import annotations

import os
import select
import time
from typing import TYPE_CHECKING, Final

from logtui.errors import SourceError
from logtui.sources.compressed import compression_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

QUIET_SECONDS: Final = 0.2
"""A pipe that pauses this long yields an empty block, so that the open record can be shown."""

_GATHER_SECONDS: Final = 0.5
"""What comes sooner after a block is gathered: parsing and showing a line alone costs as much as a thousand lines."""

_TRICKLE_BYTES: Final = 4_096
"""A pipe that gives so much at once is busy, and nothing is gained by waiting for more."""


class StreamSource:
    """The bytes of an open descriptor.

    Args:
        name: The name that users see, such as `stdin`.
        descriptor: A readable descriptor; it is closed with the source.
    """

    size: int | None = None
    modified: datetime | None = None

    def __init__(self, name: str, descriptor: int) -> None:
        self.name = name
        self._descriptor = descriptor
        self._position = 0
        self._closed = False
        self._heard = time.monotonic()
        self._due = 0.0

    def position(self) -> int:
        """Bytes read so far."""
        return self._position

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """The bytes as they come, and one empty block each time that the pipe pauses.

        Raises:
            SourceError: If the pipe begins with compressed data.
        """
        is_quiet = False
        while not self._closed:
            pause = QUIET_SECONDS if is_quiet else self._heard + QUIET_SECONDS - time.monotonic()
            if self._is_ready(pause):
                data = self._gathered(block_bytes)
                if not data:
                    return
                is_quiet = False
                yield data
            elif not is_quiet:
                is_quiet = True
                yield b""

    def _gathered(self, block_bytes: int) -> bytes:
        """The bytes that are there; a few soon after the last block are held back and joined by those that follow."""
        data = self._read(block_bytes)
        enough = min(block_bytes, _TRICKLE_BYTES)
        while data and len(data) < enough and self._is_ready(self._due - time.monotonic()):
            more = self._read(block_bytes - len(data))
            if not more:
                break
            data += more
        self._due = time.monotonic() + _GATHER_SECONDS
        return data

    def _read(self, most: int) -> bytes:
        data = os.read(self._descriptor, most)
        if not self._position:
            self._refuse_compressed(data)
        self._position += len(data)
        self._heard = time.monotonic()
        return data

    def _is_ready(self, seconds: float) -> bool:
        """Whether bytes or the end come within some seconds."""
        return bool(select.select([self._descriptor], [], [], max(0.0, seconds))[0])

    def _refuse_compressed(self, head: bytes) -> None:
        kind = compression_of(head)
        if kind:
            raise SourceError(f"{self.name}: it is compressed by {kind}; decompress it first: {kind} -dc | logtui ...")

    def glances(self) -> Iterator[bytes]:
        """No samples: a pipe can be read only once."""
        return iter(())

    def close(self) -> None:
        """Make `blocks` end after the next block or pause."""
        self._closed = True
