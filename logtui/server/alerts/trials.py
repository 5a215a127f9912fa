"""Trials of an alert: when it would have fired, and whether its targets can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import msgspec

from logtui.alerts.evaluation import Evaluator
from logtui.alerts.notify.base import Delivered, Entry, Message
from logtui.alerts.notify.secrets import redacted
from logtui.alerts.replay import summaries, timeline
from logtui.model.times import moment_of, rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from logtui.alerts.keeping.base import KeptRule
    from logtui.alerts.notify.base import Event, Outcome
    from logtui.alerts.notify.settings import NotifySettings
    from logtui.alerts.notify.targets import Target
    from logtui.engine.search.dataset import Dataset

_MOST_CHANGES: Final = 1_000
_EVENTS: Final[tuple[Event, ...]] = ("firing", "resolved")


def replayed(kept: KeptRule, dataset: Dataset, since: int, now: int, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """What an alert would have done.

    Args:
        kept: The alert.
        dataset: The records.
        since: From when on, epoch nanoseconds.
        now: Until when.
        cancelled: Polled; true ends the work early.

    Returns:
        How often it would have fired, for how many seconds, and each change, the oldest first.
    """
    first = moment_of(since - 2 * kept.rule.condition.span)  # the first windows begin before
    found = Evaluator([kept.rule], since=first).evaluate(dataset, now, cancelled)
    totals = summaries(found, since)
    changes = [
        {
            "time": rfc3339(each.change.at),
            "event": each.change.event,
            "value": each.change.value,
            "group": dict(each.group),
        }
        for each in timeline(found, since)
    ]
    return {
        "since": rfc3339(since),
        "until": rfc3339(now),
        "fired": sum(each.fired for each in totals),
        "firing_seconds": sum(each.firing for each in totals) / 1e9,
        "partial": cancelled(),
        "changes": changes[-_MOST_CHANGES:],
    }


def told(kept: KeptRule, settings: NotifySettings, now: int) -> list[dict[str, Any]]:
    """Tell all targets of an alert that this is a trial, and that it is over; what became of it, by target."""
    from logtui.alerts.notify.delivery import Deliverer  # it loads httpx, which takes 0.1 s

    deliverer, episode = Deliverer(settings), uuid4().hex
    found = []
    for target in dict.fromkeys(_targets(kept)):
        receipts: dict[str, str] = {}
        for event in _EVENTS:
            message = _message(kept, event, episode, now)
            entry = Entry(
                target=target, messages=(message,), from_file=kept.origin == "file", created=now, receipts=receipts
            )
            outcome = deliverer.deliver(entry, now)
            found.append({"target": msgspec.to_builtins(redacted(target)), "event": event, **_described(outcome)})
            if not isinstance(outcome, Delivered):
                break
            receipts = outcome.receipts
    return found


def _targets(kept: KeptRule) -> Iterator[Target]:
    yield from kept.rule.notifications
    for each in kept.rule.escalation:
        yield from each.notify


def _message(kept: KeptRule, event: Event, episode: str, now: int) -> Message:
    rule = kept.rule
    return Message(
        episode=episode,
        rule=f"{rule.name} (a trial)",
        rule_id=kept.id,
        event=event,
        at=now,
        started=now,
        value=None,
        condition=rule.condition.described,
        severity=rule.severity,
        query=rule.counted,
        idempotency_key=f"{episode} {event}",
    )


def _described(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Delivered):
        return {"delivered": True, **({"warning": outcome.warning} if outcome.warning else {})}
    return {"delivered": False, "reason": outcome.reason}
