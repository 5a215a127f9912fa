"""Alerts in a PostgreSQL that is killed again and again while records come: each happens once, and in its order."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug import Response

from tests.postgres_server import PostgresServer
from tests.server.alerts.test_evaluation import ALERTS, errors, made
from tests.server.running import Server, stored, wait_for
from tests.server.test_queueing import Sender

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_httpserver import HTTPServer
    from werkzeug import Request

pytestmark = [pytest.mark.system, pytest.mark.slow]

ROUNDS = 4


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def firing(server: Server, alert_id: str) -> list[str]:
    """The services for which the alert fired, the first one first."""
    entries = json.loads(server.request("GET", f"{ALERTS}/{alert_id}/history?limit=1000").body)
    return [each["group"]["service"] for each in reversed(entries) if each["event"] == "firing"]


@pytest.mark.timeout(240)
def test_alerts_go_on_in_their_order_after_their_database_was_killed_under_load(
    postgres: PostgresServer, tmp_path: Path, httpserver: HTTPServer
) -> None:
    told: dict[str, list[str]] = {}

    def take(request: Request) -> Response:
        body: dict[str, Any] = request.get_json()
        told[request.headers["Idempotency-Key"]] = [alert["labels"]["service"] for alert in body["alerts"]]
        return Response("", 200)

    httpserver.expect_request("/hook").respond_with_handler(take)
    hook = {"type": "webhook", "url": httpserver.url_for("/hook")}
    condition = {"type": "count", "threshold": 3, "window": "10m"}
    services = [f"service {number}" for number in range(2 * ROUNDS)]
    with Server(tmp_path, "--alerts-url", postgres.url, "--allow-webhook", "127.0.0.1/32") as server:
        alert_id = made(server, condition=condition, notifications=[hook])
        senders = [Sender(number, [server.port], lambda _: server.key) for number in range(2)]
        for number in range(ROUNDS):
            before, during = services[2 * number : 2 * number + 2]
            server.post(errors(4, before))
            time.sleep(0.3)
            postgres.kill()
            assert server.post(errors(4, during)).status == 202
            time.sleep(1.5)
            assert server.request("GET", ALERTS).status == 503
            postgres.start()
            wait_for(partial(has_fired, server, alert_id, 2 * number + 2), 60)
        for sender in senders:
            sender.stop()
        count = sum(len(sender.acknowledged) for sender in senders) + 4 * len(services)
        wait_for(lambda: sum(map(len, told.values())) >= len(services), 60)
        time.sleep(2)  # for what would be told twice
        fired = firing(server, alert_id)
        assert server.stop() == 0
    pairs = [sorted(fired[at : at + 2]) for at in range(0, len(fired), 2)]
    assert pairs == [services[at : at + 2] for at in range(0, len(services), 2)]
    assert sorted(service for names in told.values() for service in names) == services
    assert len(stored(tmp_path)) == count


def has_fired(server: Server, alert_id: str, times: int) -> bool:
    """Whether the alert has fired so often, if alerts can be read again."""
    return server.request("GET", ALERTS).status == 200 and len(firing(server, alert_id)) >= times
