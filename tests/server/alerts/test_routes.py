"""The API of alerts on a real server, as its callers see it."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from logtui.alerts.conditions import Count
from logtui.alerts.keeping.base import GroupState, HistoryEntry, HistoryEvent, Lease, Look
from logtui.alerts.keeping.sql import SqlStore
from logtui.alerts.keeping.tables import LEASE
from logtui.alerts.rules import Rule
from logtui.alerts.states import Instance, State
from tests.server.running import Answer, Server, wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ALERTS = "/api/v1/alerts"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SECOND = 1_000_000_000
ERRORS: dict[str, Any] = {
    "name": "High Error Rate",
    "query": "level:error AND service:api",
    "condition": {"type": "count", "threshold": 100, "window": "5m"},
    "notifications": [{"type": "slack", "channel": "#alerts"}, {"type": "pagerduty", "service_key": "xxx"}],
}


@pytest.fixture
def server(shared: Server) -> Server:
    """A server without alerts."""
    with closing(kept(shared)) as store:
        for each in store.rules():
            store.delete(each.id, 1)
    return shared


def send(
    server: Server, method: str, path: str = "", body: object = None, headers: Mapping[str, str] | None = None
) -> Answer:
    text = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return server.request(method, ALERTS + path, text, headers)


def several(answer: Answer) -> list[dict[str, Any]]:
    """What an answer lists."""
    found: list[dict[str, Any]] = json.loads(answer.body)
    return found


def made(server: Server, **fields: object) -> str:
    answer = send(server, "POST", body={**ERRORS, **fields})
    assert answer.status == 201, answer.body
    found: str = answer.json["id"]
    return found


def kept(server: Server) -> SqlStore:
    """The store of a server, as its evaluation opens it."""
    return SqlStore(f"sqlite:///{server.folder / 'alerts.sqlite'}")


def keep(server: Server, alert_id: str, *states: GroupState, history: tuple[HistoryEntry, ...] = ()) -> None:
    with closing(kept(server)) as store:
        store.keep([Look(store.rule(alert_id), 60 * SECOND, states=states, history=history)], taken_lease(store))


def taken_lease(store: SqlStore) -> Lease:
    """The lease for ever, taken from the server's own evaluation, which has not ended."""
    taken = update(LEASE).values(holder="test", number=LEASE.c.number + 1, until=2**62).returning(LEASE.c.number)
    with store._database.writing() as connection:
        return Lease("test", connection.execute(taken).scalar_one())


def alerting(group: tuple[tuple[str, str], ...] = (), value: float = 150) -> GroupState:
    since = 1_700_000_000 * SECOND
    return GroupState(group, Instance(State.ALERTING, since, value, 1, is_notified=True, fired=since))


def test_the_demo_of_the_challenge(server: Server) -> None:
    answer = send(server, "POST", body=ERRORS, headers={"Content-Type": "application/json"})
    assert answer.status == 201
    alert_id = answer.json["id"]
    assert alert_id.startswith("alert-")
    assert answer.headers["location"] == f"{ALERTS}/{alert_id}"
    (listed,) = several(send(server, "GET"))
    assert (listed["id"], listed["name"], listed["state"]) == (alert_id, "High Error Rate", "OK")
    assert send(server, "GET", f"/{alert_id}").json["last_triggered"] is None
    keep(server, alert_id, alerting())
    found = send(server, "GET", f"/{alert_id}").json
    assert (found["state"], found["value"]) == ("Alerting", 150)
    assert found["last_triggered"] == "2023-11-14T22:13:20Z"
    muted = send(server, "POST", f"/{alert_id}/mute", {"duration": "1h", "reason": "Deploying fix"}, FORM)
    assert (muted.status, muted.json["muted"]["reason"]) == (200, "Deploying fix")
    taken = send(server, "POST", f"/{alert_id}/acknowledge", {"user": "oncall@example.com"}, FORM)
    assert (taken.status, taken.json["acknowledged"]["user"]) == (200, "oncall@example.com")
    assert taken.json["acknowledged_now"] == 1


def test_what_is_left_out_has_its_default_and_what_is_given_is_shown(server: Server) -> None:
    found = send(server, "GET", f"/{made(server)}").json
    assert found["condition"] == {
        "type": "count",
        "threshold": 100,
        "operator": ">",
        "clear": None,
        "window": "5m",
    }
    assert (found["interval"], found["consecutive"], found["severity"]) == ("30s", 1, "warning")
    assert (found["origin"], found["version"], found["muted"], found["value"]) == ("api", 1, None, None)
    assert "groups" not in found


