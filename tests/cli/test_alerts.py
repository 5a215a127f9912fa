"""`logtui alerts` as users run it, on files and against a real server."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from logtui.alerts.conditions import Count
from logtui.alerts.keeping.base import GroupState, Look
from logtui.alerts.keeping.sql import SqlStore
from logtui.alerts.rules import Rule
from logtui.alerts.states import Instance, State
from logtui.engine.ingest.live_store import LiveStore
from tests.cli.helpers import PROGRAM, logtui
from tests.server.running import Server, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULES = """
[[rules]]
name = "errors"
query = "level:error"
condition = { type = "count", threshold = 2, operator = ">=", window = "1m" }
interval = "1m"
severity = "critical"
group_by = ["service"]
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(RULES)
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    lines = [
        json.dumps({"timestamp": f"2026-01-15T10:{minute:02}:10Z", "level": level, "message": "m", "service": "api"})
        for minute in range(10)
        for level in (["error", "error"] if minute in (2, 3, 7) else ["info"])
    ]
    path = tmp_path / "app.log"
    path.write_text("\n".join(lines) + "\n")
    return path


def lines(done: subprocess.CompletedProcess[bytes]) -> list[list[str]]:
    return [line.split("\t") for line in done.stdout.decode().splitlines()]


def test_check_prints_a_line_for_each_rule(rules: Path) -> None:
    done = logtui("alerts", "check", rules)
    assert done.returncode == 0
    assert lines(done) == [["errors", "critical", "count >= 2 in 1m", "every 1m", "level:error", "by service"]]


def test_check_prints_json(rules: Path) -> None:
    (found,) = json.loads(logtui("alerts", "check", rules, "--output", "json").stdout)
    assert (found["name"], found["condition"], found["group_by"]) == ("errors", "count >= 2 in 1m", ["service"])


def test_check_says_what_is_wrong_and_where(rules: Path) -> None:
    rules.write_text(RULES.replace("threshold = 2, ", ""))
    done = logtui("alerts", "check", rules)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().endswith("rules.toml: rule 1, condition: object missing required field `threshold`\n")


def test_test_prints_the_timeline_and_the_sums(rules: Path, log: Path) -> None:
    done = logtui("alerts", "test", rules, log)
    assert done.returncode == 0, done.stderr
    assert lines(done) == [
        ["2026-01-15T10:03:00Z", "errors", "service=api", "firing", "2"],
        ["2026-01-15T10:05:00Z", "errors", "service=api", "resolved", "0"],
        ["2026-01-15T10:08:00Z", "errors", "service=api", "firing", "2"],
        ["2026-01-15T10:09:00Z", "errors", "service=api", "resolved", "0"],
        [""],
        ["errors", "would have fired 2 times", "firing for 0:03:00"],
    ]


@pytest.mark.parametrize("since", ["3m", "-3m", "2026-01-15T10:07Z"])
def test_since_leaves_out_what_was_before(rules: Path, log: Path, since: str) -> None:
    found = json.loads(logtui("alerts", "test", rules, log, "--since", since, "--output", "json").stdout)
    assert [(each["time"], each["event"]) for each in found["timeline"]] == [
        ("2026-01-15T10:08:00Z", "firing"),
        ("2026-01-15T10:09:00Z", "resolved"),
    ]
    assert found["rules"] == [{"rule": "errors", "fired": 1, "firing_seconds": 60.0, "is_complete": True}]


def test_standard_input_is_replayed(rules: Path, log: Path) -> None:
    piped = logtui("alerts", "test", rules, "-", stdin=log.read_bytes())
    assert piped.stdout == logtui("alerts", "test", rules, log).stdout != b""


def test_standard_input_beside_a_data_folder_is_refused(rules: Path, tmp_path: Path) -> None:
    with LiveStore(tmp_path / "data"):
        done = logtui("alerts", "test", rules, "-", tmp_path / "data")
    assert (done.returncode, b"standard input cannot be replayed together" in done.stderr) == (2, True)


def test_the_exit_code_says_that_nothing_would_have_fired(rules: Path, log: Path) -> None:
    rules.write_text(RULES.replace("threshold = 2", "threshold = 20"))
    done = logtui("alerts", "test", rules, log)
    assert (done.returncode, lines(done)) == (1, [["errors", "would have fired 0 times", "firing for 0:00:00"]])


def test_the_exit_code_says_that_an_input_could_not_be_read(rules: Path, log: Path) -> None:
    done = logtui("alerts", "test", rules, log, log.parent / "missing.log")
    assert done.returncode == 3
    assert b"missing.log" in done.stderr
    assert b"would have fired 2 times" in done.stdout


