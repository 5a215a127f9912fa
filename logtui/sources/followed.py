"""A regular file that is read as it grows, through rotation, truncation and replacement."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from logtui.errors import SourceError
from logtui.sources.base import SAMPLE_BYTES
from logtui.sources.file import FileSource
from logtui.sources.fingerprint import FileFingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL_SECONDS: Final = 0.1
_LONGEST_POLL_SECONDS: Final = 1.0
_POLLS: Final = 100
"""A file is looked at again after its silence divided by this, within these two limits: ten looks a second at each of
2,000 files would keep a core busy."""

_GATHER_SECONDS: Final = 0.5
"""What is appended sooner after the last bytes is gathered, so that a trickle is not parsed and shown line by line."""
_CLOCK_NANOSECONDS: Final = 1_000_000_000
"""More than a tick of any file system's clock: a file can be written twice in one tick, and its time stays the same."""


class FollowedFile(FileSource):
    """A plain file whose blocks go on with what is appended to it.

    The file stays open, so that what is written to it after it was renamed is still read, and its number cannot be
    given to another file. `blocks` ends when the path leads to another file, or to one that was cut and begins anew;
    `next_generation` goes on with that one.

    Args:
        path: Path of a regular file.

    Attributes:
        caught_up: Whether everything that was there has been taken at least once.
        past: What was read of the files that the path led to before.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.caught_up = False
        self.past: list[FileFingerprint] = []
        self._descriptor: int | None = None
        self._fingerprint: FileFingerprint | None = None
        self._polled = 0.0
        self._gathered = 0.0
        modified = self.modified or datetime.now(UTC)
        self._heard = time.monotonic() - (datetime.now(UTC) - modified).total_seconds()

    @property
    def due(self) -> float:
        """When the file is to be looked at again, on the clock of `time.monotonic`."""
        silence = (time.monotonic() - self._heard) / _POLLS
        return max(self._polled + min(max(silence, _POLL_SECONDS), _LONGEST_POLL_SECONDS), self._gathered)

    def blocks(self, block_bytes: int) -> Iterator[bytes]:
        """The bytes from the present position, and an empty block each time that there are no more for now."""
        wanted = min(SAMPLE_BYTES, block_bytes)
        while not self.closed:
            if data := self._read(wanted):
                self._position += len(data)
                yield data
                wanted = block_bytes
                self._heard = time.monotonic()
                self._gathered = self._heard + _GATHER_SECONDS * self.caught_up
                continue
            yield b""
            self.caught_up = True
            self._pause()
            # What came between the last look and the rotation is still in the old file.
            if self.is_cut or (self._leads_elsewhere() and not self._has_more()):
                return
        self._forget()

    def has_changed(self) -> bool:
        """Rest until the next look; whether there is more behind the present position, or another file at the path."""
        self.caught_up = True
        self._pause()
        return self.closed or self._has_more() or self.is_cut or self._leads_elsewhere()

    def next_generation(self) -> bool:
        """Begin with the file as it is now: the same one if it was cut, else the one that the path leads to.

        Returns:
            False once the source has been closed.
        """
        # Before the file is let go of: whoever asks `was` in between must find it either open or in the past.
        if self._fingerprint and self._fingerprint.read:
            self.past.append(self._fingerprint)
        is_cut, self._position = self.is_cut, 0
        if is_cut:
            self._note(0)
        else:
            self._forget()
        while not self.closed and self._descriptor is None and not self.path.exists():
            self._pause()
        return not self.closed

    def was(self, path: Path) -> bool:
        """Whether a file beside this one holds what is read or was read from the path, as `app.log.1` does."""
        if path.parent != self.path.parent or not path.name.startswith(self.path.name):
            return False
        try:
            opened = self._fingerprint
            return (opened is not None and opened.is_at(path)) or any(past.begins(path) for past in self.past)
        except OSError:
            return False

    def _read(self, wanted: int) -> bytes:
        try:
            data = os.pread(self._opened(), wanted, self._position)
            if data:
                self._note(self._position + len(data))
        except FileNotFoundError:
            return b""  # between two files
        except OSError as error:
            raise SourceError(f"{self.name}: cannot read at byte {self._position}: {error.strerror}") from error
        return data

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            self._note(self._position)
        return self._descriptor

    def _note(self, read: int) -> None:
        """Note what the open file is recognised by, now that so many of its bytes have been read."""
        self._fingerprint = FileFingerprint.of(self._opened(), read)

    def _forget(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = self._fingerprint = None

    def _pause(self) -> None:
        """Wait until the next look is due; many files that are read in turn do not add up their waits."""
        time.sleep(max(0.0, self.due - time.monotonic()))
        self._polled = time.monotonic()

    def _leads_elsewhere(self) -> bool:
        """Whether the path leads to another file than the open one."""
        try:
            return self._fingerprint is not None and not self._fingerprint.is_at(self.path)
        except OSError:
            return False  # gone, maybe to come back

    @property
    def is_cut(self) -> bool:
        """Whether what was read is no longer in the open file."""
        if self._descriptor is None or self._fingerprint is None:
            return False
        status = os.fstat(self._descriptor)
        if self._fingerprint.covers(status) and time.time_ns() - status.st_mtime_ns > _CLOCK_NANOSECONDS:
            return False  # sooner than to look at its bytes (3 us, not 26), ten times a second for each quiet file
        return not self._fingerprint.change_of(self._descriptor).keeps_what_was_read

    def _has_more(self) -> bool:
        return bool(os.pread(self._opened(), 1, self._position))
