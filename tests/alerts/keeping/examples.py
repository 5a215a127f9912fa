"""Rules, states, postings and looks that tests keep."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from logtui.alerts.conditions import Count, NewValue
from logtui.alerts.keeping.base import GroupState, Look, Posting
from logtui.alerts.notify.base import Message
from logtui.alerts.notify.targets import Slack, Webhook
from logtui.alerts.rules import Rule
from logtui.alerts.states import Group, Instance, State

if TYPE_CHECKING:
    from logtui.alerts.keeping.base import AlertStore, KeptRule, Lease

SECOND = 1_000_000_000
SLACK = Slack(channel="#alerts")
WEBHOOK = Webhook(url="https://example.com/hook", secret="s3cret")


def rule(name: str = "errors", **fields: object) -> Rule:
    made = Rule(name, Count(100), "level:error", notifications=(SLACK, WEBHOOK))
    return msgspec.structs.replace(made, **fields)


def new_users(query: str = "") -> Rule:
    return Rule("new users", NewValue(field="user"), query)


def firing(group: Group = (), since: int = 60 * SECOND, **fields: object) -> GroupState:
    made = GroupState(group, Instance(State.ALERTING, since, 150.0, 1, is_notified=True, fired=since))
    return msgspec.structs.replace(made, **fields)


def calm(group: Group = ()) -> GroupState:
    return GroupState(group, Instance(State.OK, 0, 3.0))


def posting(key: str, target: Slack | Webhook = SLACK, *, episode: str = "e1", due: int = 0) -> Posting:
    message = Message(
        episode=episode,
        rule="errors",
        rule_id="alert-1",
        group={"service": "pay"},
        event="firing",
        at=60 * SECOND,
        started=60 * SECOND,
        value=150.0,
        condition="count > 100 in 5m",
        severity="warning",
        idempotency_key=key,
    )
    return Posting(key, "alert-1", target, message, due, queued=60 * SECOND)


def leased(store: AlertStore, holder: str = "me", seconds: float = 30.0) -> Lease:
    lease = store.lease(holder, seconds)
    assert lease
    return lease


def keep(store: AlertStore, kept: KeptRule, **found: Any) -> None:  # noqa: ANN401 - the fields of a look
    """Keep one look as the holder of the lease."""
    store.keep([replace(Look(kept, 60 * SECOND), **found)], leased(store))
