"""Prunes row groups by the smallest and the largest numbers of fields."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from logtui.query.locate import ANYWHERE, places
from logtui.query.meaning.bounds import OPERATORS
from logtui.query.meaning.conditions import conditions_of
from logtui.query.meaning.numbers import numbers_of
from logtui.query.names import AmbiguousNameError, columns_named
from logtui.query.syntax.escapes import has_wildcards
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.tree import All, And, FieldLeaf, Not, Or, Text, TextGlob, TextRegex

if TYPE_CHECKING:
    from logtui.query.meaning.numbers import NumberBounds
    from logtui.query.meaning.scope import Scope
    from logtui.query.syntax.tree import Leaf, Node


def numbers_located(node: Node, scope: Scope) -> int:
    """Compute the mask of the row groups that may hold matching records.

    Args:
        node: The tree.
        scope: The context, with the numeric twins of field columns and their statistics per row group.

    Returns:
        The mask; -1 for all row groups.
    """

    def of_leaf(leaf: Leaf) -> int:
        return _of_field(leaf, scope) if isinstance(leaf, FieldLeaf) else ANYWHERE

    return places(node, of_leaf) if scope.twins else ANYWHERE


def interval_of(node: Node, column: str, scope: Scope) -> tuple[float, float]:
    """Find an interval outside of which no value of an integer column matches.

    Args:
        node: The tree.
        column: The column.
        scope: The context.

    Returns:
        Both ends, included; infinite where there is no bound.
    """
    match node:
        case And(children):
            sides = [interval_of(child, column, scope) for child in children]
            return max(low for low, _ in sides), min(high for _, high in sides)
        case Or(children):
            sides = [interval_of(child, column, scope) for child in children]
            return min(low for low, _ in sides), max(high for _, high in sides)
        case All() | Not() | Text() | TextGlob() | TextRegex():
            return -inf, inf
        case _:
            return _interval_of_leaf(node, column, scope)


def _interval_of_leaf(leaf: FieldLeaf, column: str, scope: Scope) -> tuple[float, float]:
    is_of_it = _column_or_none(leaf.field, scope.columns) == column
    numbers = _numbers_or_none(leaf, column, scope, is_whole=True) if is_of_it else None
    bounds = () if numbers is None else numbers.bounds
    lows = [bound + 1 if op == ">" and isinstance(bound, int) else float(bound) for op, bound in bounds if op[0] == ">"]
    highs = [
        bound - 1 if op == "<" and isinstance(bound, int) else float(bound) for op, bound in bounds if op[0] == "<"
    ]
    return max(lows, default=-inf), min(highs, default=inf)


def _of_field(leaf: FieldLeaf, scope: Scope) -> int:
    column = _column_or_none(leaf.field, scope.columns)
    twin = None if column is None else scope.twins.get(column)
    if column is None or twin is None:
        return ANYWHERE
    numbers = _numbers_or_none(leaf, column, scope, is_whole=twin.is_whole)
    if numbers is None:
        return ANYWHERE
    # Of large numbers that are equal as floats, the exact ones may still differ.
    is_exact = twin.is_whole or numbers.unit is not None
    return sum(
        1 << group
        for group, extent in enumerate(twin.groups)
        if extent is not None and _meets(extent, numbers, is_exact=is_exact)
    )


def _column_or_none(name: str, columns: list[str]) -> str | None:
    try:
        named = [] if has_wildcards(name) else columns_named(name, columns)
    except AmbiguousNameError:
        return None
    return named[0] if named else None


def _numbers_or_none(leaf: FieldLeaf, column: str, scope: Scope, *, is_whole: bool) -> NumberBounds | None:
    try:
        conditions = conditions_of(leaf, column, scope)
    except LeafError:
        return None
    return numbers_of(conditions[0].comparison, is_whole=is_whole) if conditions else None


def _meets(extent: tuple[float, float], numbers: NumberBounds, *, is_exact: bool) -> bool:
    """Whether a number in a closed range may meet all bounds."""
    unit = 1 if numbers.unit is None else numbers.unit
    low, high = extent[0] * unit, extent[1] * unit
    return all(
        OPERATORS[op if is_exact else op[0] + "="](high if op[0] == ">" else low, float(bound))
        for op, bound in numbers.bounds
    )
