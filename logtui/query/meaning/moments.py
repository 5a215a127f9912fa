"""Resolves times in comparisons to half-open intervals: a partial time, such as a day, means the whole unit."""

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
# Int64 nanoseconds reach from 1677 to 2262; other times are clamped.
_EARLIEST: Final = datetime(1678, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2262, 1, 1, tzinfo=UTC)


def interval_of(text: str, scope: Scope, span: Span) -> Interval:
    """Resolve a time to the interval that it denotes.

    Args:
        text: A time as typed, or a year alone.
        scope: The context.
        span: The place of the leaf.

    Returns:
        The interval, clamped to the years that 64-bit nanoseconds can represent.

    Raises:
        LeafError: If the text is not a time.
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
    """Replace `end`, the time of the newest record, by `now`, and return the time that `now` then stands for."""
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
    """Convert a bound on a time as typed to a bound on an instant.

    Args:
        bound: An operator and a time as typed.
        scope: The context.
        span: The place of the leaf.

    Returns:
        An operator and a moment: for `<=` and `>` the end of the unit decides, for `<` and `>=` its start.

    Raises:
        LeafError: If the text is not a time.
    """
    op, text = bound
    interval = interval_of(text, scope, span)
    if interval.start == interval.end or op in ("<", ">="):
        return op, interval.start
    return {"<=": "<", ">": ">="}[op], interval.end
