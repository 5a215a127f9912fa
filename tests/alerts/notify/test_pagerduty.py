"""Events of PagerDuty: actions, keys, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from logtui.alerts.notify.base import RefusedError, UnavailableError
from logtui.alerts.notify.pagerduty import pagerduty_event, send_pagerduty
from logtui.alerts.notify.settings import NotifySettings, PagerDutySettings
from logtui.alerts.notify.targets import PagerDuty
from tests.alerts.notify.deliveries import FIRING, RESOLVED, attempt, groups

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

    from logtui.alerts.notify.base import Event

TARGET = PagerDuty(service_key="xxx")


def at(server: HTTPServer) -> NotifySettings:
    return NotifySettings(pagerduty=PagerDutySettings(url=server.url_for("/v2/enqueue")))


def test_a_firing_triggers_an_incident(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v2/enqueue", method="POST").respond_with_json({"status": "success"}, 202)
    send_pagerduty(TARGET, attempt(TARGET, settings=at(httpserver)))
    [(request, _)] = httpserver.log
    assert request.get_json() == {
        "routing_key": "xxx",
        "event_action": "trigger",
        "dedup_key": "e1",
        "client": "logtui",
        "payload": {
            "summary": "[firing] payments fail (service=payments): 142, count > 100 in 5m",
            "source": "logtui",
            "severity": "critical",
            "timestamp": "2026-01-01T00:00:00Z",
            "class": "payments fail",
            "group": "service=payments",
            "custom_details": {
                "value": 142.0,
                "condition": "count > 100 in 5m",
                "query": "level:error",
                "samples": ["card refused <b>", "time out & retry"],
                "top": {"host": [["web-1", 90], ["web-2", 52]]},
                "command": "logtui open http://127.0.0.1:8080 -q 'level:error'",
            },
        },
    }


@pytest.mark.parametrize(
    ("event", "action"),
    [
        ("firing", "trigger"),
        ("no data", "trigger"),
        ("escalated", "trigger"),
        ("acknowledged", "acknowledge"),
        ("resolved", "resolve"),
        ("data again", "resolve"),
    ],
)
def test_each_event_has_its_action_under_the_key_of_its_episode(event: Event, action: str) -> None:
    found = pagerduty_event(msgspec.structs.replace(FIRING, event=event), "xxx")
    assert (found["event_action"], found["dedup_key"]) == (action, "e1")
    assert ("payload" in found) == (action == "trigger")


def test_groups_are_incidents_of_their_own_that_can_be_resolved_alone(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v2/enqueue").respond_with_json({}, 202)
    send_pagerduty(TARGET, attempt(TARGET, *groups(3), settings=at(httpserver)))
    assert [request.get_json()["dedup_key"] for request, _ in httpserver.log] == ["e0", "e1", "e2"]


def test_long_summaries_and_keys_are_within_the_limits() -> None:
    large = msgspec.structs.replace(FIRING, rule="r" * 5_000, episode="e" * 300)
    found = pagerduty_event(large, "xxx")
    assert len(found["payload"]["summary"]) == 1_024
    assert len(found["dedup_key"]) <= 255
    resolved = msgspec.structs.replace(RESOLVED, episode="e" * 300)
    assert pagerduty_event(resolved, "xxx")["dedup_key"] == found["dedup_key"]


def test_the_key_may_be_a_reference(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PD_KEY", "k" * 32)
    httpserver.expect_request("/v2/enqueue").respond_with_json({}, 202)
    target = PagerDuty(routing_key="env:PD_KEY")
    send_pagerduty(target, attempt(target, settings=at(httpserver)))
    assert httpserver.log[0][0].get_json()["routing_key"] == "k" * 32


def test_a_wrong_key_is_final_and_too_many_events_are_not(httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request("/v2/enqueue").respond_with_json({"message": "Invalid routing key"}, 400)
    httpserver.expect_oneshot_request("/v2/enqueue").respond_with_data("", 429)
    with pytest.raises(RefusedError, match=r"400: .*Invalid routing key"):
        send_pagerduty(TARGET, attempt(TARGET, settings=at(httpserver)))
    with pytest.raises(UnavailableError, match="429"):
        send_pagerduty(TARGET, attempt(TARGET, settings=at(httpserver)))
