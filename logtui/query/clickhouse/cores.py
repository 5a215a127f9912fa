"""Conditions on levels, integers and times."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Final

from logtui.model.severities import LEVELS
from logtui.query.clickhouse.approximation import Approximation
from logtui.query.clickhouse.quantities import has_digit
from logtui.query.clickhouse.sql import Sql, all_of, any_of, integer, sql, text
from logtui.query.meaning.bounds import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logtui.query.meaning.integers import IntegerBounds
    from logtui.query.meaning.levels import IsLevel, LevelBounds
    from logtui.query.meaning.times import Instants, WrittenTimes

_LARGEST: Final = 2**53
"""Up to here the numbers that bounds are compared with as floats are exact."""

_LAST: Final = 2**63 - 1
"""No time is further from the epoch."""


def is_level(comparison: IsLevel, cell: Sql) -> Approximation:
    """Whether the level of a record is the one compared with."""
    return one_of([comparison.level], cell)


def level_bounds(comparison: LevelBounds, cell: Sql) -> Approximation:
    """Whether the level is between the bounds."""
    limits = [(OPERATORS[op], LEVELS.index(level)) for op, level in comparison.bounds]
    inside = [name for rank, name in enumerate(LEVELS) if all(compare(rank, limit) for compare, limit in limits)]
    return one_of(inside, cell)


def one_of(levels: Iterable[str], cell: Sql) -> Approximation:
    """Whether the level is one of some."""
    return Approximation.exactly(any_of(sql("{} = {}", cell, text(level)) for level in levels))


def integer_bounds(comparison: IntegerBounds, cell: Sql) -> Approximation:
    """Whether an integer is between the bounds."""
    if any(abs(bound) >= _LARGEST for _, bound in comparison.bounds):
        return Approximation.needing(sql("isNotNull({})", cell))
    return Approximation.exactly(all_of(_bounded(cell, op, bound) for op, bound in comparison.bounds))


def instants(comparison: Instants, cell: Sql) -> Approximation:
    """Whether a time is in the interval."""
    ends = ((">=", comparison.start), ("<", comparison.end))
    held = [sql(f"{{}} {op} {{}}", cell, moment(ns)) for op, ns in ends if ns is not None]
    return Approximation.exactly(all_of([*held, sql("isNotNull({})", cell)]))


def written_times(_comparison: WrittenTimes, cell: Sql) -> Approximation:
    """Whether a text is a time between the bounds."""
    return Approximation.needing(has_digit(cell))


def moment(nanoseconds: int) -> Sql:
    """A bound time, given in epoch nanoseconds."""
    return sql("fromUnixTimestamp64Nano({}, 'UTC')", integer(max(-_LAST, min(nanoseconds, _LAST))))


def _bounded(cell: Sql, op: str, bound: float) -> Sql:
    """Compare an unsigned integer with a bound that may have a fraction."""
    rounded = ceil(bound) if op in (">=", "<") else floor(bound)
    return sql(f"{{}} {op} {{}}", cell, integer(rounded))
