"""A server whose records are in ClickHouse does all that one with a store of its own does."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from logtui.store import Store
from logtui.store.clickhouse.address import opened
from tests.cli.helpers import PROGRAM
from tests.clickhouse_server import ClickHouse
from tests.postgres_server import PostgresServer
from tests.redis_server import RedisServer
from tests.server.alerts.test_evaluation import errors, made, state
from tests.server.running import Server, record, wait_for
from tests.server.search.following import following
from tests.server.test_queueing import Sender, Worker

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.system, pytest.mark.slow]

PASSWORD: Final = "kept to itself"


@pytest.fixture
def clickhouse(tmp_path: Path) -> Iterator[ClickHouse]:
    with ClickHouse(tmp_path / "clickhouse", PASSWORD) as server:
        yield server


def search(server: Server, query: str = "", **parameters: object) -> dict[str, Any]:
    answer = server.request("POST", "/api/v1/search", json.dumps({"query": query, **parameters}))
    assert answer.status == 200, answer.body
    return answer.json


def total(server: Server, query: str = "") -> int:
    found: int = search(server, query)["total"]
    return found


def messages(clickhouse: ClickHouse) -> list[str]:
    """The messages of all records in the table."""
    with opened(clickhouse.address) as connection:
        found: list[str] = connection.query_arrow("SELECT message FROM logs")["message"].to_list()
    return found


def check_use(server: Server) -> None:
    """Records that are sent are found, counted, exported, sent on and watched."""
    alert_id = made(server)
    with following(server, query="level:error") as follower:
        assert server.post([record(number) for number in range(5)]).json == {"ingested": 5}
        assert server.post(errors(4, "api")).json == {"ingested": 4}
        assert follower.messages(4) == [f"bad {number}" for number in range(4)]
    assert total(server, "record") == 5
    by = {"by_service": {"field": "service"}, "by_hour": {"type": "histogram", "field": "timestamp", "interval": "1h"}}
    found = search(server, "level:error", aggregations=by)["aggregations"]
    assert found["by_service"] == {"api": 4}
    assert sum(bucket["count"] for bucket in found["by_hour"]) == 4
    lines = server.request("POST", "/api/v1/export", '{"query": "record"}').body.splitlines()
    assert sorted(json.loads(line)["message"] for line in lines) == [f"record {number}" for number in range(5)]
    wait_for(lambda: state(server, alert_id) == "Alerting")
    wait_for(lambda: b"\nstore_records 9.0\n" in server.request("GET", "/metrics").body)
    assert server.request("GET", "/ready").status == 200


def test_records_in_clickhouse_are_found_counted_followed_and_watched(clickhouse: ClickHouse, tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--store", clickhouse.address) as server:
        check_use(server)
        assert server.stop() == 0
        assert not any(PASSWORD in str(line) for line in server.log)
    assert json.loads((tmp_path / "data" / "clickhouse.json").read_text())["position"] == 9


def test_one_process_has_clickhouse_in_a_folder(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--store", f"chdb://{tmp_path}/chdb") as server:
        check_use(server)
        assert server.stop() == 0
    with Server(tmp_path / "data", "--store", f"chdb://{tmp_path}/chdb") as server:
        assert total(server, "record") == 5


def test_what_comes_while_clickhouse_is_away_is_stored_when_it_is_back(clickhouse: ClickHouse, tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--store", clickhouse.address) as server:
        server.post([record(1)])
        wait_for(lambda: total(server) == 1)
        with following(server) as follower:
            clickhouse.kill()
            assert server.post([record(2)]).json == {"ingested": 1}
            answer = server.request("GET", "/api/v1/search")
            assert (answer.status, "connection failed" in answer.json["detail"]) == (503, True)
            wait_for(lambda: b"writing: clickhouse://127.0.0.1" in server.request("GET", "/ready").body)
            assert server.post([record(3)]).status == 202
            clickhouse.start()
            assert follower.messages(2) == ["record 2", "record 3"]
        wait_for(lambda: server.request("GET", "/ready").status == 200)
    assert sorted(messages(clickhouse)) == ["record 1", "record 2", "record 3"]


def test_a_server_that_starts_before_its_clickhouse_takes_records(clickhouse: ClickHouse, tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--store", clickhouse.address) as server:
        server.post([record(1)])
        wait_for(lambda: total(server) == 1)
    clickhouse.kill()
    with Server(tmp_path / "data", "--store", clickhouse.address) as server:
        assert server.post([record(2)]).status == 202
        clickhouse.start()
        wait_for(lambda: server.request("GET", "/ready").status == 200)
        wait_for(lambda: total(server) == 2)


def refusal(*options: str) -> str:
    """What a server says that does not start."""
    command = [*PROGRAM, "serve", "--http", "127.0.0.1:0", "--tcp", "none", "--udp", "none", *options]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    return run.stderr.splitlines()[-1]


def test_a_folder_and_a_database_belong_together(clickhouse: ClickHouse, tmp_path: Path) -> None:
    here, other = str(tmp_path / "here"), str(tmp_path / "other")
    with Server(Path(here), "--store", clickhouse.address) as server:
        server.post([record(1)])
        wait_for(lambda: total(server) == 1)
        worker = ("--role", "worker", "--store", clickhouse.address)
        assert "another worker runs on" in refusal(*worker, "--data", here)
        assert "gets the records of another server" in refusal(*worker, "--data", other)
        assert server.stop() == 0
    assert "are in ClickHouse (name it with --store" in refusal("--role", "worker", "--data", here)


def test_a_folder_with_records_of_its_own_is_refused(tmp_path: Path) -> None:
    Store(tmp_path / "data" / "store", writable=True, by_day=True).close()
    said = refusal("--role", "worker", "--data", str(tmp_path / "data"), "--store", "clickhouse://127.0.0.1:1/logs")
    assert "holds records in a store of its own (use another data folder" in said


def test_a_folder_that_is_lost_is_replaced_by_one_that_goes_on_with_its_name(
    clickhouse: ClickHouse, tmp_path: Path
) -> None:
    with Server(tmp_path / "lost", "--store", clickhouse.address) as server:
        server.post([record(1), record(2)])
        wait_for(lambda: total(server) == 2)
    name = json.loads((tmp_path / "lost" / "clickhouse.json").read_text())["name"]
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "clickhouse.json").write_text(json.dumps({"name": name}))
    with Server(tmp_path / "new", "--store", clickhouse.address) as server:
        server.post([record(3)])
        wait_for(lambda: total(server) == 3)
        assert [log["id"] for log in search(server, '"record 3"')["logs"]] == [3]


def demos(server: Server) -> list[Any]:
    """What the demos of the challenge's three tickets answer, without what depends on the clock."""
    day = {"from": "2024-01-15T00:00:00Z", "to": "2024-01-15T23:59:59Z"}
    sent = [
        {"timestamp": "2024-01-15T10:00:00Z", "level": "info", "message": "Request processed", "service": "api"},
        {"timestamp": "2024-01-15T10:00:01Z", "level": "error", "message": "Database timeout", "service": "api"},
        {"timestamp": "2024-01-15T11:00:01Z", "level": "warn", "message": "slow: timeout near", "service": "web"},
    ]
    answers: list[Any] = [server.post(sent).json]
    wait_for(lambda: total(server) == 3)
    by = {"by_level": {"field": "level"}, "by_hour": {"type": "histogram", "field": "timestamp", "interval": "1h"}}
    for question in ({"query": "timeout", "limit": 100}, {"query": "level:error AND service:api"}):
        found = search(server, **{**day, **question})  # type: ignore[arg-type]
        answers.append((found["total"], [log["message"] for log in found["logs"]]))
    answers.append(search(server, "*", **day, aggregations=by)["aggregations"])
    condition = {"type": "count", "threshold": 3, "window": "5m"}
    rule = {"name": "High Error Rate", "query": "level:error AND service:api", "condition": condition, "group_by": []}
    alert_id = made(server, **rule)
    assert state(server, alert_id) == "OK"
    server.post(errors(5, "api"))
    wait_for(lambda: state(server, alert_id) == "Alerting")
    shown = server.request("GET", f"/api/v1/alerts/{alert_id}").json
    answers.append((shown["name"], shown["state"], shown["value"]))
    muted = server.request("POST", f"/api/v1/alerts/{alert_id}/mute", '{"duration": "1h", "reason": "Deploying fix"}')
    taken = server.request("POST", f"/api/v1/alerts/{alert_id}/acknowledge", '{"user": "oncall@example.com"}')
    answers.append((muted.json["muted"]["reason"], taken.json["acknowledged"]["user"]))
    return answers


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    (tmp_path / "redis").mkdir()
    with RedisServer(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.mark.timeout(300)  # nine processes are started, one after the other
def test_the_demos_of_the_challenge_answer_as_over_a_store_of_its_own(
    clickhouse: ClickHouse, redis: RedisServer, postgres: PostgresServer, tmp_path: Path
) -> None:
    with Server(tmp_path / "embedded") as server:
        expected = demos(server)
    outside = ("--store", clickhouse.address, "--queue", redis.url(), "--alerts-url", postgres.url)
    with (
        Worker(tmp_path / "outside" / "worker", *outside),
        Server(tmp_path / "outside" / "first", "--role", "front", *outside) as first,
        Server(tmp_path / "outside" / "second", "--role", "front", *outside) as server,
    ):
        server.key = first.key  # which the first one has made, for both
        wait_for(lambda: server.request("GET", "/api/v1/search").status == 200)
        assert demos(server) == expected
        shown = [json.loads(each.request("GET", "/api/v1/alerts").body) for each in (first, server)]
        assert [[alert["state"] for alert in alerts] for alerts in shown] == [["Alerting"], ["Alerting"]]
    files = {path.name for path in (tmp_path / "outside").rglob("*.sqlite")}
    assert files == {"dead-letters.sqlite"}
    with Server(tmp_path / "data", "--store", f"chdb://{tmp_path}/chdb") as server:
        assert demos(server) == expected


def check_rounds(clickhouse: ClickHouse, folder: Path, rounds: int) -> int:
    """Kill the worker and ClickHouse again and again while records are sent; how many were acknowledged."""
    options = ("--store", clickhouse.address)
    with ExitStack() as processes:
        front = processes.enter_context(Server(folder, "--role", "front", *options))
        worker = processes.enter_context(Worker(folder, *options))
        senders = [Sender(number, [front.port], lambda _: front.key) for number in range(2)]
        for _ in range(rounds):
            time.sleep(1.5)
            worker.kill()
            worker = processes.enter_context(Worker(folder, *options))
            time.sleep(1.5)
            clickhouse.kill()
            time.sleep(0.3)
            clickhouse.start()
        time.sleep(1)
        for sender in senders:
            sender.stop()
        acknowledged = [message for sender in senders for message in sender.acknowledged]
        wait_for(lambda: total(front) >= len(acknowledged), 60)
    assert Counter(messages(clickhouse)) == Counter(acknowledged)
    return len(acknowledged)


def test_what_is_acknowledged_is_stored_once_whoever_is_killed(clickhouse: ClickHouse, tmp_path: Path) -> None:
    assert check_rounds(clickhouse, tmp_path / "data", 3) > 100
