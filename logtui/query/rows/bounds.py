"""Bounds as tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from logtui.query.meaning.bounds import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def within(bounds: Iterable[tuple[str, Any]]) -> Callable[[Any], bool]:
    """Whether a value keeps all bounds."""
    (first, low), *others = [(OPERATORS[op], bound) for op, bound in bounds]
    return lambda value: first(value, low) and all(compare(value, bound) for compare, bound in others)
