"""Resolves leaves for strings: whole values in any case; numbers, addresses and times by their value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.query.meaning.addresses import address_bounds, same_address
from logtui.query.meaning.bounds import bounds_of
from logtui.query.meaning.comparison import Comparison, Present
from logtui.query.meaning.kinds import kind_of
from logtui.query.meaning.quantities import CanonicalNumber, SameNumber, quantity_bounds
from logtui.query.meaning.texts import (
    AnyOf,
    Contains,
    Exactly,
    InnerGlob,
    Matches,
    TextBounds,
    TextComparison,
    Whole,
    pattern_of,
)
from logtui.query.meaning.times import written_times
from logtui.query.syntax.quantities import as_address, as_number, is_canonical_number, is_unusual_number
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
    from logtui.query.meaning.scope import Scope


def of_string(leaf: FieldLeaf, name: str, scope: Scope) -> Comparison:
    """Resolve a leaf for a string.

    Args:
        leaf: The leaf.
        name: The field's name; its suffix may state a unit, as in `took_ms`.
        scope: The context.

    Returns:
        The comparison.

    Raises:
        LeafError: If a bound is a time that does not exist.
    """
    match leaf:
        case Equals(value=value):
            return _equal(value)
        case EqualsLiteral(value=value):
            return Whole(value)
        case Exact(value=value):
            return Exactly(value)
        case Compare() | Range():
            return _compared(leaf, name, scope)
        case Exists():
            return Present()
        case Prefix() | Glob() | Regex():
            return pattern_of(leaf)
        case FieldOperator():
            return leaf.meaning("string")


def of_prose(leaf: FieldLeaf, column: str, scope: Scope) -> Comparison:
    """Resolve a leaf for the message or the raw text: values are searched for inside, the rest is as for any string.

    Args:
        leaf: The leaf.
        column: The column's name.
        scope: The context.

    Returns:
        The comparison.

    Raises:
        LeafError: If a bound is a time that does not exist.
    """
    match leaf:
        case EqualsLiteral(value=""):
            return Whole("")
        case Equals(value=value) | EqualsLiteral(value=value) | Prefix(value=value):
            return Contains(value)
        case Glob(pattern=pattern):
            return InnerGlob(pattern)
        case Regex(pattern=pattern, flags=flags):
            return Matches(pattern, flags)
        case FieldOperator():
            return leaf.meaning("prose")
        case Exact() | Exists() | Compare() | Range():
            return of_string(leaf, column, scope)


def _equal(value: str) -> TextComparison:
    if is_canonical_number(value):
        return CanonicalNumber(value)
    number = as_number(value)
    if number is not None and is_unusual_number(value):
        return AnyOf((Whole(value), SameNumber(number)))
    address = as_address(value)
    return Whole(value) if address is None else same_address(value, address)


def _compared(leaf: Compare | Range, name: str, scope: Scope) -> TextComparison:
    kind = kind_of(leaf)
    if kind == "text":
        return TextBounds(tuple(bounds_of(leaf)))
    if kind == "time":
        return written_times(leaf, scope)
    if kind == "address":
        return address_bounds(bounds_of(leaf))
    return quantity_bounds(leaf, kind, name)
