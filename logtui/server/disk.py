"""Whether the disk takes records: watched, so that a server says why it refuses, and takes them again by itself."""

from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING, Final

from logtui.errors import StoreError
from logtui.server.logs import log

if TYPE_CHECKING:
    from pathlib import Path

_WATCH_SECONDS: Final = 1.0
_PROBE: Final = bytes(1 << 16)


class Disk:
    """The disk of a data folder.

    Args:
        folder: The folder.
        min_free_bytes: Below this it counts as full.
    """

    def __init__(self, folder: Path, min_free_bytes: int) -> None:
        self._problem: str | None = None
        self._folder = folder
        self._min_free_bytes = min_free_bytes
        self.look()

    @property
    def problem(self) -> str | None:
        """Why it takes no records; None if it does."""
        return self._problem

    def check(self) -> None:
        """Let a request go on.

        Raises:
            StoreError: If the disk takes no records.
        """
        if self._problem is not None:
            raise StoreError(self._problem)

    def refuse(self, problem: str) -> None:
        """Take no records until the disk does again."""
        if problem != self._problem:
            log.error("no records are taken", reason=problem)
        self._problem = problem

    def look(self) -> None:
        """Find out whether the disk takes records."""
        try:
            if shutil.disk_usage(self._folder).free < self._min_free_bytes:
                self.refuse(f"the disk is full: less than {self._min_free_bytes:,} bytes are free")
            elif self._problem is not None:
                self._probe()
                self._problem = None
                log.info("records are taken again")
        except OSError as error:
            self.refuse(f"the disk refuses: {error}")

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            await asyncio.to_thread(self.look)

    def _probe(self) -> None:
        """Write something durably, since free bytes alone do not say that a disk works."""
        path = self._folder / "probe"
        try:
            with path.open("wb") as file:
                file.write(_PROBE)
                file.flush()
                os.fsync(file.fileno())
        finally:
            path.unlink(missing_ok=True)
