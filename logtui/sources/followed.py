"""A regular file that is read as it grows, through rotation, truncation and replacement."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from logtui.errors import SourceError
from logtui.sources.base import SAMPLE_BYTES
from logtui.sources.file import FileSource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL_SECONDS: Final = 0.1
_HEAD_BYTES: Final = 256


class FollowedFile(FileSource):
    """A plain file whose blocks go on with what is appended to it.

    The file stays open, so that what is written to it after it was renamed is still read, and its number cannot be
    given to another file. `blocks` ends when the path leads to another file, or to one that was cut and begins anew;
    `next_generation` goes on with that one.

    Args:
        path: Path of a regular file.

    Attributes:
        caught_up: Whether everything that was there has been taken at least once.
        past: The first bytes of the files that the path led to before.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.caught_up = False
        self.past: list[bytes] = []
        self._descriptor: int | None = None
        self._head = b""
        self._polled = 0.0

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """The bytes from the present position, and an empty block each time that there are no more for now."""
        wanted = min(SAMPLE_BYTES, block_bytes)
        while not self.closed:
            if data := self._read(wanted):
                self._position += len(data)
                yield data
                wanted = block_bytes
                continue
            yield b""
            self.caught_up = True
            self._pause()
            # What came between the last look and the rotation is still in the old file.
            if self._is_cut() or (self._leads_elsewhere() and not self._has_more()):
                return
        self._forget()

    def next_generation(self) -> bool:
        """Begin with the file as it is now: the same one if it was cut, else the one that the path leads to.

        Returns:
            False once the source has been closed.
        """
        is_cut = self._is_cut()
        if self._head:
            self.past.append(self._head)
        # Only now: whoever asks `was` in between must find the file either open or in the past.
        if not is_cut:
            self._forget()
        self._position, self._head = 0, b""
        while not self.closed and self._descriptor is None and not self.path.exists():
            self._pause()
        return not self.closed

    def was(self, path: Path) -> bool:
        """Whether a file beside this one holds what is read or was read from the path, as `app.log.1` does."""
        if path.parent != self.path.parent or not path.name.startswith(self.path.name):
            return False
        try:
            with path.open("rb") as file:
                head, status = file.read(_HEAD_BYTES), os.fstat(file.fileno())
        except OSError:
            return False
        return self._is_open(status) or any(head.startswith(past) for past in self.past)

    def _read(self, wanted: int) -> bytes:
        try:
            descriptor = self._opened()
            data = os.pread(descriptor, wanted, self._position)
            if data and len(self._head) < _HEAD_BYTES:
                self._head = os.pread(descriptor, min(_HEAD_BYTES, self._position + len(data)), 0)
        except FileNotFoundError:
            return b""  # between two files
        except OSError as error:
            raise SourceError(f"{self.name}: cannot read at byte {self._position}: {error.strerror}") from error
        return data

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        return self._descriptor

    def _is_open(self, status: os.stat_result) -> bool:
        """Whether a file is the open one, under another name: a rename is noticed at the next look only."""
        descriptor = self._descriptor
        try:
            return descriptor is not None and os.path.samestat(os.fstat(descriptor), status)
        except OSError:
            return False  # closed in the meantime

    def _forget(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _pause(self) -> None:
        """Wait until the next look is due; many files that are read in turn do not add up their waits."""
        time.sleep(max(0.0, self._polled + _POLL_SECONDS - time.monotonic()))
        self._polled = time.monotonic()

    def _leads_elsewhere(self) -> bool:
        """Whether the path leads to another file than the open one."""
        try:
            there, here = os.stat(self.path), os.fstat(self._opened())  # noqa: PTH116 - as os.fstat
        except OSError:
            return False  # gone, maybe to come back
        return (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino)

    def _is_cut(self) -> bool:
        """Whether the open file is shorter than what was read, or begins with other bytes."""
        if self._descriptor is None:
            return False
        is_shorter = os.fstat(self._descriptor).st_size < self._position
        return is_shorter or os.pread(self._descriptor, len(self._head), 0) != self._head

    def _has_more(self) -> bool:
        return bool(os.pread(self._opened(), 1, self._position))
