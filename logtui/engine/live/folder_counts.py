"""What is counted of a server's data folder beside its records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.store.dead_letters import DeadLetters

if TYPE_CHECKING:
    from logtui.engine.ingest.data_folder import DataFolder
    from logtui.engine.live.snapshot import Counts


class FolderCounts:
    """Counts what waits to be stored, and the dead letters; a server may run on the folder or not.

    Args:
        folder: The data folder.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._letters: DeadLetters | None = None

    def __call__(self) -> Counts:
        """The counts at this moment."""
        return (("waiting", self._folder.waiting), ("dead letters", self._count_letters()))

    def _count_letters(self) -> int:
        if self._letters is None:
            if not self._folder.dead_letters.exists():
                return 0
            self._letters = DeadLetters(self._folder.dead_letters)  # once: it writes to the file
        return self._letters.totals.letters
