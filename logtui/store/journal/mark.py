"""The durable mark: up to where a journal may be read, for readers in every process."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

import google_crc32c

if TYPE_CHECKING:
    from pathlib import Path

_FIELDS: Final = struct.Struct("<QQQ")
_SUM: Final = struct.Struct("<I")
_NAME: Final = "durable"
_TRIES: Final = 1000


class Mark(NamedTuple):
    """What is durable.

    Attributes:
        first_seq: Number of the first record of the newest segment; 0 if there is no segment.
        length: The durable part of that segment, in bytes.
        next_seq: The number above that of the last durable record.
    """

    first_seq: int
    length: int
    next_seq: int

    def raised_to(self, next_seq: int) -> Mark:
        """The same mark with a number for the next record that is at least `next_seq`."""
        return self._replace(next_seq=max(next_seq, self.next_seq))


NOTHING: Final = Mark(0, 0, 1)
"""The mark of a journal into which nothing has been written."""


class MarkFile:
    """The file of the mark, for the one process that writes the journal. It is written after each commit, in place.

    It is not made durable with each commit: after a power cut an older mark is found, and recovery looks for the frames
    behind it.

    Args:
        folder: The journal's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, mark: Mark) -> None:
        """Let readers read up to a mark."""
        fields = _FIELDS.pack(*mark)
        os.pwrite(self._file, fields + _SUM.pack(google_crc32c.value(fields)), 0)

    def sync(self) -> None:
        """Make the mark durable."""
        os.fdatasync(self._file)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def read_mark(folder: Path) -> Mark:
    """The mark of a journal; `NOTHING` also if it is damaged."""
    try:
        file = os.open(folder / _NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return NOTHING
    try:
        # Reading is not atomic beside a write: half of a new mark and half of an old one fail the checksum.
        return next((mark for _ in range(_TRIES) if (mark := _mark_in(file))), NOTHING)
    finally:
        os.close(file)


def _mark_in(file: int) -> Mark | None:
    data = os.pread(file, _FIELDS.size + _SUM.size, 0)
    fields, checksum = data[: _FIELDS.size], data[_FIELDS.size :]
    return Mark(*_FIELDS.unpack(fields)) if checksum == _SUM.pack(google_crc32c.value(fields)) else None
