"""The cache of indexes: one store per file, found by a key; the least recently used are removed to bound its size."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

LARGEST: Final = 10 * 1024**3
"""Bytes that all indexes together may take at most."""

_FREE_SHARE: Final = 10
"""They may also take no more than one part in so many of the free space and their own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One index in the cache.

    Attributes:
        path: Its folder.
        size: Bytes on disk.
        used: When it was last used (UTC).
    """

    path: Path
    size: int
    used: datetime


class Cache:
    """The folder of all indexes.

    Args:
        root: The folder; made with the first index.
        limit: Bytes that all indexes together may take; None for 10 GiB, or a tenth of the free space if that is less.
    """

    def __init__(self, root: Path, limit: int | None = None) -> None:
        self.root: Final = root
        self._limit = limit

    @property
    def limit(self) -> int:
        """Bytes that all indexes together may take."""
        if self._limit is not None:
            return self._limit
        folder = next(path for path in (self.root, *self.root.parents) if path.exists())
        free = shutil.disk_usage(folder).free + sum(entry.size for entry in self.entries())
        return min(LARGEST, free // _FREE_SHARE)

    def folder(self, key: str) -> Path:
        """The folder of the index with a key, whether it exists or not."""
        return self.root / key

    def entries(self) -> list[Entry]:
        """List all indexes, the last used first."""
        folders = [path for path in self.root.iterdir() if path.is_dir()] if self.root.is_dir() else []
        found = [entry for path in folders if (entry := _entry(path))]
        return sorted(found, key=lambda entry: entry.used, reverse=True)

    def evict(self, wanted: int = 0) -> int:
        """Remove indexes until the rest is within the limit: the least recently used first, none that is in use.

        Args:
            wanted: Bytes that are about to be added.

        Returns:
            Bytes that were freed.
        """
        from logtui.store.store import remove_store  # SQLite among others, 8 ms, which no small file needs

        entries = self.entries()
        size, limit, freed = sum(entry.size for entry in entries), self.limit, 0
        for entry in reversed(entries):
            if size - freed + wanted <= limit:
                break
            if remove_store(entry.path):
                freed += entry.size
        return freed

    def clear(self) -> tuple[int, int]:
        """Remove all indexes that are not in use.

        Returns:
            Bytes that were freed, and the number of indexes that are in use and were kept.
        """
        from logtui.store.store import remove_store

        freed = busy = 0
        for entry in self.entries():
            if remove_store(entry.path):
                freed += entry.size
            else:
                busy += 1
        return freed, busy


def _entry(path: Path) -> Entry | None:
    try:
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        lock = path / "use.lock"
        return Entry(path, size, datetime.fromtimestamp((lock if lock.exists() else path).stat().st_mtime, UTC))
    except OSError:  # removed by another process meanwhile
        return None
