"""Converts comparisons and ranges to bounds."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

from logtui.query.syntax.tree import Compare, Range

if TYPE_CHECKING:
    from collections.abc import Callable

Bound = tuple[str, str]
"""An operator of `OPERATORS`, and the value to compare with, as typed."""

OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def bounds_of(leaf: Compare | Range) -> list[Bound]:
    """Convert a comparison or a range to one or two bounds, which must all hold."""
    if isinstance(leaf, Compare):
        return [(leaf.op, leaf.value)]
    low = [] if leaf.low is None else [(">=" if leaf.low_inclusive else ">", leaf.low)]
    high = [] if leaf.high is None else [("<=" if leaf.high_inclusive else "<", leaf.high)]
    return low + high
