"""How a file that was read before is recognised, whatever has become of it since."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TAIL_BYTES: Final = 4096


class Change(Enum):
    """What has become of a file since its fingerprint was taken."""

    NONE = auto()
    """Nothing."""
    GROWN = auto()
    """It is longer, and what was read of it is still there."""
    TOUCHED = auto()
    """It was written without growing; the end of what was read is still there."""
    CUT = auto()
    """It is shorter than what was read."""
    REWRITTEN = auto()
    """Other bytes are where reading had come to."""
    ANOTHER = auto()
    """It is another file."""

    @property
    def keeps_what_was_read(self) -> bool:
        """Whether reading can go on where it was."""
        return self in (Change.NONE, Change.GROWN, Change.TOUCHED)


@dataclass(frozen=True, slots=True)
class FileFingerprint:
    """A file as it was when it had been read up to some place.

    Attributes:
        device: The device it is on.
        inode: Its number there, which stays when it is renamed.
        size: Its bytes.
        modified: When it was last written, epoch nanoseconds.
        read: Its bytes that have been read, from the start.
        tail: Hash of the last 4,096 of these bytes.
    """

    device: int
    inode: int
    size: int
    modified: int
    read: int
    tail: str

    @classmethod
    def of(cls, file: Path | int, read: int) -> Self:
        """Take the fingerprint of a file as it is now.

        Args:
            file: Its path or a descriptor.
            read: Its bytes that have been read.

        Raises:
            OSError: If the file cannot be read.
        """
        status = _status(file)
        return cls(*_place(status), status.st_size, status.st_mtime_ns, read, _tail(file, read))

    @classmethod
    def of_start(cls, file: Path | int) -> Self:
        """Take the fingerprint of the first bytes of a file, which stays the same when it grows beyond 4,096 bytes.

        Raises:
            OSError: If the file cannot be read.
        """
        return cls.of(file, min(_status(file).st_size, _TAIL_BYTES))

    def read_to(self, file: Path | int, read: int) -> Self:
        """The fingerprint after more was read; size and time stay, so that what was written meanwhile is a change.

        Raises:
            OSError: If the file cannot be read.
        """
        return replace(self, read=read, tail=_tail(file, read))

    @property
    def identity(self) -> tuple[int, int, int, str]:
        """Device, inode, and what was read: the same for a file that has been renamed or has grown since."""
        return self.device, self.inode, self.read, self.tail

    def is_at(self, file: Path | int) -> bool:
        """Whether a path leads to this file, whatever is in it now.

        Raises:
            OSError: If the path leads to no file.
        """
        return _place(_status(file)) == (self.device, self.inode)

    def covers(self, status: os.stat_result) -> bool:
        """Whether the file has been read whole and was not written since, as far as its size and time tell."""
        return self.read == status.st_size and self.modified == status.st_mtime_ns

    def begins(self, file: Path | int) -> bool:
        """Whether a file, this one or a copy, begins with what was read.

        Raises:
            OSError: If the file cannot be read.
        """
        return _status(file).st_size >= self.read and _tail(file, self.read) == self.tail

    def change_of(self, file: Path | int) -> Change:
        """What has become of the file.

        Args:
            file: Where it is looked for: a path or a descriptor.

        Raises:
            OSError: If the file cannot be read.
        """
        status = _status(file)
        if _place(status) != (self.device, self.inode):
            return Change.ANOTHER
        if status.st_size < self.read:
            return Change.CUT
        if _tail(file, self.read) != self.tail:
            return Change.REWRITTEN
        if status.st_size > self.size:
            return Change.GROWN
        return Change.NONE if (status.st_size, status.st_mtime_ns) == (self.size, self.modified) else Change.TOUCHED


def _status(file: Path | int) -> os.stat_result:
    return os.fstat(file) if isinstance(file, int) else file.stat()


def _place(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _tail(file: Path | int, read: int) -> str:
    """The hash of the last bytes before a place."""
    start = max(0, read - _TAIL_BYTES)
    with _descriptor(file) as descriptor:
        return hashlib.sha256(os.pread(descriptor, read - start, start)).hexdigest()


@contextmanager
def _descriptor(file: Path | int) -> Iterator[int]:
    if isinstance(file, int):
        yield file
        return
    with file.open("rb", buffering=0) as opened:
        yield opened.fileno()
