"""Webhooks with the JSON of Alertmanager, version 4, so that existing receivers understand it."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.alerts.notify.base import counted, delivery_key, digest, number
from logtui.alerts.notify.http import post
from logtui.alerts.notify.secrets import resolve_secret, target_url
from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from logtui.alerts.notify.base import Attempt, Delivered, Message
    from logtui.alerts.notify.targets import Webhook

_SECOND: Final = 1_000_000_000
_NOT_ENDED: Final = "0001-01-01T00:00:00Z"
"""The zero time of Go, which Alertmanager sends while an alert fires."""


def send_webhook(target: Webhook, attempt: Attempt) -> Delivered:
    """Send messages to a webhook, as one request.

    Raises:
        RefusedError: If the attempt would fail again.
        UnavailableError: If it may succeed later.
    """
    body = msgspec.json.encode(webhook_body(attempt.messages))
    headers = {"Idempotency-Key": delivery_key(attempt.messages)}
    if target.secret:
        headers |= signature(resolve_secret(target.secret), body, attempt.now // _SECOND)
    post(target_url(target), body, attempt, headers=headers, is_named=attempt.entry.from_file)
    return attempt.delivered()


def signature(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """The headers that prove who sent a body, and when.

    Args:
        secret: The key that both sides know.
        body: The body.
        timestamp: Epoch seconds.

    Returns:
        `X-Logtui-Timestamp`, and `X-Logtui-Signature`: HMAC-SHA256 of the timestamp, a full stop and the body.
    """
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Logtui-Timestamp": str(timestamp), "X-Logtui-Signature": f"sha256={signed}"}


def webhook_body(messages: tuple[Message, ...]) -> dict[str, Any]:
    """The messages as Alertmanager's webhook, version 4."""
    alerts = [_alert(message) for message in messages]
    labels = _common([alert["labels"] for alert in alerts])
    group = {name: labels[name] for name in ("alertname",) if name in labels}
    return {
        "version": "4",
        "groupKey": "{}:{" + ",".join(f'{name}="{value}"' for name, value in group.items()) + "}",
        "truncatedAlerts": 0,
        "status": "resolved" if all(message.is_end for message in messages) else "firing",
        "receiver": "logtui",
        "groupLabels": group,
        "commonLabels": labels,
        "commonAnnotations": _common([alert["annotations"] for alert in alerts]),
        "externalURL": "",
        "alerts": alerts,
    }


def _alert(message: Message) -> dict[str, Any]:
    return {
        "status": "resolved" if message.is_end else "firing",
        "labels": _labels(message),
        "annotations": _annotations(message),
        "startsAt": rfc3339(message.started),
        "endsAt": rfc3339(message.at) if message.is_end else _NOT_ENDED,
        "generatorURL": "",
        "fingerprint": digest(msgspec.json.encode([message.rule_id, message.group], order="sorted").decode())[:16],
    }


def _labels(message: Message) -> dict[str, str]:
    own = {"alertname": message.rule, "rule_id": message.rule_id, "severity": message.severity}
    return own | {f"group_{name}" if name in own else name: value for name, value in message.group.items()}


def _annotations(message: Message) -> dict[str, str]:
    found = {
        "summary": message.summary,
        "event": message.event,
        "episode": message.episode,
        "value": "" if message.value is None else number(message.value),
        "condition": message.condition,
        "query": message.query,
        "samples": "\n".join(message.lines),
        "command": message.command,
    }
    found |= {f"top_{field}": counted(counts) for field, counts in message.top.items()}
    return {name: text for name, text in found.items() if text}


def _common(found: list[dict[str, str]]) -> dict[str, str]:
    first, *others = found
    return {name: text for name, text in first.items() if all(other.get(name) == text for other in others)}
