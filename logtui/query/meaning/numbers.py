"""What a comparison asks of a field that has a numeric twin, where the numbers alone tell.

A field with a twin holds numbers in their one usual spelling, and beside them only texts without a digit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from logtui.query.meaning.quantities import CanonicalNumber, Quantities, Signs

if TYPE_CHECKING:
    from logtui.query.meaning.comparison import Bounds, Comparison


class NumberBounds(msgspec.Struct, frozen=True):
    """Numbers between bounds.

    Attributes:
        bounds: The bounds.
        unit: What the numbers are multiplied with before they are compared; None if they are compared as they are.
    """

    bounds: Bounds
    unit: int | None = None


def numbers_of(comparison: Comparison, *, is_whole: bool) -> NumberBounds | None:
    """The bounds that a comparison sets for the numbers of a field.

    Args:
        comparison: What is asked of the field's texts.
        is_whole: Whether all numbers of the field are integers that floats hold exactly.

    Returns:
        The bounds; None if the comparison asks for something else than numbers.
    """
    match comparison:
        case Quantities(kind="number", bounds=bounds) | Signs(bounds=bounds):
            return NumberBounds(bounds)
        case Quantities(bounds=bounds, unit=unit) if unit is not None:
            return NumberBounds(bounds, unit)
        case CanonicalNumber(value=value) if is_whole:
            number = Decimal(value)
            # No integer is equal to a fraction, but the nearest float may be.
            bound = float(number) if number == number.to_integral_value() else float("inf")
            return NumberBounds(((">=", bound), ("<=", bound)))
        case _:
            return None
