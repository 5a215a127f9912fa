"""What a source is: a name and its bytes, in blocks, in order."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAMPLE_BYTES: Final = 64 * 1024
"""Bytes from the start of a source by which its kind is told; also the size of the first block."""


GLANCE_BYTES: Final = 4 * 1024 * 1024
"""Bytes of a source that are looked at to find out what its times lack; a larger file is looked at here and there."""


class Source(Protocol):
    """Bytes that arrive in order, from a file, an archive or a pipe."""

    @property
    def name(self) -> str:
        """What users see: the path as given, or `stdin`."""

    @property
    def size(self) -> int | None:
        """Bytes on disk, compressed ones as they lie there; None for a pipe."""

    @property
    def modified(self) -> datetime | None:
        """When the source last changed (UTC); None for a pipe."""

    def position(self) -> int:
        """Bytes consumed so far, out of `size`."""

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """The bytes from the start, in blocks.

        Args:
            block_bytes: Upper bound of a block.

        Yields:
            Blocks of at least one byte; a pipe also yields an empty one after each quiet moment.

        Raises:
            SourceError: If the rest cannot be read; what was yielded before stands.
        """

    def glances(self) -> Iterator[bytes]:
        """Pieces of the source from its start to its end, wherever reading has come to; none of a pipe."""

    def close(self) -> None:
        """Let go of the file; `blocks` ends soon."""


def name_of(path: Path) -> str:
    """The path as text; bytes of it that are none are U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


class PathSource:
    """What plain and compressed files share.

    Args:
        path: Path of a regular file.

    Attributes:
        path: The path.
        name: The path as users know it.
        size: Bytes on disk.
        modified: When the file last changed (UTC).
        closed: Whether `blocks` must end.
        caught_up: Whether a source that never ends has been read as far as it goes for now.
    """

    caught_up = False

    def __init__(self, path: Path) -> None:
        status = path.stat()
        self.path = path
        self.name = name_of(path)
        self.size: int | None = status.st_size
        self.modified: datetime | None = datetime.fromtimestamp(status.st_mtime, UTC)
        self.closed = False
        self._position = 0

    def position(self) -> int:
        """Bytes of the file consumed so far."""
        return self._position

    def close(self) -> None:
        """Make `blocks` end."""
        self.closed = True
