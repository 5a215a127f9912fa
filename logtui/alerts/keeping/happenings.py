"""The entries that the history gets from what people do to rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.alerts.keeping.base import Acknowledgement, HistoryEntry, HistoryEvent
from logtui.alerts.states import State
from logtui.errors import AlertConflictError
from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.alerts.keeping.base import GroupState, Mute


def muted(rule_id: str, mute: Mute) -> HistoryEntry:
    """That a rule was muted, with the end, the reason and who has done it."""
    until = "until it is unmuted" if mute.until is None else f"until {rfc3339(mute.until)}"
    detail = until + (f" by {mute.by}" if mute.by else "") + (f": {mute.reason}" if mute.reason else "")
    return HistoryEntry(mute.at, rule_id, HistoryEvent.MUTED, detail=detail)


def unmuted(rule_id: str, now: int, by: str) -> HistoryEntry:
    """That a mute was ended."""
    return HistoryEntry(now, rule_id, HistoryEvent.UNMUTED, detail=f"by {by}" if by else "")


def acknowledged(rule_id: str, state: GroupState, user: str, now: int) -> tuple[Acknowledgement, HistoryEntry]:
    """The acknowledgement of a firing alert, and its entry."""
    known = state.instance
    entry = HistoryEntry(
        now,
        rule_id,
        HistoryEvent.ACKNOWLEDGED,
        before=known.state,
        after=known.state,
        value=known.value,
        group=state.group,
        detail=f"by {user}",
    )
    return Acknowledgement(user, now, known.since or 0), entry


def to_acknowledge(name: str, states: Sequence[GroupState], user: str) -> list[GroupState]:
    """The groups whose alerts fire and that the user has not acknowledged.

    Args:
        name: The name of the rule.
        states: The states of its groups, or of the one that is meant.
        user: Who acknowledges.

    Raises:
        AlertConflictError: If none of the alerts fires.
    """
    firing = [state for state in states if state.is_firing]
    if not firing:
        found = sorted({str(state.instance.state) for state in states}) or [str(State.OK)]
        raise AlertConflictError(f"only firing alerts can be acknowledged: {name!r} is {' or '.join(found)}")
    return [state for state in firing if not _has_acknowledged(state, user)]


def _has_acknowledged(state: GroupState, user: str) -> bool:
    known = state.acknowledgement
    return state.is_acknowledged and known is not None and known.user == user
