"""Disk: files that are there whole or not at all, whatever happens."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

_UNWRITABLE: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


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


def open_to_share(path: Path) -> int | None:
    """Open a file for shared locks, for which reading it is enough.

    Args:
        path: The file; it is made if it is missing.

    Returns:
        Its descriptor; None if it is missing and cannot be made, or may not be read.

    Raises:
        OSError: If the disk refuses for another reason.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
    with suppress(FileNotFoundError, PermissionError):
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return None


def touch_if_allowed(path: Path) -> None:
    """Set the time of a file to now, unless it is missing or may not be written."""
    try:
        os.utime(path)
    except OSError as error:
        if error.errno not in (*_UNWRITABLE, errno.ENOENT):
            raise
