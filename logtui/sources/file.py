"""A regular file, read in blocks with `pread`: unlike a mapped file, one that shrinks while it is read does no harm."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from logtui.errors import SourceError
from logtui.sources.base import GLANCE_BYTES, SAMPLE_BYTES, PathSource

if TYPE_CHECKING:
    from collections.abc import Iterator

_GLANCE: Final = SAMPLE_BYTES
_GLANCES: Final = GLANCE_BYTES // _GLANCE


class FileSource(PathSource):
    """A plain file.

    Args:
        path: Path of a regular file.
    """

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """The bytes from the present position; the first block is small, so that the first rows show at once."""
        wanted = min(SAMPLE_BYTES, block_bytes)
        while not self.closed and (data := self._read(wanted)):
            self._position += len(data)
            yield data
            wanted = block_bytes

    def seek(self, offset: int) -> None:
        """Set the byte offset at which `blocks` begins."""
        self._position = offset

    def peek(self, size: int) -> bytes:
        """The next bytes at the present position, which `blocks` yields again.

        Raises:
            SourceError: If they cannot be read.
        """
        return self._read(size)

    def head(self, size: int) -> bytes:
        """The first bytes of the file, independent of `position`."""
        with self.path.open("rb") as file:
            return file.read(size)

    def tail(self, size: int) -> bytes:
        """The last bytes of the file, independent of `position`."""
        with self.path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - size))
            return file.read(size)

    def glances(self) -> Iterator[bytes]:
        """All of a small file; of a larger one, the whole lines of samples spread evenly from the start to the end."""
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            if size <= GLANCE_BYTES:
                file.seek(0)
                yield file.read(size)
                return
            for piece in range(_GLANCES):
                file.seek((size - _GLANCE) * piece // (_GLANCES - 1))
                data = file.read(_GLANCE)
                yield data[data.find(b"\n") + 1 if piece else 0 : data.rfind(b"\n") + 1]

    def _read(self, wanted: int) -> bytes:
        # Opened anew for each block: a folder of thousands of files must not exhaust the descriptors.
        try:
            descriptor = os.open(self.path, os.O_RDONLY)
        except OSError as error:
            raise SourceError(f"{self.name}: cannot read: {error.strerror}") from error
        try:
            return os.pread(descriptor, wanted, self._position)
        except OSError as error:
            raise SourceError(f"{self.name}: cannot read at byte {self._position}: {error.strerror}") from error
        finally:
            os.close(descriptor)