def test_missing_credentials_are_a_warning_and_secrets_are_hidden(server: Server) -> None:
    hook = {"type": "webhook", "url": "https://example.com/T0/s3cret", "secret": "s3cret"}
    answer = send(server, "POST", body={**ERRORS, "notifications": [*ERRORS["notifications"], hook]})
    assert answer.status == 201
    assert answer.json["warnings"] == ["slack #alerts: set `token` or `webhook_url` in [notify.slack]"]
    for each in (answer, send(server, "GET", f"/{answer.json['id']}"), send(server, "GET")):
        assert b"s3cret" not in each.body
        assert b"xxx" not in each.body


def test_a_rule_is_changed_as_a_whole_and_hidden_secrets_stay(server: Server) -> None:
    alert_id = made(server)
    sent = {name: send(server, "GET", f"/{alert_id}").json[name] for name in ERRORS}
    answer = send(server, "PUT", f"/{alert_id}", {**sent, "severity": "critical"})
    assert (answer.status, answer.json["severity"], answer.json["version"]) == (200, "critical", 2)
    with closing(kept(server)) as store:
        assert [target.key for target in store.rule(alert_id).rule.notifications[1:]] == ["xxx"]  # type: ignore[union-attr]


def test_a_hidden_secret_that_could_be_two_is_asked_for(server: Server) -> None:
    keys = [{"type": "pagerduty", "service_key": name} for name in ("one", "two")]
    alert_id = made(server, notifications=keys)
    hidden = {"type": "pagerduty", "service_key": "***"}
    answer = send(server, "PUT", f"/{alert_id}", {**ERRORS, "notifications": [hidden]})
    assert (answer.status, answer.json["key"]) == (400, "notifications[0]")
    assert send(server, "PUT", f"/{alert_id}", {**ERRORS, "notifications": [hidden, hidden]}).status == 200
    assert send(server, "POST", body={**ERRORS, "name": "new", "notifications": [hidden]}).status == 400


def test_a_deleted_alert_is_gone_and_its_history_stays(server: Server) -> None:
    alert_id = made(server)
    assert send(server, "DELETE", f"/{alert_id}").status == 204
    assert several(send(server, "GET")) == []
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/unmute")):
        assert send(server, method, f"/{alert_id}{path}").status == 404
    assert events(server, alert_id) == ["deleted", "created"]


def test_a_name_is_taken_once(server: Server) -> None:
    made(server)
    answer = send(server, "POST", body=ERRORS)
    assert (answer.status, answer.headers["content-type"]) == (409, "application/problem+json")
    assert answer.json["detail"] == "another alert is named 'High Error Rate'"


def test_an_alert_of_a_rules_file_is_changed_there(server: Server) -> None:
    with closing(kept(server)) as store:
        of_file = store.add(Rule("of a file", Count(5)), 1, origin="file")
    path = f"/{of_file.id}"
    for method, body in (("PUT", ERRORS), ("DELETE", None)):
        answer = send(server, method, path, body)
        assert (answer.status, "rules file" in answer.json["detail"]) == (409, True)
    assert send(server, "POST", f"{path}/mute", {"duration": "1h"}).status == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [("", ERRORS), ("/mute", {}), ("/unmute", None), ("/acknowledge", {"user": "me"})],
)
def test_an_unknown_alert_is_404(server: Server, path: str, body: object) -> None:
    method = "PUT" if not path else "POST"
    for alert_id in ("alert-1", "alert-%00", "%27"):
        assert send(server, method, f"/{alert_id}{path}", body).status == 404
    assert send(server, "GET", f"/alert-1{path}").status in (404, 405)


