"""Fronts and workers that share a queue in a real Redis, all in one process, so that a test owns what happens when."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from logtui.alerts.feed import Feed
from logtui.alerts.keeping.database import Database
from logtui.alerts.keeping.sql import SqlStore
from logtui.alerts.notify.base import Message
from logtui.alerts.ticking import Ticker
from logtui.engine.ingest import clickhouse_storage, shared_queue
from logtui.engine.ingest.clickhouse_storage import SharedClickHouseStorage, join
from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.shared_queue import SharedQueue
from logtui.engine.ingest.writer import Writer
from logtui.errors import AlertError, JournalError, StoreError
from logtui.store.clickhouse import inserts
from logtui.store.clickhouse.claim import reached_in
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal import redis, redis_link, redis_shares
from logtui.store.journal.redis import RedisJournal
from logtui.store.journal.redis_shares import RedisShares
from logtui.store.journal.share_scripts import HOLD
from tests.engine.ingest.batches import json_batch
from tests.faults.pointed_redis import ACTING, Clock, PointedRedis, at_once
from tests.faults.puppet import Crash, Order, Puppet, ordered
from tests.faults.tables import Tables, TablesConnection, TablesNews

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from logtui.alerts.episodes import News
    from logtui.alerts.keeping.base import Lease, Look
    from logtui.store.journal import Batch

SECOND: Final = 10**9
NOON: Final = int(datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()) * SECOND
_RETRY_SECONDS: Final = 1.0
_SHARE_ROWS: Final = 4
_HOLD_MS: Final = 10**9
"""A share is free again when a test says so, however slow the machine is."""


class Patience(threading.Event):
    """What a puppet waits for is a point, and never comes.

    Attributes:
        waits: How often it has waited.
    """

    def __init__(self, puppet: Puppet) -> None:
        super().__init__()
        self.waits = 0
        self._puppet = puppet

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002
        self.waits += 1
        self._puppet.point(lambda: None, StoreError("no rest"))
        return False


class Front:
    """A process that takes records.

    Args:
        url: The Redis.
        skew: How far its clock is ahead, nanoseconds.

    Attributes:
        orders: What becomes of its next requests; those after them go well.
        journal: Its journal.
        skew: How far its clock is ahead, nanoseconds.
    """

    def __init__(self, url: str, skew: int = 0) -> None:
        self.orders: deque[Order] = deque()
        self.skew = skew
        ACTING.point = self._point
        self.journal: Final = RedisJournal(url, retry_seconds=_RETRY_SECONDS)

    def append(self, batch: Batch, orders: Iterable[Order] = ()) -> bool:
        """Whether a batch, or one of the same key, is acknowledged, if its requests go as ordered."""
        self.orders.extend(orders)
        try:
            self.journal._submit(batch, is_once=True).result()
        except JournalError:
            return False
        finally:
            self.orders.clear()
        return True

    def _point(self, act: Callable[[], Any], error: Exception) -> Any:  # noqa: ANN401
        return ordered(self.orders.popleft() if self.orders else Order.GO, act, error)


class Alerts(SqlStore):
    """A store of alerts whose next transaction of a look goes as ordered.

    Attributes:
        order: What becomes of it.
    """

    order = Order.GO

    def keep(self, looks: Sequence[Look], lease: Lease) -> None:
        order, self.order = self.order, Order.GO
        ordered(order, lambda: super(Alerts, self).keep(looks, lease), AlertError("the connection is lost"))


class Worker:
    """A process that stores records and looks at alerts; the first half is a puppet.

    Args:
        cluster: What it belongs to.
        name: Its name, and that of its folder.
        skew: How far its clock is ahead, nanoseconds.

    Attributes:
        shares: Its shares; None until it has reached Redis.
        source: Where its records come from; None until it has reached both.
        ticker: What looks at alerts.
        puppet: Its first half.
        skew: How far its clock is ahead, nanoseconds.
        rest: Where it waits for something to do.
    """

    def __init__(self, cluster: Cluster, name: str, skew: int = 0) -> None:
        self.shares: RedisShares | None = None
        self.source: SharedQueue | None = None
        self.writer: Writer | None = None
        self.skew = skew
        self.ticker: Final = Ticker(cluster.alerts, Feed(TablesNews(cluster.tables)), message_of, name)
        self._cluster = cluster
        self._folder = DataFolder(cluster.folder / name)
        self._folder.path.mkdir()
        self.puppet: Final = Puppet(self._work)
        self.rest: Final = Patience(self.puppet)

    def _work(self, puppet: Puppet) -> None:
        """What the process of a worker does, from its start on."""
        ACTING.point = puppet.point
        connect = partial(TablesConnection, self._cluster.tables, puppet.point)
        with ExitStack() as parts:
            queue = RedisJournal(self._cluster.url, above=reached_in(connect()), retry_seconds=_RETRY_SECONDS)
            parts.callback(queue.close)
            join(connect, self._folder, lambda: queue.store or queue.name)
            storage = SharedClickHouseStorage(connect, self._folder, None)
            parts.callback(storage._let_go)  # as at the end of a process: nothing is noted
            queue.claim(storage.name)
            self.shares = RedisShares(queue)
            self._cluster.shared.append(self.shares)
            self.source = SharedQueue(queue, self.shares, storage)
            self.writer = Writer(self.source, storage, DeadLetters(self._folder.dead_letters))
            self.writer.run(self.rest, threading.Event())


class Cluster:
    """Fronts, workers, and what they share.

    Args:
        folder: An empty folder.
        url: An empty database of a Redis.
        alerts: The store of alerts.

    Attributes:
        shared: The shares of all workers there have been.
    """

    def __init__(self, folder: Path, url: str, alerts: Alerts) -> None:
        self.folder: Final = folder
        self.url: Final = url
        self.alerts: Final = alerts
        self.clock: Final = Clock(NOON)
        self.tables: Final = Tables()
        self.shared: Final[list[RedisShares]] = []
        self._names = iter(range(10**6))
        self._parts = ExitStack()
        self._parts.enter_context(_in_haste(self.clock))
        self.fronts: Final = [Front(url) for _ in range(2)]
        self.workers: Final = [self._new_worker() for _ in range(2)]
        ACTING.point = at_once
        for number, worker in enumerate(self.workers):
            while worker.source is None:
                self.go(number, Order.GO)
        self.operator: Final = RedisJournal(url)

    @contextmanager
    def acting(self, skew: int) -> Iterator[None]:
        """Let the clock be that of one who takes part."""
        self.clock.skew = skew
        try:
            yield
        finally:
            self.clock.skew = 0

    def replace_front(self, number: int) -> None:
        """End a front, and start another in its place."""
        self.fronts[number].journal.close()
        self.fronts[number] = Front(self.url, self.fronts[number].skew)

    def batch(self, numbers: Iterable[int], level: str) -> Batch:
        """Records that are told apart by their numbers."""
        moment = datetime.fromtimestamp(self.clock.now // SECOND, UTC).isoformat()
        return json_batch({"timestamp": moment, "level": level, "message": str(each)} for each in numbers)

    def go(self, number: int, order: Order) -> None:
        """Let a worker go on to its next point; if its process ends, another is started in its place."""
        worker = self.workers[number]
        with self.acting(worker.skew):
            worker.puppet.go(order)
        if worker.puppet.has_ended:
            self.replace_worker(number)

    def go_until_idle(self, number: int) -> None:
        """Let a worker go on until it waits, for records or after a failure."""
        rest = self.workers[number].rest
        waits = rest.waits
        while rest.waits == waits and self.workers[number].rest is rest:
            self.go(number, Order.GO)

    def replace_worker(self, number: int) -> None:
        """End a worker where it is, and start another in its place."""
        worker = self.workers[number]
        worker.puppet.crash()
        failure = worker.puppet.failure
        if failure and not isinstance(failure, (JournalError, StoreError)):
            raise failure
        self.workers[number] = self._new_worker(worker.skew)

    def end_leases(self, shares: Iterable[RedisShares]) -> None:
        """Let the time be over for which workers have taken shares."""
        hold = self.operator.scripted(HOLD)
        for each in shares:
            hold([each._worker, 0])

    def look(self, number: int, order: Order) -> None:
        """Let a worker look at the alerts; what becomes of it is ordered."""
        worker = self.workers[number]
        self.alerts.order = order
        try:
            with suppress(AlertError), self.acting(worker.skew):
                worker.ticker.look(self.clock.time_ns(), worker.source.complete_until if worker.source else 0)
        except Crash:
            self.replace_worker(number)
        finally:
            self.alerts.order = Order.GO

    def close(self) -> None:
        """End all."""
        for worker in self.workers:
            worker.puppet.crash()
        for front in self.fronts:
            front.journal.close()
        self.operator.close()
        self._parts.close()

    def _new_worker(self, skew: int = 0) -> Worker:
        return Worker(self, f"worker-{next(self._names)}", skew)


@contextmanager
def _in_haste(clock: Clock) -> Iterator[None]:
    """Shares are small and cut at once, and nobody waits."""
    settings: list[tuple[object, str, object]] = [
        (redis_shares, "_CUT_MS", 0),
        (redis_shares, "_HOLD_MS", _HOLD_MS),
        (redis_shares, "_MOST_ROWS", _SHARE_ROWS),
        (redis_link, "Redis", PointedRedis),
        (redis, "time", clock),
        (shared_queue, "time", clock),
        (Database, "now", lambda *_: clock.now),
        (inserts, "time", clock),
        (clickhouse_storage, "migrate", lambda _: None),
        (clickhouse_storage, "keep_for", lambda *_: None),
    ]
    with ExitStack() as stack:
        for owner, name, value in settings:
            stack.enter_context(patch.object(owner, name, value))
        yield


def message_of(news: News) -> Message:
    """What is said of a piece of news, in short."""
    return Message(
        episode=news.episode,
        rule=news.rule.rule.name,
        rule_id=news.rule.id,
        event=news.event,
        at=news.at,
        started=news.at,
        value=news.value,
        condition="",
        severity=news.rule.rule.severity,
        idempotency_key="",
    )
