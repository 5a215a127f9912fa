"""Leases: the segment files that readers in this process still need, so that no sweep removes one under them."""

from __future__ import annotations

from collections import Counter
from threading import RLock
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from logtui.store.segment import Segment

_lock: Final = RLock()
"""Guards `_held`. It is also held from looking up the segments that exist to leasing them, and from asking whether a
file is leased to removing it: between the two of either, the other could come in and a leased file would be gone."""

_held: Final[Counter[str]] = Counter()
"""Leases by the names of files, which are random and so never the same in two folders. One count for the process,
because its reader and its writer open the same store separately."""


class Lease:
    """Segments whose files stay until the lease is released.

    Args:
        find: Looks up the segments that exist.

    Attributes:
        segments: The segments, which can be read until then, whatever replaces them.
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
        """Let go of the segments; a second time changes nothing."""
        with _lock:
            files, self._files = self._files, []
            _held.subtract(files)
            for file in files:
                if not _held[file]:
                    del _held[file]


def remove_unleased(paths: Iterable[Path]) -> list[Path]:
    """Remove files that no lease in this process holds.

    Args:
        paths: Segment files that do not exist any more as far as the catalogue is concerned.

    Returns:
        Those that are leased, and stay.

    Raises:
        OSError: If the disk refuses.
    """
    left = []
    for path in paths:
        with _lock:
            if _held[path.name]:
                left.append(path)
            else:
                path.unlink(missing_ok=True)
    return left