WRONG: dict[str, tuple[object, str, str]] = {
    "a key that nobody knows": ({"qerry": "a", **ERRORS}, "qerry", "did you mean query?"),
    "no condition": ({"name": "x"}, "condition", "condition is missing"),
    "no type": ({**ERRORS, "condition": {"threshold": 1}}, "condition.type", "condition.type is missing"),
    "a type that nobody knows": (
        {**ERRORS, "condition": {"type": "cuont", "threshold": 1}},
        "condition.type",
        "one of absence, aggregate, change, count",
    ),
    "a text for a number": (
        {**ERRORS, "condition": {"type": "count", "threshold": "100"}},
        "condition.threshold",
        "expected a number, got a text",
    ),
    "a key in the condition": (
        {**ERRORS, "condition": {"type": "count", "treshold": 1}},
        "condition.treshold",
        "did you mean threshold?",
    ),
    "a key of a target": (
        {**ERRORS, "notifications": [{"type": "slack", "chanel": "#a"}]},
        "notifications[0].chanel",
        "did you mean channel?",
    ),
    "a window that is no duration": (
        {**ERRORS, "condition": {"type": "count", "threshold": 1, "window": "soon"}},
        "condition.window",
        "soon",
    ),
    "a query that does not parse": ({**ERRORS, "query": "level:error AND ("}, "query", "query: "),
    "a query with pipes": ({**ERRORS, "query": "level:error | stats count()"}, "query", "without pipes"),
    "a command": (
        {**ERRORS, "notifications": [{"type": "command", "argv": ["rm"]}]},
        "notifications[0]",
        "can not be named through the API",
    ),
    "a secret by reference": (
        {**ERRORS, "escalation": [{"after": "5m", "notify": [{"type": "pagerduty", "service_key": "env:KEY"}]}]},
        "escalation[0].notify[0]",
        "can not be named through the API",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_body_is_400_with_the_key(server: Server, name: str) -> None:
    body, key, words = WRONG[name]
    answer = send(server, "POST", body=body)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
    assert (answer.json.get("key"), words in answer.json["detail"]) == (key, True), answer.json
    assert several(send(server, "GET")) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"name=x", b"\xff", b'{"name": '])
def test_a_body_that_is_no_object_is_400(server: Server, body: bytes) -> None:
    answer = send(server, "POST", body=body)
    assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")


def test_a_query_that_does_not_parse_is_shown_with_a_caret(server: Server) -> None:
    found = send(server, "POST", body={**ERRORS, "query": "level:error AND ("}).json
    query, caret, *_ = found["context"].split("\n")
    assert query == found["query"] == "level:error AND ("
    assert caret.index("^") == found["start"]
    assert found["end"] > found["start"]


def test_an_alert_is_muted_for_a_time_or_until_it_is_unmuted(server: Server) -> None:
    path = f"/{made(server)}"
    assert send(server, "POST", f"{path}/mute", {}).json["muted"]["until"] is None
    assert send(server, "POST", f"{path}/unmute").json["muted"] is None
    assert send(server, "POST", f"{path}/mute", {"duration": "1s"}).json["muted"]["until"]
    wait_for(lambda: send(server, "GET", path).json["muted"] is None)
    assert events(server, path[1:]) == ["muted", "unmuted", "muted", "created"]
    for wrong in (
        {"duration": "soon"},
        {"duration": "0s"},
        {"duration": "9999999d"},
        {"duration": 5},
        {"durations": "1h"},
    ):
        assert send(server, "POST", f"{path}/mute", wrong).status == 400


def test_the_worst_group_is_the_state_of_the_alert_and_one_group_can_be_acknowledged(server: Server) -> None:
    alert_id = made(server, group_by=["service"])
    quiet = GroupState((("service", "a"),), Instance(State.OK, 0, 2.5))
    keep(server, alert_id, quiet, alerting((("service", "pay"),)), alerting((("service", "web"),), 120.5))
    found = send(server, "GET", f"/{alert_id}").json
    assert (found["state"], found["value"], found["group_count"]) == ("Alerting", 150, 3)
    assert [(each["group"], each["value"]) for each in found["groups"]] == [
        ({"service": "pay"}, 150),
        ({"service": "web"}, 120.5),
        ({"service": "a"}, 2.5),
    ]
    (brief,) = several(send(server, "GET", "?groups=firing"))
    assert [each["group"]["service"] for each in brief["groups"]] == ["pay", "web"]
    assert brief["group_count"] == 3
    assert send(server, "GET", "?groups=all").json["key"] == "groups"
    path = f"/{alert_id}/acknowledge"
    one = send(server, "POST", path, {"user": "ann", "group": {"service": "web"}}).json
    assert [each["acknowledged"] and each["acknowledged"]["user"] for each in one["groups"]] == [None, "ann", None]
    assert send(server, "POST", path, {"user": "ann"}).json["acknowledged_now"] == 1
    assert send(server, "POST", path, {"user": "ann", "group": {"servise": "web"}}).json["key"] == "group"
    for wrong in ({}, {"user": " "}, {"user": 5}):
        assert send(server, "POST", path, wrong).status == 400


