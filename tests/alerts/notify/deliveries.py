"""Messages and attempts for the tests of notifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from logtui.alerts.notify.base import Attempt, Entry, Message
from logtui.alerts.notify.settings import NotifySettings

if TYPE_CHECKING:
    from logtui.alerts.notify.targets import Target

SECOND = 10**9
NOW = 1_767_225_600 * SECOND
"""2026-01-01, midnight UTC."""

FIRING = Message(
    episode="e1",
    rule="payments fail",
    rule_id="r1",
    group={"service": "payments"},
    event="firing",
    at=NOW,
    started=NOW - 60 * SECOND,
    value=142.0,
    condition="count > 100 in 5m",
    severity="critical",
    query="level:error",
    samples=("card refused <b>", "time out & retry"),
    top={"host": [("web-1", 90), ("web-2", 52)]},
    command="logtui open http://127.0.0.1:8080 -q 'level:error'",
    idempotency_key="k1",
)
RESOLVED = msgspec.structs.replace(FIRING, event="resolved", at=NOW + SECOND, value=3.0, idempotency_key="k2")


def groups(count: int) -> tuple[Message, ...]:
    return tuple(
        msgspec.structs.replace(FIRING, episode=f"e{n}", idempotency_key=f"k{n}", group={"service": f"s{n}"})
        for n in range(count)
    )


def entry(
    target: Target,
    *messages: Message,
    receipts: dict[str, str] | None = None,
    from_file: bool = True,
    created: int = NOW,
) -> Entry:
    return Entry(
        target=target, messages=messages or (FIRING,), from_file=from_file, created=created, receipts=receipts or {}
    )


def attempt(
    target: Target,
    *messages: Message,
    settings: NotifySettings | None = None,
    receipts: dict[str, str] | None = None,
    from_file: bool = True,
) -> Attempt:
    given = entry(target, *messages, receipts=receipts, from_file=from_file)
    return Attempt(given, settings or NotifySettings(), NOW)
