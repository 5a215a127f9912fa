"""What is said of alerts: secrets hidden, states as people know them, times in RFC 3339."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.alerts.notify.secrets import redacted
from logtui.alerts.states import State
from logtui.model.times import rfc3339
from logtui.server.alerts.checks import warnings_of, with_targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.alerts.keeping.base import Acknowledgement, GroupState, HistoryEntry, KeptRule, Mute
    from logtui.alerts.notify.settings import NotifySettings
    from logtui.alerts.states import Group

STATED: Final = frozenset(
    {
        "id",
        "state",
        "value",
        "last_triggered",
        "origin",
        "version",
        "created",
        "evaluated",
        "late",
        "problem",
        "muted",
        "acknowledged",
        "group_count",
        "groups",
        "warnings",
    }
)
"""What answers say of an alert beside its rule."""

_WORST_FIRST: Final = (State.ALERTING, State.NO_DATA, State.OK)
_MOST_GROUPS: Final = 1_000
"""Groups that an answer names; a rule may have more."""


def summary(kept: KeptRule, states: Sequence[GroupState], settings: NotifySettings, now: int) -> dict[str, Any]:
    """An alert without its groups; what is missing for its notifications is named in `warnings`.

    Args:
        kept: The rule.
        states: Its groups.
        settings: Access to those who are told.
        now: Epoch nanoseconds.
    """
    rule: dict[str, Any] = msgspec.to_builtins(with_targets(kept.rule, redacted))
    rule["condition"] = {
        key: _number(part) if isinstance(part, float) else part for key, part in rule["condition"].items()
    }
    answer = {"id": kept.id, "name": rule.pop("name"), **_status(states), **rule, **_kept(kept, now)}
    if kept.rule.group_by:
        answer["group_count"] = len(states)
    warnings = warnings_of(kept.rule, settings)
    return {**answer, "warnings": warnings} if warnings else answer


def alert(kept: KeptRule, states: Sequence[GroupState], settings: NotifySettings, now: int) -> dict[str, Any]:
    """An alert with its groups, the worst first, or who takes care of it if it has none."""
    return _with_groups(summary(kept, states, settings, now), kept, states)


def firing(kept: KeptRule, states: Sequence[GroupState], settings: NotifySettings, now: int) -> dict[str, Any]:
    """An alert with its groups that fire, or who takes care of it if it has none."""
    shown = [state for state in states if state.is_firing] if kept.rule.group_by else states
    return _with_groups(summary(kept, states, settings, now), kept, shown)


def _with_groups(answer: dict[str, Any], kept: KeptRule, states: Sequence[GroupState]) -> dict[str, Any]:
    if kept.rule.group_by:
        return {**answer, "groups": [_group(state) for state in sorted(states, key=_rank)[:_MOST_GROUPS]]}
    return {**answer, "acknowledged": next(map(_acknowledged, states), None)}


def happened(number: int, entry: HistoryEntry) -> dict[str, Any]:
    """An entry of the history, with the number by which the next page is asked for."""
    return {
        "number": number,
        "time": rfc3339(entry.time),
        "alert": entry.rule_id,
        "event": entry.event,
        "from": entry.before,
        "to": entry.after,
        "value": _number(entry.value),
        "group": dict(entry.group),
        "detail": entry.detail,
    }


def _rank(state: GroupState) -> tuple[int, Group]:
    return _WORST_FIRST.index(state.instance.state), state.group


def _status(states: Sequence[GroupState]) -> dict[str, Any]:
    """State and value of the worst group, and when any of them last fired."""
    if not states:
        return {"state": State.OK, "value": None, "last_triggered": None}
    worst = min(states, key=_rank).instance
    triggered = [time for state in states if (time := _triggered(state)) is not None]
    return {
        "state": worst.state,
        "value": _number(worst.value),
        "last_triggered": _time(max(triggered, default=None)),
    }


def _kept(kept: KeptRule, now: int) -> dict[str, Any]:
    return {
        "origin": kept.origin,
        "version": kept.version,
        "created": rfc3339(kept.created),
        "evaluated": _time(kept.evaluated),
        "late": kept.late,
        "problem": kept.problem,
        "muted": _muted(kept.mute, now),
    }


def _group(state: GroupState) -> dict[str, Any]:
    known = state.instance
    return {
        "group": dict(state.group),
        "state": known.state,
        "since": _time(known.since),
        "value": _number(known.value),
        "last_triggered": _time(_triggered(state)),
        "acknowledged": _acknowledged(state),
    }


def _triggered(state: GroupState) -> int | None:
    """When a group last fired, also if cooldown has kept that from being notified."""
    times = [time for time in (state.instance.fired, state.instance.since if state.is_firing else None) if time]
    return max(times, default=None)


def _acknowledged(state: GroupState) -> dict[str, Any] | None:
    known: Acknowledgement | None = state.acknowledgement if state.is_acknowledged else None
    return None if known is None else {"user": known.user, "at": rfc3339(known.at)}


def _muted(mute: Mute | None, now: int) -> dict[str, Any] | None:
    if mute is None or not mute.holds(now):
        return None
    return {"until": _time(mute.until), "reason": mute.reason, "by": mute.by, "at": rfc3339(mute.at)}


def _time(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


def _number(value: float | None) -> float | None:
    """A value as it is written in JSON: counts without a fraction."""
    return int(value) if value is not None and value.is_integer() else value
