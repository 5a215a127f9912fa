"""Converts comparisons of integer columns, and of fields with a numeric twin, to bounds on numbers.

A field with a twin has only numbers in their canonical spelling and texts without a digit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from logtui.query.meaning.integers import IntegerBounds
from logtui.query.meaning.quantities import CanonicalNumber, Quantities, Signs

if TYPE_CHECKING:
    from logtui.query.meaning.comparison import Bounds, Comparison


class NumberBounds(msgspec.Struct, frozen=True):
    """Numbers between bounds.

    Attributes:
        bounds: The bounds.
        unit: The factor to multiply the numbers by before the comparison; None for no factor.
    """

    bounds: Bounds
    unit: int | None = None


def numbers_of(comparison: Comparison, *, is_whole: bool) -> NumberBounds | None:
    """Convert a comparison of a field's texts to bounds on its numbers.

    Args:
        comparison: The comparison.
        is_whole: Whether all numbers of the field are integers that floats represent exactly.

    Returns:
        The bounds; None if the numbers do not decide the comparison.
    """
    match comparison:
        case Quantities(kind="number", bounds=bounds) | Signs(bounds=bounds) | IntegerBounds(bounds=bounds):
            return NumberBounds(bounds)
        case Quantities(bounds=bounds, unit=unit) if unit is not None:
            return NumberBounds(bounds, unit)
        case Quantities():
            return NumberBounds(((">", float("inf")),))  # what states a unit has a digit, and is no number
        case CanonicalNumber(value=value) if is_whole:
            number = Decimal(value)
            # No integer is equal to a fraction, but the nearest float may be.
            bound = float(number) if number == number.to_integral_value() else float("inf")
            return NumberBounds(((">=", bound), ("<=", bound)))
        case _:
            return None
