"""The cache: one store per indexed file, found by a key, bounded in size, the least recently used out first."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

LARGEST: Final = 10 * 1024**3
"""Bytes that all indexes together may take, if a tenth of the free disk is not less."""

_FREE_SHARE: Final = 10


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
        limit: Bytes that all indexes together may take; None for the smaller of 10 GB and a tenth of what is free.
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
        """Where the index of a key is, or would be."""
        return self.root / key

    def entries(self) -> list[Entry]:
        """All indexes, the one used last first."""
        folders = [path for path in self.root.iterdir() if path.is_dir()] if self.root.is_dir() else []
        found = [entry for path in folders if (entry := _entry(path))]
        return sorted(found, key=lambda entry: entry.used, reverse=True)

    def evict(self, wanted: int = 0) -> int:
        """Remove the least recently used indexes that nobody uses until the rest is within the limit.

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
        """Remove every index that nobody uses.

        Returns:
            Bytes that were freed, and how many indexes are in use and stay.
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
    except OSError:  # removed meanwhile
        return None
