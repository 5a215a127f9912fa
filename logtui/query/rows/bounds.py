"""Tests of values for bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from logtui.query.meaning.bounds import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def within(bounds: Iterable[tuple[str, Any]]) -> Callable[[Any], bool]:
    """Whether a value is within one or two bounds."""
    # Written out for two: a generator over the bounds takes six times as long.
    (first, one), *others = [(OPERATORS[op], bound) for op, bound in bounds]
    if not others:
        return lambda value: first(value, one)
    ((second, other),) = others
    return lambda value: first(value, one) and second(value, other)