def test_only_what_fires_can_be_acknowledged(server: Server) -> None:
    alert_id = made(server, group_by=["service"])
    path = f"/{alert_id}/acknowledge"
    for states in ((), (GroupState((("service", "a"),), Instance(State.OK)), alerting((("service", "web"),)))):
        keep(server, alert_id, *states)
        answer = send(server, "POST", path, {"user": "ann", "group": {"service": "a"}})
        assert (answer.status, answer.headers["content-type"]) == (409, "application/problem+json")
        assert answer.json["detail"] == "only firing alerts can be acknowledged: 'High Error Rate' is OK"
    assert send(server, "POST", path, {"user": "ann"}).json["acknowledged_now"] == 1
    again = send(server, "POST", path, {"user": "ann"})
    assert (again.status, again.json["acknowledged_now"]) == (200, 0)
    assert events(server, alert_id) == ["acknowledged", "created"]


def test_history_comes_in_pages(server: Server) -> None:
    alert_id = made(server)
    fired = HistoryEntry(9 * SECOND, alert_id, HistoryEvent.FIRING, State.OK, State.ALERTING, 150.0)
    keep(server, alert_id, history=(fired, fired, fired))
    first = send(server, "GET", f"/{alert_id}/history?limit=2")
    newest, _ = several(first)
    entry = {name: newest[name] for name in ("time", "event", "from", "to", "value")}
    assert entry == {
        "time": "1970-01-01T00:00:09Z",
        "event": "firing",
        "from": "OK",
        "to": "Alerting",
        "value": 150,
    }
    path, relation = first.headers["link"].split("; ")
    assert relation == 'rel="next"'
    rest = server.request("GET", path.strip("<>"))
    assert [each["event"] for each in several(rest)] == ["firing", "created"]
    for wrong in ("limit=0", "limit=1001", "limit=x", "before=-1", f"before={'9' * 30}"):
        assert send(server, "GET", f"/{alert_id}/history?{wrong}").status == 400


def test_a_pages_script_and_a_wrong_key_are_refused(server: Server) -> None:
    assert send(server, "POST", body=ERRORS, headers={"Origin": "https://evil.example"}).status == 403
    assert send(server, "GET", headers={"Authorization": "Bearer wrong"}).status == 401


def test_alerts_need_a_key_where_one_is_asked_for(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--require-key") as server:
        assert send(server, "GET").status == 401
        assert send(server, "POST", body=ERRORS).status == 401
        key = {"Authorization": f"Bearer {server.key}"}
        assert send(server, "POST", body=ERRORS, headers=key).status == 201
        assert len(several(send(server, "GET", headers=key))) == 1


def test_alerts_outlive_the_server_and_a_broken_store_stops_no_records(tmp_path: Path) -> None:
    folder = tmp_path / "data #1"
    with Server(folder) as server:
        alert_id = made(server)
        assert server.stop() == 0
    with Server(folder) as server:
        assert send(server, "GET", f"/{alert_id}").json["name"] == "High Error Rate"
    url, known = f"postgresql://ann:s3cret@/alerts?host={tmp_path}", {"LOGTUI_BOOTSTRAP_KEY": server.key}
    with Server(folder, "--alerts-url", url, env=known) as server:  # of the keys, that one alone is not in the database
        answer = send(server, "GET")
        assert (answer.status, b"s3cret" in answer.body) == (503, False)
        assert server.post([{"timestamp": "2026-01-15T10:00:00Z", "message": "x"}]).status == 202


def events(server: Server, alert_id: str) -> list[str]:
    return [each["event"] for each in several(send(server, "GET", f"/{alert_id}/history"))]


@pytest.mark.parametrize("fields", [{}, {"group_by": ["service"], "severity": "critical", "consecutive": 3}])
def test_an_alert_may_be_sent_back_as_it_was_answered(server: Server, fields: dict[str, Any]) -> None:
    alert_id = made(server, **fields)
    answered = send(server, "GET", f"/{alert_id}").json
    found = send(server, "PUT", f"/{alert_id}", answered)
    assert found.status == 200, found.body
    assert {**found.json, "version": answered["version"]} == answered


@pytest.mark.parametrize("path", ["?state=Alerting", "/history?since=1h", "/alert-1/history?page=2"])
def test_a_parameter_that_is_not_known_is_refused(server: Server, path: str) -> None:
    answer = send(server, "GET", path)
    assert (answer.status, answer.json["key"]) == (400, path.partition("?")[2].partition("=")[0])
