"""Webhooks: Alertmanager's JSON, the signature, the keys."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from logtui.alerts.notify.base import RefusedError
from logtui.alerts.notify.settings import NotifySettings
from logtui.alerts.notify.targets import Webhook
from logtui.alerts.notify.webhook import send_webhook, signature, webhook_body
from tests.alerts.notify.deliveries import FIRING, NOW, RESOLVED, SECOND, attempt, groups

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer


def test_a_firing_is_sent_as_alertmanager_does(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    send_webhook(Webhook(url=httpserver.url_for("/hook")), attempt(Webhook(url=httpserver.url_for("/hook"))))
    labels = {"alertname": "payments fail", "rule_id": "r1", "severity": "critical", "service": "payments"}
    annotations = {
        "summary": "[firing] payments fail (service=payments): 142, count > 100 in 5m",
        "event": "firing",
        "episode": "e1",
        "value": "142",
        "condition": "count > 100 in 5m",
        "query": "level:error",
        "samples": "card refused <b>\ntime out & retry",
        "command": "logtui open http://127.0.0.1:8080 -q 'level:error'",
        "top_host": "web-1 (90), web-2 (52)",
    }
    [(request, _)] = httpserver.log
    assert json.loads(request.get_data()) == {
        "version": "4",
        "groupKey": '{}:{alertname="payments fail"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "logtui",
        "groupLabels": {"alertname": "payments fail"},
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "",
        "alerts": [
            {
                "status": "firing",
                "labels": labels,
                "annotations": annotations,
                "startsAt": "2025-12-31T23:59:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "",
                "fingerprint": webhook_body((FIRING,))["alerts"][0]["fingerprint"],
            }
        ],
    }
    assert request.headers["Idempotency-Key"] == "k1"
    assert "X-Logtui-Signature" not in request.headers


def test_a_resolve_has_its_end_and_the_fingerprint_of_its_firing() -> None:
    [firing], [resolved] = webhook_body((FIRING,))["alerts"], webhook_body((RESOLVED,))["alerts"]
    assert (resolved["status"], resolved["endsAt"]) == ("resolved", "2026-01-01T00:00:01Z")
    assert resolved["fingerprint"] == firing["fingerprint"]
    assert webhook_body((RESOLVED,))["status"] == "resolved"
    assert webhook_body((RESOLVED, FIRING))["status"] == "firing"


def test_fifty_groups_are_one_request(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    target = Webhook(url=httpserver.url_for("/hook"))
    send_webhook(target, attempt(target, *groups(50)))
    [(request, _)] = httpserver.log
    body = json.loads(request.get_data())
    assert len(body["alerts"]) == len({alert["fingerprint"] for alert in body["alerts"]}) == 50
    assert "service" not in body["commonLabels"]
    assert body["groupLabels"] == {"alertname": "payments fail"}


def test_a_field_with_the_name_of_a_label_is_kept_beside_it() -> None:
    grouped = msgspec.structs.replace(FIRING, group={"severity": "low"})
    labels = webhook_body((grouped,))["alerts"][0]["labels"]
    assert (labels["severity"], labels["group_severity"]) == ("critical", "low")


def test_the_signature_covers_time_and_body(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", "s3cret")
    httpserver.expect_request("/hook").respond_with_data("")
    target = Webhook(url=httpserver.url_for("/hook"), secret="env:HOOK_SECRET")
    send_webhook(target, attempt(target))
    [(request, _)] = httpserver.log
    signed = f"{NOW // SECOND}.".encode() + request.get_data()
    assert request.headers["X-Logtui-Timestamp"] == str(NOW // SECOND)
    expected = hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()
    assert request.headers["X-Logtui-Signature"] == f"sha256={expected}"


def test_another_time_gives_another_signature() -> None:
    assert signature("k", b"{}", 1)["X-Logtui-Signature"] != signature("k", b"{}", 2)["X-Logtui-Signature"]


def test_a_private_address_through_the_api_needs_the_option(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    target = Webhook(url=httpserver.url_for("/hook"))
    with pytest.raises(RefusedError, match="--allow-webhook"):
        send_webhook(target, attempt(target, from_file=False))
    settings = NotifySettings(allow_webhook=("127.0.0.0/8", "::1/128"))
    send_webhook(target, attempt(target, from_file=False, settings=settings))
    assert len(httpserver.log) == 1
