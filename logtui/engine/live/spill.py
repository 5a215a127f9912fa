"""Records on disk while an input is open: what is kept nowhere else, as a pipe's, need not stay in memory."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from itertools import count
from pathlib import Path
from typing import Final

LARGEST: Final = 10 * 2**30
"""Bytes that one input's records may take on disk, if there is ten times as much room."""

_FREE_SHARE: Final = 10


class Spill:
    """A temporary folder of packed chunks; it is gone when the process ends.

    Args:
        limit: Bytes that the chunks may take together; None for the smaller of 10 GiB and a tenth of what is free.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._folder: Path | None = None
        self._limit = limit
        self._numbers = count()

    @property
    def limit(self) -> int:
        """Bytes that the chunks may take together."""
        if self._limit is None:
            self._limit = min(LARGEST, shutil.disk_usage(tempfile.gettempdir()).free // _FREE_SHARE)
        return self._limit

    def keep(self, data: bytes, owner: object) -> Path | None:
        """Write a chunk to a file that is removed when its owner is.

        Args:
            data: The chunk.
            owner: The object that reads the file.

        Returns:
            The file; None if the disk refuses.
        """
        try:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="logtui-"))
                weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            path = self._folder / f"{next(self._numbers)}.parquet"
            path.write_bytes(data)
        except OSError:
            return None
        weakref.finalize(owner, path.unlink, missing_ok=True)
        return path
