"""Comparisons of times: instants in time columns, and times written in texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.model.times import ns_of
from logtui.query.meaning.bounds import bounds_of
from logtui.query.meaning.comparison import Comparison, Present
from logtui.query.meaning.moments import interval_of, moment_bound
from logtui.query.meaning.texts import TextComparison, pattern_of
from logtui.query.syntax.tree import (
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
    FieldOperator,
    Glob,
    Prefix,
    Range,
    Regex,
)

if TYPE_CHECKING:
    from logtui.query.meaning.comparison import Bounds
    from logtui.query.meaning.scope import Scope


class Instants(Comparison, frozen=True):
    """Instants of a half-open interval.

    Attributes:
        start: The first instant, epoch nanoseconds; None for no bound.
        end: The first instant behind the interval, epoch nanoseconds; None for no bound.
    """

    start: int | None
    end: int | None


class WrittenTimes(TextComparison, frozen=True):
    """Texts that are times between bounds.

    Attributes:
        instants: Bounds for texts that state a zone, with a zone.
        walls: The same bounds in the session's zone, without a zone, for texts that state none.
    """

    instants: Bounds
    walls: Bounds


def of_time(leaf: FieldLeaf, scope: Scope) -> Comparison:
    """Resolve a leaf for a time column.

    Args:
        leaf: The leaf.
        scope: The context.

    Returns:
        The comparison.

    Raises:
        LeafError: If a value is not a time.
    """
    match leaf:
        case Equals(value=value) | EqualsLiteral(value=value) | Exact(value=value):
            interval = interval_of(value, scope, leaf.span)
            start = ns_of(interval.start)
            return Instants(start, max(ns_of(interval.end), start + 1))
        case Compare() | Range():
            return _between(leaf, scope)
        case Exists():
            return Present()
        case Prefix() | Glob() | Regex():
            return pattern_of(leaf)
        case FieldOperator():
            return leaf.meaning("time")


def written_times(leaf: Compare | Range, scope: Scope) -> WrittenTimes:
    """Resolve a comparison with times for texts.

    Raises:
        LeafError: If a bound is a time that does not exist.
    """
    bounds = tuple(moment_bound(bound, scope, leaf.span) for bound in bounds_of(leaf))
    return WrittenTimes(bounds, tuple((op, at.astimezone(scope.zone).replace(tzinfo=None)) for op, at in bounds))


def _between(leaf: Compare | Range, scope: Scope) -> Instants:
    """Convert bounds to a half-open interval: `>` and `<=` move their end of it one nanosecond later."""
    start = end = None
    for bound in bounds_of(leaf):
        op, moment = moment_bound(bound, scope, leaf.span)
        ns = ns_of(moment) + (op in (">", "<="))
        start, end = (ns, end) if op.startswith(">") else (start, ns)
    return Instants(start, end)
