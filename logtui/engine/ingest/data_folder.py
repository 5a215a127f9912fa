"""`DataFolder`: where the parts of a live store are, and what any process may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.clickhouse_mark import read_mark
from logtui.engine.ingest.position import POSITION
from logtui.store import peek
from logtui.store.journal import FileJournalReader
from logtui.store.store import CATALOGUE

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
        self.clickhouse: Final = path / "clickhouse.json"

    @property
    def position(self) -> int:
        """The number of the last record that the worker has put into the store."""
        if mark := read_mark(self.clickhouse):
            return mark.position or 0
        return int(peek(self.store, POSITION) or 0)

    @property
    def holds_records(self) -> bool:
        """Whether there is a store in the folder, or records wait for one, that is in no other place."""
        return (self.store / CATALOGUE).is_file() or (not self.clickhouse.exists() and self.waiting > 0)

    @property
    def waiting(self) -> int:
        """Records that are durable and not yet in the store."""
        position = self.position  # in the other order, what is stored meanwhile would count as waiting
        last = FileJournalReader(self.journal).last if self.journal.is_dir() else 0
        return max(0, last - position)
