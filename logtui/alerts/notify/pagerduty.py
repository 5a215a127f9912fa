"""Events of PagerDuty, API version 2: an incident for each episode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.alerts.notify.base import cut, digest
from logtui.alerts.notify.http import post
from logtui.alerts.notify.secrets import resolve_secret
from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from logtui.alerts.notify.base import Attempt, Delivered, Event, Message
    from logtui.alerts.notify.targets import PagerDuty

_MOST_KEY: Final = 255
_MOST_SUMMARY: Final = 1024
_ACTIONS: Final[dict[Event, str]] = {
    "firing": "trigger",
    "escalated": "trigger",
    "no data": "trigger",
    "acknowledged": "acknowledge",
    "resolved": "resolve",
    "data again": "resolve",
}


def send_pagerduty(target: PagerDuty, attempt: Attempt) -> Delivered:
    """Send messages to PagerDuty, an event for each, since an incident is resolved by its own key.

    A repeated attempt sends all of them again; PagerDuty joins events of one key.

    Raises:
        RefusedError: If the attempt would fail again.
        UnavailableError: If it may succeed later.
    """
    key = resolve_secret(target.key)
    for message in attempt.messages:
        body = msgspec.json.encode(pagerduty_event(message, key))
        post(attempt.settings.pagerduty.url, body, attempt, headers={}, is_named=True)
    return attempt.delivered()


def pagerduty_event(message: Message, routing_key: str) -> dict[str, Any]:
    """The event of a message.

    Args:
        message: The message.
        routing_key: The integration key of the service.
    """
    action = _ACTIONS[message.event]
    event = {"routing_key": routing_key, "event_action": action, "dedup_key": _dedup_key(message.episode)}
    return event | ({"client": "logtui", "payload": _payload(message)} if action == "trigger" else {})


def _payload(message: Message) -> dict[str, Any]:
    return {
        "summary": cut(message.summary, _MOST_SUMMARY),
        "source": "logtui",
        "severity": message.severity,
        "timestamp": rfc3339(message.at),
        "class": message.rule,
        "group": ", ".join(f"{name}={value}" for name, value in message.group.items()),
        "custom_details": {
            "value": message.value,
            "condition": message.condition,
            "query": message.query,
            "samples": message.lines,
            "top": message.top,
            "command": message.command,
        },
    }


def _dedup_key(episode: str) -> str:
    return episode if len(episode) <= _MOST_KEY else digest(episode)
