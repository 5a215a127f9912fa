"""A live store whose clock the test owns, and what its ticker has kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from logtui.alerts.feed import Feed
from logtui.alerts.keeping.memory import MemoryStore
from logtui.alerts.messages import Describer
from logtui.alerts.news import NewsOfParts
from logtui.alerts.ticking import Ticker
from logtui.engine.ingest.position import POSITION, position_of
from logtui.engine.search.datasets import dataset_of_store, parts_of_store
from logtui.store import Store
from tests.tui.fakes import records

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from logtui.alerts.keeping.base import AlertStore, KeptRule, Posting
    from logtui.alerts.rules import Rule

START: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
SECOND: Final = 10**9


def ns(seconds: float) -> int:
    """The moment so many seconds after the start, epoch nanoseconds."""
    return int(START.timestamp()) * SECOND + int(seconds * SECOND)


class Live:
    """A store, and a ticker that can be started again."""

    def __init__(self, folder: Path, alerts: AlertStore | None = None) -> None:
        self.store = Store(folder, writable=True, by_day=True)
        self.alerts = alerts or MemoryStore()
        self.seq = 0
        self.restart()

    def restart(self, holder: str = "one") -> None:
        """Begin again with what is kept, as after a crash."""
        feed = Feed(NewsOfParts(parts_of_store(self.store), lambda: position_of(self.store)))
        self.ticker = Ticker(
            self.alerts, feed, Describer(dataset_of_store(self.store), "http://logs:8080").message, holder
        )

    def arrive(self, *rows: dict[str, Any], at: float) -> None:
        """Store records: `second` in a row is its time, `arrived` when it came; seconds after the start, as `at`."""
        frame = []
        for row in rows:
            self.seq += 1
            moment = START + timedelta(seconds=row.pop("second", at))
            arrival = START + timedelta(seconds=row.pop("arrived", at))
            frame.append({"timestamp": moment, "order_time": moment, "ingest_time": arrival, "seq": self.seq, **row})
        self.store.seal(records(frame), {POSITION: str(self.seq).encode()}, arrived=ns(at))

    def add(self, rule: Rule, at: float = 0) -> KeptRule:
        return self.alerts.add(rule, ns(at))

    def look(self, at: float) -> None:
        """Look at the rules at a moment by which all that has arrived is stored."""
        self.ticker.look(ns(at), ns(at))

    def history(self, kept: KeptRule) -> list[tuple[float, str]]:
        """What happened, the oldest first, without the making of the rule."""
        entries = [entry for _, entry in self.alerts.history(kept.id, 10_000)]
        return [
            ((each.time - ns(0)) / SECOND, str(each.event)) for each in reversed(entries) if each.event != "created"
        ]

    def postings(self) -> list[Posting]:
        return list(self.alerts.waiting(ns(10**6), 10_000))


def errors(*seconds: float, **more: Any) -> Sequence[dict[str, Any]]:  # noqa: ANN401
    return [{"second": second, "level": "error", **more} for second in seconds]
