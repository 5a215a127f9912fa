"""Puts a whole archive back into a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.store.archive import missing_files, restore_file

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.store import Store


def restore(folder: Path, store: Store) -> int:
    """Put what is missing of an archive into a store; returns the records that have come."""
    missing = missing_files(folder, store)
    for file in missing:
        restore_file(folder, store, file)
    return sum(file.rows for file in missing)
