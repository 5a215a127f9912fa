"""Leases protect segment files that readers in this process still need from being removed by a sweep."""

from __future__ import annotations

from collections import Counter
from threading import RLock
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from logtui.store.segment import Segment

_lock: Final = RLock()
"""Guards `_held`. A lease also holds it from looking segments up until they are leased, and a sweep from checking a
file's leases until the file is removed; else a sweep between the two steps could remove a file that is being leased."""

_held: Final[Counter[str]] = Counter()
"""Number of leases by file name; names are random and so never the same in two folders. The count is shared by the
whole process, because its reader and its writer open the same store separately."""


class Lease:
    """Segments whose files are kept until the lease is released.

    Args:
        find: Looks up the segments that exist.

    Attributes:
        segments: The segments; they can be read until the release, even if they are replaced.
    """

    def __init__(self, find: Callable[[], tuple[Segment, ...]]) -> None:
        with _lock:
            self.segments: Final = find()
            self._files = [segment.path.name for segment in self.segments]
            _held.update(self._files)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Release the segments; a second call has no effect."""
        with _lock:
            files, self._files = self._files, []
            _held.subtract(files)
            for file in files:
                if not _held[file]:
                    del _held[file]


def remove_unleased(paths: Iterable[Path]) -> list[Path]:
    """Remove files that no lease in this process holds.

    Args:
        paths: Files of segments that the catalogue no longer lists.

    Returns:
        The files that are leased and were not removed.

    Raises:
        OSError: If a file cannot be removed.
    """
    left = []
    for path in paths:
        with _lock:
            if _held[path.name]:
                left.append(path)
            else:
                path.unlink(missing_ok=True)
    return left