def alerts(server: Server, *arguments: str, key: str | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [*PROGRAM, "alerts", *arguments, "--server", f"http://127.0.0.1:{server.port}"]
    env = {**os.environ, "LOGTUI_API_KEY": server.key if key is None else key}
    return subprocess.run(command, capture_output=True, env=env, timeout=60, check=False)


def plain(server: Server, *arguments: str) -> Any:  # noqa: ANN401
    done = alerts(server, *arguments, "--output", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("alerts")
    (folder / "rules.toml").write_text(RULES)
    with Server(folder / "data", "--rules", str(folder / "rules.toml")) as running:
        wait_for(lambda: running.request("GET", "/api/v1/alerts").body != b"[]")
        yield running


@pytest.fixture
def alert_id(server: Server) -> str:
    (found,) = plain(server, "list")
    return str(found["id"])


def test_list_prints_the_alerts_of_a_server(server: Server, alert_id: str) -> None:
    assert lines(alerts(server, "list")) == [[alert_id, "OK", "", "", "errors", "count >= 2 in 1m", ""]]


def test_a_mute_holds_until_it_is_taken_back(server: Server, alert_id: str) -> None:
    assert plain(server, "mute", alert_id, "1h", "--reason", "deploying")["muted"]["reason"] == "deploying"
    assert lines(alerts(server, "list"))[0][-1].startswith("muted until 20")
    assert lines(alerts(server, "unmute", alert_id))[0][-1] == ""
    assert lines(alerts(server, "mute", alert_id))[0][-1] == "muted until unmuted"
    alerts(server, "unmute", alert_id)
    events = [each["event"] for each in plain(server, "history", alert_id)]
    assert events == ["unmuted", "muted", "unmuted", "muted", "created"]


def test_an_alert_that_fires_is_acknowledged_once(tmp_path: Path) -> None:
    group, since = (("service", "api"),), 1_700_000_000 * 10**9
    firing = GroupState(group, Instance(State.ALERTING, since, 5.0, 1, is_notified=True, fired=since))
    with Server(tmp_path / "data", "--role", "front") as server:  # which evaluates nothing
        with closing(SqlStore(f"sqlite:///{server.folder / 'alerts.sqlite'}")) as store:
            alert_id = store.add(Rule("errors", Count(2), group_by=("service",)), since).id
            calm = alerts(server, "ack", alert_id)
            is_said = b"only firing alerts can be acknowledged: 'errors' is OK" in calm.stderr
            assert (calm.returncode, is_said) == (3, True)
            lease = store.lease("test", 0)
            assert lease
            store.keep([Look(store.rule(alert_id), since, states=[firing])], lease)
        assert lines(alerts(server, "list"))[0][1:4] == ["Alerting", "5", "2023-11-14T22:13:20Z"]
        assert plain(server, "ack", alert_id, "--user", "ann")["groups"][0]["acknowledged"]["user"] == "ann"
        again = alerts(server, "ack", alert_id, "--user", "ann")
        assert (again.returncode, b"errors: nothing new to acknowledge" in again.stderr) == (1, True)
        newest = lines(alerts(server, "history", "--limit", "1"))[0]
        assert newest[1:] == [alert_id, "acknowledged", "Alerting", "5", "service=api", "by ann"]


def test_a_limit_of_the_history_spans_pages(server: Server, alert_id: str) -> None:
    for _ in range(3):
        plain(server, "mute", alert_id)
    whole = plain(server, "history")
    assert plain(server, "history", "--limit", "2") == whole[:2]
    assert plain(server, "history", alert_id, "--limit", "2000") == whole


def test_a_wrong_key_and_an_unknown_alert_are_said(server: Server, alert_id: str) -> None:
    wrong = alerts(server, "mute", alert_id, key="wrong")
    assert (wrong.returncode, b"set LOGTUI_API_KEY" in wrong.stderr) == (3, True)
    unknown = alerts(server, "mute", "alert-0")
    assert (unknown.returncode, b"no alert has the id 'alert-0'" in unknown.stderr) == (3, True)


def test_a_data_folder_is_replayed_up_to_the_present(server: Server, tmp_path: Path) -> None:
    server.post([{"timestamp": "2026-01-15T10:00:00Z", "level": "error", "message": "m", "service": "api"}] * 3)
    wait_for(lambda: b"3" in logtui("query", "* | stats count()", server.folder, "--output", "csv").stdout)
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES.replace("group_by", "no_data = 'ok'\ngroup_by").replace('"1m"', '"1d"'))
    found = json.loads(logtui("alerts", "test", rules, server.folder, "--output", "json").stdout)
    assert [each["event"] for each in found["timeline"]] == ["firing", "resolved"]
