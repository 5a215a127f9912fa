"""Leaves over the numeric twin of a field -> expressions, where they say the same as those over the field's texts.

A field with a twin holds numbers in their one usual spelling, and beside them only texts without a digit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

import polars as pl

from logtui.model.names import FIELD_PREFIX
from logtui.model.twins import twin_column
from logtui.query.expressions.exact import within_numbers
from logtui.query.expressions.kinds import READERS, kind_of
from logtui.query.expressions.scope import bounds_of, within
from logtui.query.syntax.quantities import is_canonical_number, size_unit_of, time_unit_of
from logtui.query.syntax.tree import Compare, Equals, FieldLeaf, Range

if TYPE_CHECKING:
    from logtui.query.expressions.kinds import Kind


Asked: TypeAlias = tuple[int | None, list[tuple[str, float]]]
"""What numbers are multiplied with (None: nothing), then operators and the bounds that the products must keep."""


def match_twin(leaf: FieldLeaf, column: str, *, is_whole: bool) -> pl.Expr | None:
    """The expression of a leaf over the numbers of a field.

    Args:
        leaf: The leaf.
        column: The field's column.
        is_whole: Whether all numbers are integers that floats hold exactly.

    Returns:
        Boolean, null where there is no number; None if the numbers alone do not tell.
    """
    found = numbers_asked(leaf, column.removeprefix(FIELD_PREFIX), is_whole=is_whole)
    if found is None:
        return None
    unit, bounds = found
    number = pl.col(twin_column(column)).cast(pl.Float64)
    if unit is not None:
        return within(number * unit, bounds)
    if is_whole:
        return within(number, [(op, float(bound)) for op, bound in bounds])
    return within_numbers(number, pl.col(column), bounds)


def numbers_asked(leaf: FieldLeaf, name: str, *, is_whole: bool) -> Asked | None:
    """The bounds that a leaf sets for the numbers of a field.

    Args:
        leaf: The leaf.
        name: The field's name; its suffix may state a unit, as in `took_ms`.
        is_whole: Whether all numbers are integers that floats hold exactly.

    Returns:
        The bounds; None if the leaf asks for something else than numbers.
    """
    match leaf:
        case Compare() | Range():
            kind = kind_of(leaf)
            unit = _unit_of(kind, name)
            if kind != "number" and unit is None:
                return None
            return unit, [(op, READERS[kind](value)) for op, value in bounds_of(leaf)]
        case Equals(value=value) if is_whole and is_canonical_number(value):
            number = Decimal(value)
            # No integer is equal to a fraction, but a float may be.
            bound = float(number) if number == number.to_integral_value() else float("inf")
            return None, [(">=", bound), ("<=", bound)]
        case _:
            return None


def _unit_of(kind: Kind, name: str) -> int | None:
    match kind:
        case "duration":
            return time_unit_of(name)
        case "size":
            return size_unit_of(name)
        case "amount":
            return size_unit_of(name) or 1
        case _:
            return None
