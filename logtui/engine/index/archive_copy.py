"""Archives are searched through copies, which have the rollups and word indexes that an archive has not."""

from __future__ import annotations

import hashlib
import shutil
import weakref
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from logtui.store import opened_archive
from logtui.store.archive import manifest_of

if TYPE_CHECKING:
    from logtui.store import Cache
    from logtui.store.archive import ArchiveCopy


def archive_copy(folder: Path, cache: Cache | None) -> ArchiveCopy:
    """A store that holds what an archive holds; what the copy lacks is copied now.

    Args:
        folder: The archive's folder.
        cache: Where the copy is kept; None for a copy that goes with the store.

    Raises:
        StoreError: If the archive has no manifest that can be read, or the disk refuses.
        StoreBusyError: If another process is copying it.
    """
    if cache is None:
        return _passing_copy(folder)
    copy = cache.folder(_key(folder))
    if not copy.exists():
        cache.evict(sum(file.size for file in manifest_of(folder).files))
    return opened_archive(folder, copy)


def _passing_copy(folder: Path) -> ArchiveCopy:
    copy = mkdtemp(prefix="logtui-archive-")
    try:
        copied = opened_archive(folder, Path(copy))
    except BaseException:
        shutil.rmtree(copy)
        raise
    weakref.finalize(copied.store, shutil.rmtree, copy)
    return copied


def _key(folder: Path) -> str:
    """The name of the copy; an archive that is made anew in the same place has another."""
    found = folder.stat()
    return hashlib.sha256(repr((str(folder.resolve()), found.st_dev, found.st_ino)).encode()).hexdigest()[:32]
