"""A server's own evaluation: records that came in make a rule fire, and a receiver is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.cli.helpers import logtui
from tests.server.running import Server, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpserver import HTTPServer
    from werkzeug import Request as WerkzeugRequest
    from werkzeug import Response as WerkzeugResponse

ALERTS = "/api/v1/alerts"
RULE: dict[str, Any] = {
    "name": "errors",
    "query": "level:error",
    "condition": {"type": "count", "threshold": 3, "window": "10s"},
    "interval": "1s",
    "allowed_lateness": "0s",
    "group_by": ["service"],
}


def errors(count: int, service: str) -> list[dict[str, object]]:
    now = datetime.now(UTC).isoformat()
    return [{"timestamp": now, "level": "error", "service": service, "message": f"bad {n}"} for n in range(count)]


def made(server: Server, **fields: object) -> str:
    answer = server.request("POST", ALERTS, json.dumps({**RULE, **fields}))
    assert answer.status == 201, answer.body
    found: str = answer.json["id"]
    return found


def state(server: Server, alert_id: str) -> str:
    found: str = server.request("GET", f"{ALERTS}/{alert_id}").json["state"]
    return found


def test_records_make_a_rule_fire_and_a_restart_does_not_fire_it_again(tmp_path: Path, httpserver: HTTPServer) -> None:
    received: list[dict[str, Any]] = []

    def take(request: WerkzeugRequest) -> WerkzeugResponse:
        from werkzeug import Response

        received.append(request.get_json())
        return Response("", 200)

    httpserver.expect_request("/hook").respond_with_handler(take)
    options = ("--allow-webhook", "127.0.0.1/32")
    hook = {"type": "webhook", "url": httpserver.url_for("/hook")}
    with Server(tmp_path, *options) as server:
        # However long the restart takes, no records are no news.
        alert_id = made(server, notifications=[hook], no_data="keep")
        assert state(server, alert_id) == "OK"
        server.post(errors(4, "api"))
        server.post(errors(3, "web"))
        wait_for(lambda: state(server, alert_id) == "Alerting")
        wait_for(lambda: len(received) == 1)
        assert server.stop() == 0  # not killed: a delivery whose end is not noted is repeated, with the same key
    with Server(tmp_path, *options) as server:
        wait_for(lambda: bool(server.request("GET", f"{ALERTS}/{alert_id}").json["evaluated"]))
        shown = server.request("GET", f"{ALERTS}/{alert_id}").json
        first, *_ = shown["groups"]
        assert (first["group"], first["state"]) == ({"service": "api"}, "Alerting")
        server.post([{"timestamp": datetime.now(UTC).isoformat(), "message": "calm"}])
        wait_for(lambda: state(server, alert_id) == "OK", 60)
        wait_for(lambda: len(received) == 2)
        assert server.stop() == 0
    told = [(alert["status"], alert["labels"]["service"]) for each in received for alert in each["alerts"]]
    assert told == [("firing", "api"), ("resolved", "api")]


def test_alerts_that_cannot_be_reached_do_not_keep_records_from_being_stored(tmp_path: Path) -> None:
    (tmp_path / "alerts.sqlite").write_bytes(b"this is no database, but long enough to look like one" * 20)
    with Server(tmp_path) as server:
        assert server.post(errors(4, "api")).status == 202
        wait_for(lambda: b'worker_problem{work="alerting"} 1.0' in server.request("GET", "/metrics").body)
        assert server.request("GET", ALERTS).status == 503
        assert server.request("GET", "/ready").status == 200


def test_a_trial_says_when_an_alert_would_have_fired_and_whether_its_targets_answer(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    httpserver.expect_request("/broken").respond_with_data("no", status=400)
    targets = [{"type": "webhook", "url": httpserver.url_for(path)} for path in ("/hook", "/broken")]
    with Server(tmp_path, "--allow-webhook", "127.0.0.1/32", "--role", "front") as server:
        alert_id = made(server, notifications=targets)
        empty = server.request("POST", f"{ALERTS}/{alert_id}/test", b"").json
        assert (empty["fired"], empty["changes"]) == (0, [])
        tried = server.request("POST", f"{ALERTS}/{alert_id}/test", b'{"since": "1h", "notify": true}').json
        assert [(each["event"], each["delivered"]) for each in tried["notifications"]] == [
            ("firing", True),
            ("resolved", True),
            ("firing", False),
        ]
        assert server.request("POST", f"{ALERTS}/{alert_id}/test", b'{"since": "soon"}').status == 400
    with Server(tmp_path, "--allow-webhook", "127.0.0.1/32") as server:
        server.post(errors(4, "api"))
        wait_for(lambda: bool(server.request("POST", f"{ALERTS}/{alert_id}/test", b"").json["fired"]))


def test_a_key_for_some_tenants_sees_no_alerts(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        alert_id = made(server)
        key = logtui(
            "keys", "create", "--data", tmp_path, "--scope", "alerts", "--scope", "read", "--tenant", "a"
        ).stdout.decode()
        named = {"Authorization": f"Bearer {key.strip()}"}
        assert server.request("GET", ALERTS, b"", named).status == 403
        assert server.request("DELETE", f"{ALERTS}/{alert_id}", b"", named).status == 403
        assert server.request("POST", ALERTS, json.dumps(RULE), named).status == 403
