"""The state machine of an alert rule: pure, without a clock. It says which changes are to be notified.

A row is the state before, a column what an observation finds: the condition holds; it does not hold, but the value has
not passed the rule's `clear` value yet; the value has passed it; no records came at all.

| state    | condition holds                     | not cleared yet        | cleared                | no data           |
|----------|-------------------------------------|------------------------|------------------------|-------------------|
| OK       | after `consecutive` times:          | OK                     | OK                     | by `no_data`:     |
|          | Alerting, notified unless in        |                        |                        | No Data (notified)|
|          | cooldown                            |                        |                        | or OK             |
| Alerting | stays; notified when cooldown ends  | stays                  | after `keep_firing_for`| stays, or OK      |
|          |                                     |                        | OK, notified as        |                   |
|          |                                     |                        | resolved               |                   |
| No Data  | as from OK                          | OK, notified as data   | OK, notified as data   | stays, or OK      |
|          |                                     | again                  | again                  |                   |

A firing that cooldown held back for as long as it lasted is not notified as resolved either; it is counted.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from logtui.alerts.rules import Rule

Group: TypeAlias = tuple[tuple[str, str], ...]
"""The values by which records are grouped, as pairs of field and value; empty for a rule without groups."""


class State(StrEnum):
    """The state of a rule, or of one of its groups."""

    OK = "OK"
    ALERTING = "Alerting"
    NO_DATA = "No Data"


class Event(StrEnum):
    """A change of state that is notified."""

    FIRING = "firing"
    RESOLVED = "resolved"
    NO_DATA = "no data"
    DATA_AGAIN = "data again"


class Observation(NamedTuple):
    """The value of a rule's condition in one window.

    Attributes:
        at: The end of the window, exclusive, epoch nanoseconds.
        value: The count, rate or percentage that the condition compares; None if no records came at all.
    """

    at: int
    value: float | None


class Change(NamedTuple):
    """A change of a rule's state that is to be notified.

    Attributes:
        at: When it happened, epoch nanoseconds.
        event: What happened.
        value: The observed value that caused it; None if there was none.
    """

    at: int
    event: Event
    value: float | None


class Instance(NamedTuple):
    """The state of a rule, or of one of its groups, with what the next step needs to know.

    Attributes:
        state: The state.
        since: When the state began, epoch nanoseconds; None before the first observation.
        value: The newest observed value.
        breaches: Consecutive observations in which the condition held, counted up to the rule's `consecutive`.
        is_notified: Whether the present firing was notified; false while cooldown holds it back.
        fired: When a firing was last notified, epoch nanoseconds.
        held_back: Firings that cooldown held back until they were over, since the last one that was notified.
        cleared: While alerting, since when the value is clear, epoch nanoseconds; None if it is not.
    """

    state: State = State.OK
    since: int | None = None
    value: float | None = None
    breaches: int = 0
    is_notified: bool = False
    fired: int | None = None
    held_back: int = 0
    cleared: int | None = None


def step(rule: Rule, before: Instance, seen: Observation) -> tuple[Instance, Change | None]:
    """Advance a rule by one observation.

    Args:
        rule: The rule.
        before: The rule's state before the observation.
        seen: The observation, later than those before it.

    Returns:
        The state after the observation, and the change to be notified, if any.
    """
    now = before._replace(value=seen.value, since=seen.at if before.since is None else before.since)
    if seen.value is None:
        return _without_data(rule, now, seen)
    if rule.condition.holds(seen.value):
        return _held(rule, now, seen)
    if now.state is State.ALERTING and not rule.condition.ends(seen.value):
        return now._replace(cleared=None), None
    return _cleared(rule, now, seen)


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
        now = now._replace(state=State.ALERTING, since=seen.at, is_notified=False)
    now = now._replace(cleared=None)
    if now.is_notified or (now.fired is not None and seen.at - now.fired < rule.wait):
        return now, None
    return now._replace(is_notified=True, fired=seen.at), Change(seen.at, Event.FIRING, seen.value)


def _cleared(rule: Rule, now: Instance, seen: Observation) -> tuple[Instance, Change | None]:
    """Calm down, unless a clear value has to last."""
    if now.state is State.ALERTING and rule.lingering:
        since = seen.at if now.cleared is None else now.cleared
        if seen.at - since < rule.lingering:
            return now._replace(cleared=since), None
    return _calm(now, seen)


def _calm(now: Instance, seen: Observation) -> tuple[Instance, Change | None]:
    after = now._replace(state=State.OK, breaches=0, is_notified=False, cleared=None)
    if now.state is State.OK:
        return after, None
    after = after._replace(since=seen.at)
    if now.state is State.NO_DATA:
        return after, Change(seen.at, Event.DATA_AGAIN, seen.value)
    if now.is_notified:
        return after._replace(held_back=0), Change(seen.at, Event.RESOLVED, seen.value)
    return after._replace(held_back=now.held_back + 1), None
