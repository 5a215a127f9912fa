"""A pipe: standard input, a FIFO or a process substitution, read as its bytes arrive."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING, Final

from logtui.errors import SourceError
from logtui.sources.compressed import compression_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

QUIET_SECONDS: Final = 0.2
"""A pipe that pauses this long yields an empty block, so that the open record can be shown."""


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

    def position(self) -> int:
        """Bytes read so far."""
        return self._position

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """The bytes as they come, and one empty block each time that the pipe pauses.

        Raises:
            SourceError: If the pipe begins with compressed data.
        """
        quiet = False
        while not self._closed:
            ready, _, _ = select.select([self._descriptor], [], [], QUIET_SECONDS)
            if ready:
                data = os.read(self._descriptor, block_bytes)
                if not data:
                    return
                if not self._position:
                    self._refuse_compressed(data)
                self._position += len(data)
                quiet = False
                yield data
            elif not quiet:
                quiet = True
                yield b""

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
