"""Disk: files that are there whole or not at all, whatever happens."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that takes its name once it is on the disk.

    Args:
        path: The file; one that is there stays as it is until then.

    Yields:
        A file to write to.

    Raises:
        OSError: If the disk refuses; the file is as it was, and what was written is gone.
    """
    written = path.with_name(path.name + ".tmp")
    try:
        with written.open("wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        written.rename(path)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names of files in a folder durable.

    Args:
        folder: The folder.

    Raises:
        OSError: If the disk refuses.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
