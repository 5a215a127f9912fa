"""Writing one segment: appended bytes count only once they are durable."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Self

from logtui.store.disk import sync_folder
from logtui.store.journal.segment import HEAD_BYTES, JournalSegment, segment_head

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_PARTS: Final = os.sysconf("SC_IOV_MAX")


class SegmentWriter:
    """A segment that is being written, by one thread.

    Args:
        segment: A new segment.
        file: A descriptor of its file, which holds its head.

    Attributes:
        segment: The segment.
        length: Its durable part, in bytes.
        is_trusted: False during a write and a sync, and once one has failed. The kernel may have dropped what it could
            not write, and a second sync of the same descriptor would report success; so nothing more is written to it.
    """

    def __init__(self, segment: JournalSegment, file: int) -> None:
        self.segment: Final = segment
        self.length = HEAD_BYTES
        self.is_trusted = True
        self._file = file

    @classmethod
    def begin(cls, folder: Path, first_seq: int) -> Self:
        """Make an empty segment, durably.

        Args:
            folder: The journal's folder.
            first_seq: Number of its first record.

        Raises:
            OSError: If the disk refuses; there is no segment then.
        """
        segment = JournalSegment.named(folder, first_seq)
        temporary = segment.path.with_suffix(".tmp")
        file = os.open(temporary, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            _write_all(file, [segment_head()])
            os.fsync(file)
            temporary.rename(segment.path)
            sync_folder(folder)
        except OSError:
            os.close(file)
            temporary.unlink(missing_ok=True)
            segment.path.unlink(missing_ok=True)
            raise
        return cls(segment, file)

    def append(self, parts: Sequence[bytes]) -> None:
        """Write parts and make them durable, with one sync.

        Raises:
            OSError: If the disk refuses; the segment is not trusted any more.
        """
        self.is_trusted = False
        _write_all(self._file, parts)
        os.fdatasync(self._file)
        self.length += sum(map(len, parts))
        self.is_trusted = True

    def seal(self) -> None:
        """End the segment: what is not durable is removed, so that it cannot be found by a recovery.

        Raises:
            OSError: If the disk refuses; this may be tried again.
        """
        if self._file >= 0:
            file, self._file = self._file, -1
            os.close(file)
        if self.length == HEAD_BYTES:
            self.segment.path.unlink(missing_ok=True)
        elif not self.is_trusted:
            self.segment.cut(self.length)


def _write_all(file: int, parts: Sequence[bytes]) -> None:
    for first in range(0, len(parts), _PARTS):
        some = parts[first : first + _PARTS]
        written = os.writev(file, some)
        # A write ends early at a full disk, or at a size that the kernel does not take at once.
        if written < sum(map(len, some)):
            _write_rest(file, memoryview(b"".join(some))[written:])


def _write_rest(file: int, rest: memoryview) -> None:
    while rest:
        rest = rest[os.write(file, rest) :]
