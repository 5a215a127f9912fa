"""Comparisons of the integer core columns (`line`, `bytes` ...)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.query.meaning.bounds import bounds_of
from logtui.query.meaning.comparison import Comparison, Never, Present
from logtui.query.meaning.kinds import kind_of, plain_amount
from logtui.query.meaning.texts import pattern_of
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.quantities import as_number, as_size
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

_IN_BYTES: Final = ("bytes", "offset")


class IntegerBounds(Comparison, frozen=True):
    """Integers between bounds that are numbers."""

    bounds: Bounds


def of_integer(leaf: FieldLeaf, column: str) -> Comparison:
    """Resolve a leaf for an integer column.

    Args:
        leaf: The leaf.
        column: The column's name.

    Returns:
        The comparison.

    Raises:
        LeafError: If a bound is not a number, or has a unit that does not fit the column.
    """
    match leaf:
        case Equals(value=value) | EqualsLiteral(value=value) | Exact(value=value):
            number = as_number(value)
            return Never() if number is None else IntegerBounds(((">=", number), ("<=", number)))
        case Compare() | Range():
            return IntegerBounds(tuple((op, _number_bound(value, column, leaf)) for op, value in bounds_of(leaf)))
        case Exists():
            return Present()
        case Prefix() | Glob() | Regex():
            return pattern_of(leaf)
        case FieldOperator():
            return leaf.meaning("integer")


def _number_bound(value: str, column: str, leaf: Compare | Range) -> float:
    """Parse a bound as a number, or as a size if the column counts bytes."""
    number = plain_amount(value)
    if number is None and column in _IN_BYTES:
        number = as_size(value)
    if number is not None:
        return number
    if kind_of(leaf) in ("duration", "size"):
        raise LeafError(f"unit unknown for field {column}", leaf.span, f"{column} holds plain numbers")
    raise LeafError(f"{column} is a number, got {value!r}", leaf.span)
