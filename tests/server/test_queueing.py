"""Several fronts and one worker, which share nothing but a Redis: what is acknowledged is stored, exactly once."""

from __future__ import annotations

import json
import random
import subprocess
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Final, Self

import pytest

from tests.cli.helpers import PROGRAM
from tests.redis_server import RedisServer
from tests.server.running import Server, record, stored, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.system

BATCH: Final = 20


class Worker:
    """A worker without a front."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [*PROGRAM, "serve", "--role", "worker", "--data", str(folder), "--min-free-bytes", "0", *options]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    (tmp_path / "redis").mkdir()
    with RedisServer(tmp_path / "redis") as server:
        yield server


def front(folder: Path, redis: RedisServer, *options: str) -> Server:
    return Server(folder, "--role", "front", "--queue", redis.url(), *options)


def test_fronts_with_folders_of_their_own_reach_the_worker_of_another(redis: RedisServer, tmp_path: Path) -> None:
    with front(tmp_path / "a", redis) as first, front(tmp_path / "b", redis) as second:
        assert first.request("GET", "/ready").status == 503
        with Worker(tmp_path / "stored", "--queue", redis.url()):
            for number in range(10):
                assert (first, second)[number % 2].post([record(number)]).json == {"ingested": 1}
            wait_for(lambda: (tmp_path / "stored" / "store").exists() and len(stored(tmp_path / "stored")) == 10)
            wait_for(lambda: first.request("GET", "/ready").status == 200)
            wait_for(lambda: b"\ningestion_queue_records 0.0" in second.request("GET", "/metrics").body)
            metrics = second.request("GET", "/metrics").body
            assert b"\njournal_bytes 0.0" in metrics
            assert b"\nworker_up 1.0" in metrics
        assert stored(tmp_path / "stored") == [f"record {number}" for number in range(10)]


def test_a_batch_that_is_sent_to_two_fronts_is_stored_once(redis: RedisServer, tmp_path: Path) -> None:
    with front(tmp_path / "a", redis) as first, front(tmp_path / "b", redis) as second:
        assert first.post([record(1)], Idempotency_Key="order 7").json == {"ingested": 1}
        assert second.post([record(1)], Idempotency_Key="order 7").json == {"ingested": 0, "duplicates": 1}
        assert second.post([record(2)], Idempotency_Key="order 7").status == 422


def test_one_process_with_both_roles_finds_what_it_has_received(redis: RedisServer, tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--queue", redis.url()) as server:
        server.post([record(1)])
        wait_for(lambda: b"record 1" in server.request("GET", "/api/v1/search?query=record").body)
        assert server.stop() == 0


def test_a_front_says_that_redis_is_away_and_is_well_again_by_itself(redis: RedisServer, tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--queue", redis.url()) as server:
        wait_for(lambda: server.request("GET", "/ready").status == 200)
        redis.kill()
        assert "redis://127.0.0.1" in server.request("GET", "/ready").body.decode()
        assert b"journal_bytes" not in server.request("GET", "/metrics").body
        redis.start()
        wait_for(lambda: server.request("GET", "/ready").status == 200)
        assert b"journal_bytes" in server.request("GET", "/metrics").body


def refusal(*options: str) -> str:
    """What a server says that does not start."""
    command = [*PROGRAM, "serve", "--http", "127.0.0.1:0", "--tcp", "none", "--udp", "none", *options]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    return run.stderr.splitlines()[-1]


def test_records_that_wait_in_the_folder_must_be_stored_first(redis: RedisServer, tmp_path: Path) -> None:
    data = ("--data", str(tmp_path / "data"))
    with Server(tmp_path / "data", "--role", "front") as server:
        server.post([record(1)])
    assert "1 records wait in the journal" in refusal("--role", "front", "--queue", redis.url(), *data)


def test_nobody_receives_into_the_folder_while_a_front_receives_into_redis(redis: RedisServer, tmp_path: Path) -> None:
    with front(tmp_path / "data", redis), front(tmp_path / "data", redis):
        assert "another process writes" in refusal("--role", "front", "--data", str(tmp_path / "data"))


def test_a_second_store_gets_no_records(redis: RedisServer, tmp_path: Path) -> None:
    with Worker(tmp_path / "stored", "--queue", redis.url()):
        wait_for((tmp_path / "stored" / "worker-statistics.json").exists)
        options = ("--role", "worker", "--queue", redis.url(), "--data", str(tmp_path / "other"))
        assert "go to another store" in refusal(*options)


def test_a_redis_that_may_lose_records_is_refused(tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    with RedisServer(tmp_path / "redis", appendfsync="everysec") as server:
        said = refusal("--role", "front", "--queue", server.url(), "--data", str(tmp_path / "data"))
    assert "set appendfsync always in redis.conf" in said


class Sender:
    """Sends batches under a key each, to one front after the other until one of them acknowledges it."""

    def __init__(self, number: int, ports: list[int], keys: Callable[[int], str]) -> None:
        self.acknowledged: list[str] = []
        self._ports = ports
        self._keys = keys
        self._number = number
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        batch = 0
        while not self._stop.is_set():
            batch += 1
            records = [record(0, message=f"{self._number} {batch} {place}") for place in range(BATCH)]
            while not self._send(records, f"{self._number} {batch}"):
                time.sleep(0.02)
            self.acknowledged += [str(each["message"]) for each in records]

    def _send(self, records: list[dict[str, object]], name: str) -> bool:
        place = random.randrange(len(self._ports))
        headers = {"Authorization": f"Bearer {self._keys(place)}", "Idempotency-Key": name}
        with (
            suppress(OSError, HTTPException),
            closing(HTTPConnection("127.0.0.1", self._ports[place], timeout=30)) as to,
        ):
            to.request("POST", "/api/v1/logs", json.dumps(records), headers)
            return to.getresponse().status == 202
        return False


def check_rounds(redis: RedisServer, folder: Path, rounds: int) -> int:
    """Kill Redis, a front or the worker again and again while records are sent; how many were acknowledged."""
    chance = random.Random(7)
    with ExitStack() as processes:
        fronts = [processes.enter_context(front(folder / name, redis)) for name in "ab"]
        ports, keys = [each.port for each in fronts], [each.key for each in fronts]
        worker = processes.enter_context(Worker(folder / "stored", "--queue", redis.url()))
        senders = [Sender(number, ports, lambda place: keys[place]) for number in range(4)]
        for number in range(rounds):
            time.sleep(chance.uniform(0.5, 1.5))
            match number % 4:
                case 0:
                    redis.kill()
                    time.sleep(0.2)
                    redis.start()
                case 1:
                    worker.kill()
                    worker = processes.enter_context(Worker(folder / "stored", "--queue", redis.url()))
                case place:
                    fronts[place - 2].kill()
                    address = f"127.0.0.1:{ports[place - 2]}"
                    fronts[place - 2] = processes.enter_context(
                        front(folder / "ab"[place - 2], redis, "--http", address)
                    )
        time.sleep(1)
        for sender in senders:
            sender.stop()
        acknowledged = [message for sender in senders for message in sender.acknowledged]
        wait_for(lambda: len(stored(folder / "stored")) >= len(acknowledged), 60)
        time.sleep(1)
        assert Counter(stored(folder / "stored")) == Counter(acknowledged)
    return len(acknowledged)


def test_what_is_acknowledged_is_stored_once_after_kills(redis: RedisServer, tmp_path: Path) -> None:
    assert check_rounds(redis, tmp_path, 2) > 100


@pytest.mark.slow
def test_what_is_acknowledged_is_stored_once_after_many_kills(redis: RedisServer, tmp_path: Path) -> None:
    print(check_rounds(redis, tmp_path, 5), "records")
