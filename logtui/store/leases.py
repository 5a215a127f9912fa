"""Leases: the segment files that readers in any process still need, so that no sweep removes one under them.

The file `leases.lock` of a store is never written. Who reads a segment holds a shared lock on the byte of it that the
segment's number counts, and the kernel lets go of it when the process ends, however it ends: a killed reader holds
nothing, and no clock decides. A file that may only be read can be locked so too; where there is none and none can be
made, nothing is held. Byte 0 is held from looking up the segments to locking them, and from asking whether a segment is
leased to removing its file: between the two of either, the other could come in and a leased file be gone.
"""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from contextlib import contextmanager, suppress
from threading import RLock
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from logtui.store.disk import open_to_share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from logtui.store.segment import Segment

_NAME: Final = "leases.lock"
_GATE: Final = 0

_lock: Final = RLock()
"""Guards `_open`, and does for the threads of this process what byte 0 does for processes. A finalizer may release a
lease in a thread that holds it already."""


class _LeaseFile:
    """The lease file of a store; its locks belong to the process, whose leases of each segment are counted.

    Without a descriptor nothing is locked.
    """

    def __init__(self, key: tuple[int, int], descriptor: int | None) -> None:
        self.key: Final = key
        self.descriptor: Final = descriptor
        self.counts: Final = Counter[int]()
        self.users = 0

    def lock(self, byte: int, kind: int) -> None:
        if self.descriptor is not None:
            fcntl.lockf(self.descriptor, kind, 1, byte)

    def try_lock(self, byte: int) -> bool:
        """Lock a byte for this process alone, if no other one holds it."""
        try:
            self.lock(byte, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):  # systems differ in which
            return False
        return True

    def hold(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            # Counted first: a finalizer that releases the same segment must not unlock it in between.
            self.counts[number] += 1
            if self.counts[number] == 1:
                self.lock(number, fcntl.LOCK_SH)

    def let_go(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self.counts[number] -= 1
            if not self.counts[number]:
                del self.counts[number]
                self.lock(number, fcntl.LOCK_UN)

    def close_if_unused(self) -> None:
        if not self.users and not self.counts and self.descriptor is not None and _open.get(self.key) is self:
            del _open[self.key]
            os.close(self.descriptor)


_open: Final[dict[tuple[int, int], _LeaseFile]] = {}
"""Lease files that are open, by device and inode. There must be one descriptor of each in the process: closing any
descriptor of a file lets go of all locks that the process has on it."""


class Replaced(NamedTuple):
    """A file that belongs to no segment any more.

    Attributes:
        path: The file.
        number: The number of the segment that it was; None if it never was one.
    """

    path: Path
    number: int | None


class Lease:
    """Segments whose files are kept until the lease is released.

    Args:
        folder: The folder of their store.
        find: Looks up the segments that exist.

    Attributes:
        segments: The segments, which can be read until then, whatever replaces them.

    Raises:
        OSError: If the system refuses.
    """

    def __init__(self, folder: Path, find: Callable[[], tuple[Segment, ...]]) -> None:
        self._folder: Final = folder
        self._numbers: list[int] = []
        with _lease_file(folder) as file:
            file.lock(_GATE, fcntl.LOCK_SH)
            try:
                self.segments: Final = find()
                numbers = [segment.number for segment in self.segments]
                file.hold(numbers)
            finally:
                file.lock(_GATE, fcntl.LOCK_UN)
        self._file: Final = file
        self._numbers = numbers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Release the segments; a second call has no effect."""
        with _lock:
            numbers, self._numbers = self._numbers, []
            self._file.let_go(numbers)
            self._file.close_if_unused()


def can_lease(folder: Path) -> bool:
    """Whether leases on the segments of a store keep their files; not where the lease file cannot be made.

    Raises:
        OSError: If the system refuses for another reason.
    """
    with _lease_file(folder) as file:
        return file.descriptor is not None


def remove_unleased(folder: Path, replaced: Iterable[Replaced]) -> list[Replaced]:
    """Remove files that no lease in any process holds; never waits for a reader.

    Args:
        folder: The folder of the store.
        replaced: Files that belong to no segment as far as the catalogue is concerned.

    Returns:
        Those that are leased, or that could not be asked about because a reader is looking up segments; they stay.

    Raises:
        OSError: If a file cannot be removed.
    """
    return [each for each in replaced if not _is_removed(folder, each)]


def _is_removed(folder: Path, replaced: Replaced) -> bool:
    path, number = replaced
    if number is None:
        path.unlink(missing_ok=True)
        return True
    with _lease_file(folder) as file:
        return number not in file.counts and file.try_lock(_GATE) and _is_unlinked(file, path, number)


def _is_unlinked(file: _LeaseFile, path: Path, number: int) -> bool:
    try:
        is_free = file.try_lock(number)
        if is_free:
            path.unlink(missing_ok=True)
        return is_free
    finally:
        file.lock(number, fcntl.LOCK_UN)
        file.lock(_GATE, fcntl.LOCK_UN)


@contextmanager
def _lease_file(folder: Path) -> Iterator[_LeaseFile]:
    """The lease file of a store, for one thread at a time."""
    with _lock:
        file = _opened(folder)
        file.users += 1
        try:
            yield file
        finally:
            file.users -= 1
            file.close_if_unused()


def _opened(folder: Path) -> _LeaseFile:
    path = folder / _NAME
    with suppress(FileNotFoundError):
        found = path.stat()
        if file := _open.get((found.st_dev, found.st_ino)):
            return file
    descriptor = open_to_share(path)
    if descriptor is None:
        return _LeaseFile((0, 0), None)
    made = os.fstat(descriptor)
    key = (made.st_dev, made.st_ino)
    return _open.setdefault(key, _LeaseFile(key, descriptor))
