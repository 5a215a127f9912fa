"""Keeps chunks in a temporary folder, so that records that exist nowhere else, such as a pipe's, need no memory."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from itertools import count
from pathlib import Path
from typing import Final

LARGEST: Final = 10 * 2**30
"""Bytes that the records of one input may take on disk at most."""

_FREE_SHARE: Final = 10
"""They may also take no more than one part in so many of the free space."""


class Spill:
    """A temporary folder of packed chunks, made at the first chunk and removed when the process ends.

    Args:
        limit: Bytes that all chunks may take; None for 10 GiB, or a tenth of the free space if that is less.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._folder: Path | None = None
        self._limit = limit
        self._numbers = count()

    @property
    def limit(self) -> int:
        """Bytes that all chunks together may take."""
        if self._limit is None:
            self._limit = min(LARGEST, shutil.disk_usage(tempfile.gettempdir()).free // _FREE_SHARE)
        return self._limit

    def keep(self, data: bytes, owner: object) -> Path | None:
        """Write a chunk to a file, which is removed when its owner is garbage collected.

        Args:
            data: The packed chunk.
            owner: The object that reads the file.

        Returns:
            The file; None if it cannot be written, so that the chunk stays in memory.
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
