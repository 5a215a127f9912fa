"""What becomes of a posting by a try to deliver it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from logtui.alerts.keeping.base import HistoryEntry, HistoryEvent, PostingState
from logtui.alerts.notify.base import Dead, Delivered, RetryAt

if TYPE_CHECKING:
    from logtui.alerts.keeping.base import Posting
    from logtui.alerts.notify.base import Outcome


def settled(posting: Posting, outcome: Outcome) -> tuple[Posting, PostingState]:
    """A posting after a try, and what has become of it."""
    attempts = posting.attempts + 1
    if isinstance(outcome, Delivered):
        return msgspec.structs.replace(posting, attempts=attempts, error=outcome.warning), PostingState.DELIVERED
    error = outcome.reason
    if isinstance(outcome, RetryAt):
        after = msgspec.structs.replace(posting, attempts=attempts, error=error, due=outcome.at)
        return after, PostingState.WAITING
    return msgspec.structs.replace(posting, attempts=attempts, error=error), PostingState.DEAD


def undelivered(posting: Posting, outcome: Outcome, now: int) -> list[HistoryEntry]:
    """What the history says of a try to deliver: nothing if all has arrived, or another try follows."""
    reason = _reason(outcome)
    if not reason:
        return []
    kind = str(type(posting.target).__struct_config__.tag)
    group = tuple(posting.message.group.items())
    detail = f"{kind}, {posting.message.event}: {reason}"
    return [HistoryEntry(now, posting.rule_id, HistoryEvent.DELIVERY_FAILED, group=group, detail=detail)]


def _reason(outcome: Outcome) -> str:
    if isinstance(outcome, Dead):
        return outcome.reason
    return outcome.warning if isinstance(outcome, Delivered) else ""
