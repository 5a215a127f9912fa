"""The state machine of an alert: pure, without a clock; every change is told.

| state    | the condition holds            | neither                 | it is over           | no data            |
|----------|--------------------------------|-------------------------|----------------------|--------------------|
| OK       | after `consecutive` times:     | OK                      | OK                   | by the rule:       |
|          | Alerting, told unless cooling  |                         |                      | No Data, OK, stay  |
| Alerting | stays; told once it has cooled | stays                   | OK, told as resolved | stays, or OK       |
| No Data  | as from OK                     | OK, told as data again  | OK, told             | stays              |
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from logtui.alerts.rules import Rule


class State(StrEnum):
    """What is known about a rule's condition."""

    OK = "ok"
    ALERTING = "alerting"
    NO_DATA = "no data"


class Event(StrEnum):
    """A change that people want to hear of."""

    FIRING = "firing"
    RESOLVED = "resolved"
    NO_DATA = "no data"
    DATA_AGAIN = "data again"


class Observation(NamedTuple):
    """What one look at a rule's window found.

    Attributes:
        at: The end of the window, epoch nanoseconds; the window does not contain it.
        value: What the condition is about; None if no records came at all.
    """

    at: int
    value: float | None


class Change(NamedTuple):
    """Something to tell.

    Attributes:
        at: When, epoch nanoseconds.
        event: What happened.
        value: The value that made it happen; None without data.
    """

    at: int
    event: Event
    value: float | None


class Instance(NamedTuple):
    """Where a rule stands.

    Attributes:
        state: The state.
        since: When it began, epoch nanoseconds; None before the first observation.
        value: The newest value.
        breaches: How many observations in a row the condition held in, not counted beyond what the rule asks for.
        is_told: Whether the present alert has been told; false while it cools down.
        fired: When an alert was told last, epoch nanoseconds.
        held_back: Alerts that began and ended untold since the one told last.
    """

    state: State = State.OK
    since: int | None = None
    value: float | None = None
    breaches: int = 0
    is_told: bool = False
    fired: int | None = None
    held_back: int = 0


def step(rule: Rule, before: Instance, seen: Observation) -> tuple[Instance, Change | None]:
    """Take one observation into account.

    Args:
        rule: The rule.
        before: Where it stood; observations come in the order of time.
        seen: The observation.

    Returns:
        Where the rule stands now, and what there is to tell.
    """
    now = before._replace(value=seen.value, since=seen.at if before.since is None else before.since)
    if seen.value is None:
        return _without_data(rule, now, seen)
    if rule.condition.holds(seen.value):
        return _held(rule, now, seen)
    if now.state is State.ALERTING and not rule.condition.ends(seen.value):
        return now, None
    return _calm(now, seen)


def _without_data(rule: Rule, now: Instance, seen: Observation) -> tuple[Instance, Change | None]:
    if rule.no_data == "ok":
        return _calm(now, seen)
    if rule.no_data == "keep" or now.state is not State.OK:
        return now, None
    after = now._replace(state=State.NO_DATA, since=seen.at, breaches=0)
    return after, Change(seen.at, Event.NO_DATA, None)


def _held(rule: Rule, now: Instance, seen: Observation) -> tuple[Instance, Change | None]:
    if now.state is not State.ALERTING:
        now = now._replace(breaches=now.breaches + 1)
        if now.breaches < rule.consecutive:
            return now, None
        now = now._replace(state=State.ALERTING, since=seen.at, is_told=False)
    if now.is_told or (now.fired is not None and seen.at - now.fired < rule.wait):
        return now, None
    return now._replace(is_told=True, fired=seen.at), Change(seen.at, Event.FIRING, seen.value)


def _calm(now: Instance, seen: Observation) -> tuple[Instance, Change | None]:
    after = now._replace(state=State.OK, breaches=0, is_told=False)
    if now.state is State.OK:
        return after, None
    after = after._replace(since=seen.at)
    if now.state is State.NO_DATA:
        return after, Change(seen.at, Event.DATA_AGAIN, seen.value)
    if now.is_told:
        return after._replace(held_back=0), Change(seen.at, Event.RESOLVED, seen.value)
    return after._replace(held_back=now.held_back + 1), None
