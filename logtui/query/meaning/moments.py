"""Typed times in comparisons: a partial time is its whole unit, and intervals are half-open."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from logtui.errors import TimeError
from logtui.model.times import Interval, parse_time
from logtui.query.syntax.leaf_error import LeafError

if TYPE_CHECKING:
    from logtui.query.meaning.bounds import Bound
    from logtui.query.meaning.scope import Scope
    from logtui.query.syntax.tree import Span

_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_EARLIEST: Final = datetime(1678, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2262, 1, 1, tzinfo=UTC)


def interval_of(text: str, scope: Scope, span: Span) -> Interval:
    """The interval that a typed time denotes.

    Args:
        text: A typed time, or a year alone.
        scope: The surroundings.
        span: The place of the leaf.

    Returns:
        The interval, inside what nanoseconds can count.

    Raises:
        LeafError: If the text is no time.
    """
    now, text = _anchored(text, scope, span)
    try:
        found = _year(int(text), scope) if _YEAR.fullmatch(text) else parse_time(text, now=now, zone=scope.zone)
    except TimeError as error:
        raise LeafError(error.message, span, error.hint) from error
    except ValueError as error:
        raise LeafError(f"there is no time {text!r}", span) from error
    return Interval(_clamped(found.start), _clamped(found.end))


def _anchored(text: str, scope: Scope, span: Span) -> tuple[datetime, str]:
    """What `now` means in a text, and the text that counts from it; `end` is the newest record's time."""
    if not text.startswith("end"):
        return scope.now, text
    if scope.newest is None:
        raise LeafError("there is no newest record to count back from", span, "last:15m counts back from now")
    return scope.newest, f"now{text.removeprefix('end')}"


def _year(year: int, scope: Scope) -> Interval:
    return Interval(datetime(year, 1, 1, tzinfo=scope.zone), datetime(min(year + 1, 9999), 1, 1, tzinfo=scope.zone))


def _clamped(moment: datetime) -> datetime:
    if moment.year < _EARLIEST.year:
        return _EARLIEST
    return _LATEST if moment.year >= _LATEST.year else moment.astimezone(UTC)


def moment_bound(bound: Bound, scope: Scope, span: Span) -> tuple[str, datetime]:
    """The bound on an instant that a bound on a typed time means.

    Args:
        bound: An operator and a typed time.
        scope: The surroundings.
        span: The place of the leaf.

    Returns:
        An operator and a moment: `<=` and `>` pass the end of the whole unit, `<` and `>=` its start.

    Raises:
        LeafError: If the text is no time.
    """
    op, text = bound
    interval = interval_of(text, scope, span)
    if interval.start == interval.end or op in ("<", ">="):
        return op, interval.start
    return {"<=": "<", ">": ">="}[op], interval.end
