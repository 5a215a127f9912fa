"""The interface of sources: a name, and bytes in order, block by block."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAMPLE_BYTES: Final = 64 * 1024
"""Bytes from the start of a source that show whether it is compressed or binary; also the size of the first block."""


GLANCE_BYTES: Final = 4 * 1024 * 1024
"""Bytes of a source that are sampled to find the years and days that its times do not state."""


class Source(Protocol):
    """Bytes that arrive in order, from a file, an archive or a pipe."""

    @property
    def name(self) -> str:
        """The name that users see: the path as given, or `stdin`."""

    @property
    def size(self) -> int | None:
        """Bytes on disk, compressed if the file is; None for a pipe."""

    @property
    def modified(self) -> datetime | None:
        """When the source last changed (UTC); None for a pipe."""

    def position(self) -> int:
        """Bytes read so far, out of `size`."""

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """The bytes from the start, in blocks.

        Args:
            block_bytes: The most bytes of a block.

        Yields:
            Blocks of at least one byte; a pipe also yields an empty block each time that it pauses.

        Raises:
            SourceError: If the rest cannot be read; the blocks yielded before are valid.
        """

    def glances(self) -> Iterator[bytes]:
        """Samples from the start to the end of the source, independent of `position`; none of a pipe."""

    def close(self) -> None:
        """Close the source; a running `blocks` ends soon."""


def name_of(path: Path) -> str:
    """The path as text; bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


class PathSource:
    """The common base of plain and compressed files.

    Args:
        path: Path of a regular file.

    Attributes:
        path: The path.
        name: The path as text.
        size: Bytes on disk.
        modified: When the file last changed (UTC).
        closed: Whether `blocks` must end.
        caught_up: Whether a source that is followed has been read to its present end at least once.
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
        """Bytes of the file read so far."""
        return self._position

    def close(self) -> None:
        """Make `blocks` end."""
        self.closed = True
