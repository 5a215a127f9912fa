"""Several fronts and several workers over one Redis and one ClickHouse: each record is stored once, whoever ends."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest
from redis import Redis

from logtui.store.clickhouse.address import opened
from logtui.store.clickhouse.claim import position_in
from tests.clickhouse_server import ClickHouse
from tests.redis_server import RedisServer
from tests.server.running import Server, record, wait_for
from tests.server.search.following import following
from tests.server.test_clickhouse import messages, refusal, total
from tests.server.test_queueing import Sender, Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.system, pytest.mark.slow]

FRONTS: Final = "abc"
WORKERS: Final = "xy"


class Parts(NamedTuple):
    """What all processes of a test share."""

    redis: RedisServer
    clickhouse: ClickHouse
    folder: Path

    @property
    def options(self) -> tuple[str, ...]:
        return ("--queue", self.redis.url(), "--store", self.clickhouse.address)

    def front(self, name: str, *options: str) -> Server:
        return Server(self.folder / name, "--role", "front", *self.options, *options)

    def worker(self, name: str) -> Worker:
        return Worker(self.folder / name, *self.options)

    def numbers(self) -> list[int]:
        """The numbers of all records in the table."""
        with opened(self.clickhouse.address) as connection:
            found: list[int] = connection.query_arrow("SELECT seq FROM logs ORDER BY seq")["seq"].to_list()
        return found

    def wait_for(self, position: int) -> None:
        """Wait until all records up to a number are stored."""
        with opened(self.clickhouse.address) as connection:
            wait_for(lambda: position_in(connection) >= position, 60)


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    (tmp_path / "redis").mkdir()
    with RedisServer(tmp_path / "redis") as redis, ClickHouse(tmp_path / "clickhouse") as clickhouse:
        yield Parts(redis, clickhouse, tmp_path)


@contextmanager
def sending(fronts: list[Server], numbers: Iterable[int]) -> Iterator[list[str]]:
    """Have senders of these numbers send to all fronts; what was acknowledged is in the list at the end."""
    ports, keys, acknowledged = [front.port for front in fronts], [front.key for front in fronts], list[str]()
    senders = [Sender(number, ports, lambda place: keys[place]) for number in numbers]
    yield acknowledged
    for sender in senders:
        sender.stop()
        acknowledged += sender.acknowledged


def check_rounds(parts: Parts, victims: str, chance: random.Random) -> int:
    """Kill fronts, workers, Redis and ClickHouse while records are sent; how many were acknowledged."""
    with ExitStack() as processes:
        fronts = {name: processes.enter_context(parts.front(name)) for name in FRONTS}
        workers = {name: processes.enter_context(parts.worker(name)) for name in WORKERS}
        with sending(list(fronts.values()), range(4)) as acknowledged:
            for victim in victims:
                time.sleep(chance.uniform(0.5, 1.5))
                if victim in FRONTS:
                    address = f"127.0.0.1:{fronts[victim].port}"
                    fronts[victim].kill()
                    fronts[victim] = processes.enter_context(parts.front(victim, "--http", address))
                elif victim in WORKERS:
                    workers[victim].kill()
                    workers[victim] = processes.enter_context(parts.worker(victim))
                else:
                    server = parts.redis if victim == "r" else parts.clickhouse
                    server.kill()
                    time.sleep(0.3)
                    server.start()
            time.sleep(1)
        parts.wait_for(len(acknowledged))
        assert Counter(messages(parts.clickhouse)) == Counter(acknowledged)
        assert parts.numbers() == list(range(1, len(acknowledged) + 1))
    return len(acknowledged)


@pytest.mark.timeout(300)
def test_what_is_acknowledged_is_stored_once_whoever_is_killed(parts: Parts) -> None:
    began = time.monotonic()
    count = check_rounds(parts, "xrykaxryb", random.Random(7))
    assert count > 100
    print(count, "records in", round(time.monotonic() - began), "s")


@pytest.mark.timeout(200)
def test_a_worker_that_stands_still_is_replaced_within_seconds_and_adds_nothing_later(parts: Parts) -> None:
    with ExitStack() as processes:
        front = processes.enter_context(parts.front("a"))
        workers = [processes.enter_context(parts.worker(name)) for name in WORKERS]
        wait_for(lambda: front.request("GET", "/api/v1/search").status == 200)
        sent = 0
        for number, worker in enumerate(workers):
            with sending([front], range(4 * number, 4 * number + 4)) as acknowledged:
                time.sleep(2)
                worker.process.send_signal(signal.SIGSTOP)
                time.sleep(1)
            sent += len(acknowledged)
            began = time.monotonic()
            parts.wait_for(sent)
            print("stored", round(time.monotonic() - began, 1), "s after the last record")
            assert time.monotonic() - began < 15
            worker.process.send_signal(signal.SIGCONT)
            time.sleep(2)
        assert parts.numbers() == list(range(1, sent + 1))


@pytest.mark.timeout(200)
def test_a_tail_has_each_record_once_and_in_order_while_workers_are_killed(parts: Parts) -> None:
    with ExitStack() as processes:
        front = processes.enter_context(parts.front("a"))
        workers = {name: processes.enter_context(parts.worker(name)) for name in WORKERS}
        wait_for(lambda: front.request("GET", "/api/v1/search").status == 200)
        follower = processes.enter_context(following(front))
        with sending([front], range(2)) as acknowledged:
            for name in "xyx":
                time.sleep(1)
                workers[name].kill()
                workers[name] = processes.enter_context(parts.worker(name))
            time.sleep(1)
        assert [follower.next().id for _ in acknowledged] == list(range(1, len(acknowledged) + 1))


def test_a_worker_with_another_database_is_refused(parts: Parts) -> None:
    with opened(parts.clickhouse.address) as connection:
        connection.command("CREATE DATABASE other")
    with parts.front("a") as front, parts.worker("x"):
        front.post([record(1)])
        wait_for(lambda: front.request("GET", "/api/v1/search").status == 200 and total(front) == 1)
        options = ("--queue", parts.redis.url(), "--store", parts.clickhouse.address_of("other"))
        assert "go to another store" in refusal("--role", "worker", "--data", str(parts.folder / "y"), *options)


def test_a_queue_that_was_emptied_goes_on_behind_what_is_stored(parts: Parts) -> None:
    with Server(parts.folder / "x", *parts.options) as server:
        server.post([record(1), record(2)])
        wait_for(lambda: total(server) == 2)
        assert server.stop() == 0
    with Redis.from_url(parts.redis.url()) as client:
        client.flushall()
    with Server(parts.folder / "x", *parts.options) as server, parts.worker("y"):
        server.post([record(3)])
        parts.wait_for(3)
        assert sorted(messages(parts.clickhouse)) == ["record 1", "record 2", "record 3"]
        assert parts.numbers() == [1, 2, 3]
