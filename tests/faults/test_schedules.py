"""Whatever happens to several fronts and workers, in whatever order: what was acknowledged is stored exactly once."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from logtui.alerts.conditions import Count
from logtui.alerts.feed import Feed
from logtui.alerts.keeping.base import HistoryEntry, HistoryEvent
from logtui.alerts.keeping.memory import MemoryStore
from logtui.alerts.notify.targets import Webhook
from logtui.alerts.rules import Rule
from logtui.alerts.states import State
from logtui.alerts.ticking import Ticker
from tests.examples import several
from tests.faults.cluster import NOON, SECOND, Alerts, Cluster, message_of
from tests.faults.puppet import Order
from tests.faults.tables import TablesNews
from tests.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logtui.alerts.keeping.base import AlertStore
    from logtui.store.journal import Batch
    from tests.faults.cluster import Front, Worker

pytestmark = pytest.mark.system

_DAY: Final = 86_400 * SECOND
_HOOK: Final = Webhook(url="https://example.org/hook")
_RULES: Final = [
    Rule("by arrival", Count(2, ">=", window="20s"), "level:error", "10s", time_basis="ingest", notifications=(_HOOK,)),
    Rule("by time", Count(3, ">=", window="30s"), "level:error", "10s", allowed_lateness="4s", notifications=(_HOOK,)),
]
_MOST_TURNS: Final = 20
"""Enough for workers to store all that there is."""

sides = st.integers(0, 1)
levels = st.sampled_from(["error", "info"])
lost = st.lists(st.sampled_from([Order.GO, Order.REFUSE, Order.LOSE]), max_size=8)
orders = st.sampled_from([Order.GO, Order.REFUSE, Order.LOSE, Order.CRASH, Order.CRASH_AFTER])


class Schedules(RuleBasedStateMachine):
    """Two fronts, two workers, one Redis, one store of records and one of alerts."""

    server: RedisServer
    alerts_file: Path

    def __init__(self) -> None:
        super().__init__()
        with Redis.from_url(self.server.url()) as client:
            client.flushall()
            client.script_flush()  # a script that is not known takes two requests
        self.folder = Path(tempfile.mkdtemp(prefix="schedule-"))
        shutil.copy(self.alerts_file, self.folder / "alerts.sqlite")
        alerts = Alerts(f"sqlite:///{self.folder / 'alerts.sqlite'}")
        self.cluster = Cluster(self.folder, self.server.url(), alerts)
        self.kept = [alerts.add(each, NOON) for each in _RULES]
        self.numbers = count()
        self.acknowledged: set[str] = set()
        self.unsure: dict[str, Batch] = {}
        self.tail: list[int] = []
        self.is_skewed = False
        self.restarts = 0

    @rule(front=sides, sizes=st.lists(st.integers(1, 3), min_size=1, max_size=3), level=levels, lost=lost)
    def append(self, front: int, sizes: list[int], level: str, lost: list[Order]) -> None:
        for size in sizes:
            numbers = [next(self.numbers) for _ in range(size)]
            batch = self.cluster.batch(numbers, level)
            self._send(front, replace(batch, key=f"batch-{numbers[0]}"), lost)

    @rule(front=sides, lost=lost)
    def send_again(self, front: int, lost: list[Order]) -> None:
        if self.unsure:
            self._send(front, next(iter(self.unsure.values())), lost)

    @rule(worker=sides, points=st.sampled_from([0, 1, 2, 3, 5, 8, 13, 21]), order=orders)
    def work(self, worker: int, points: int, order: Order) -> None:
        for _ in range(points):
            self.cluster.go(worker, Order.GO)
        self.cluster.go(worker, order)

    @rule(worker=sides)
    def work_well(self, worker: int) -> None:
        self.cluster.go_until_idle(worker)

    @rule(alone=st.none() | sides)
    def leases_end(self, alone: int | None) -> None:
        shares = self.cluster.shared if alone is None else [self.cluster.workers[alone].shares]
        self.cluster.end_leases(each for each in shares if each)

    @rule(front=sides)
    def front_crashes(self, front: int) -> None:
        self.cluster.replace_front(front)

    @rule()
    def trim(self) -> None:
        self.cluster.operator.trim(self.cluster.tables.position)

    @rule(worker=sides, seconds=st.sampled_from([0, 0.3, 3, 12, 40]), order=orders)
    def look(self, worker: int, seconds: float, order: Order) -> None:
        self.cluster.clock.sleep(seconds)
        self.cluster.look(worker, order)
        self._check_turns()

    @rule(worker=sides, seconds=st.sampled_from([3, 12, 40]))
    def look_when_all_is_stored(self, worker: int, seconds: float) -> None:
        self.cluster.clock.sleep(seconds)
        self._settle()
        self.cluster.go_until_idle(worker)  # only now it knows that this is all
        self.look(worker, 0, Order.GO)

    @precondition(lambda self: not self.is_skewed)
    @rule(side=sides, is_front=st.booleans(), days=st.sampled_from([-1, 1]))
    def clock_is_wrong(self, side: int, is_front: bool, days: int) -> None:
        parts: Sequence[Front | Worker] = self.cluster.fronts if is_front else self.cluster.workers
        parts[side].skew = days * _DAY
        self.is_skewed = True

    @precondition(lambda self: not self.restarts)
    @rule()
    def redis_restarts(self) -> None:
        self.restarts += 1
        self.server.kill()
        self.server.start()

    @invariant()
    def the_tail_sees_each_record_once_and_in_order(self) -> None:
        tables = self.cluster.tables
        seen = len(self.tail)
        self.tail += tables.between(seen, tables.position)["seq"].to_list()
        assert self.tail == list(range(1, tables.position + 1)), "the position has passed a record that is not stored"

    @invariant()
    def no_record_is_stored_twice(self) -> None:
        counts = Counter(self.cluster.tables.logs["message"].to_list())
        assert not [number for number, times in counts.items() if times > 1]

    def teardown(self) -> None:
        try:
            self._settle()
            stored = set(self.cluster.tables.logs["message"].to_list())
            assert self.acknowledged <= stored
            assert self.cluster.tables.position == self.cluster.operator.last
            self.the_tail_sees_each_record_once_and_in_order()
            self.no_record_is_stored_twice()
            self._check_alerts()
        finally:
            self.cluster.close()
            self.cluster.alerts.close()
            shutil.rmtree(self.folder)

    def _send(self, front: int, batch: Batch, lost: list[Order]) -> None:
        cluster = self.cluster
        with cluster.acting(cluster.fronts[front].skew):
            arrived = replace(batch, arrival=cluster.clock.time_ns())
            if cluster.fronts[front].append(arrived, lost):
                self.unsure.pop(batch.key, None)
                self.acknowledged |= messages_of(batch)
            else:
                self.unsure[batch.key] = batch

    def _settle(self) -> None:
        """Let all go well until all is stored."""
        cluster = self.cluster
        for _ in range(_MOST_TURNS):
            for worker in range(2):
                cluster.end_leases(cluster.shared)
                cluster.go_until_idle(worker)
            if cluster.tables.position == cluster.operator.last:
                return
        pytest.fail("not all is stored")

    def _check_turns(self) -> None:
        for kept in self.kept:
            check_turns(history(self.cluster.alerts, kept.id))

    def _check_alerts(self) -> None:
        """The history is that of one who looks once at the end, if all clocks are right."""
        self.cluster.clock.sleep(100)
        now = self.cluster.clock.now
        for worker in self.cluster.workers:
            worker.ticker.look(now, now)
        self._check_turns()
        if self.is_skewed:
            return
        alerts = MemoryStore()
        rules = [alerts.add(each, NOON) for each in _RULES]
        Ticker(alerts, Feed(TablesNews(self.cluster.tables)), message_of, "one").look(now, now)
        for ours, wanted in zip(self.kept, rules, strict=True):
            assert events(history(self.cluster.alerts, ours.id)) == events(history(alerts, wanted.id))


def messages_of(batch: Batch) -> set[str]:
    return {line.split(b'"message": "')[1].split(b'"')[0].decode() for line in batch.payload.split(b"\n")}


def history(alerts: AlertStore, rule_id: str) -> list[HistoryEntry]:
    """What has happened to a rule, the oldest first."""
    return [entry for _, entry in reversed(alerts.history(rule_id, 10_000))]


def events(entries: list[HistoryEntry]) -> list[tuple[int, HistoryEvent, float | None]]:
    return [(each.time, each.event, each.value) for each in entries if each.event != HistoryEvent.LATE]


def check_turns(entries: list[HistoryEntry]) -> None:
    """Each change begins with the state in which the one before has ended, later than that."""
    changes = [each for each in entries if each.after is not None]
    assert all(before.after == after.before and before.time < after.time for before, after in pairwise(changes))
    assert all((each.event == HistoryEvent.FIRING) <= (each.before != State.ALERTING) for each in changes)
    assert all((each.event == HistoryEvent.RESOLVED) <= (each.before == State.ALERTING) for each in changes)


@pytest.fixture(scope="module")
def schedules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[Schedules]]:
    folder = tmp_path_factory.mktemp("schedules")
    file = folder / "alerts.sqlite"
    Alerts(f"sqlite:///{file}").close()
    with RedisServer(folder) as server:
        yield type("Schedules", (Schedules,), {"server": server, "alerts_file": file})


def run(machine: type[Schedules], number: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=number, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_hundreds_of_schedules_keep_the_promises(schedules: type[Schedules]) -> None:
    run(schedules, several(500, 10))
