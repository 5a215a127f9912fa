"""`DataFolder`: where the parts of a live store are, and what any process may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.writer import POSITION
from logtui.store import peek
from logtui.store.journal import FileJournalReader

if TYPE_CHECKING:
    from pathlib import Path


class DataFolder:
    """Where the parts of a live store are.

    Args:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path: Final = path
        self.store: Final = path / "store"
        self.journal: Final = path / "journal"
        self.dead_letters: Final = path / "dead-letters.sqlite"
        self.idempotency: Final = path / "idempotency.sqlite"
        self.alerts: Final = path / "alerts.sqlite"
        self.statistics: Final = path / "worker-statistics.json"

    @property
    def position(self) -> int:
        """The number of the last record that the worker has put into the store."""
        return int(peek(self.store, POSITION) or 0)

    @property
    def waiting(self) -> int:
        """Records that are durable and not yet in the store."""
        position = self.position  # in the other order, what is stored meanwhile would count as waiting
        last = FileJournalReader(self.journal).last if self.journal.is_dir() else 0
        return max(0, last - position)
