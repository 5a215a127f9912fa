"""Conditions on quantities in texts: those in the usual spelling are compared, others need to have a digit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from logtui.query import regexes
from logtui.query.clickhouse.approximation import Approximation
from logtui.query.clickhouse.sql import FALSE, Sql, all_of, integer, sql, text
from logtui.query.clickhouse.texts import searched

if TYPE_CHECKING:
    from logtui.query.meaning.comparison import Bounds
    from logtui.query.meaning.quantities import CanonicalNumber, Quantities, SameNumber, Signs

# Numbers of up to 15 digits are told apart by floats, and in the same order as decimals.
_INTEGER: Final = "^-?[0-9]{1,15}$"
_NUMBER: Final = r"^-?(?:[0-9]{1,15}|[0-9]{1,9}\.[0-9]{1,6})$"
_DIGITS: Final = 15
_SCALE: Final = 6
_EXACT: Final = 2**53


def quantity_bounds(comparison: Quantities, cell: Sql) -> Approximation:
    """Whether the quantity in a text is between the bounds."""
    if comparison.kind == "number":
        return _number_bounds(comparison.bounds, cell)
    if comparison.unit is None:
        return Approximation.where(searched(cell, _NUMBER), FALSE, has_digit(cell))
    return _scaled_bounds(comparison.bounds, comparison.unit, cell)


def signs(comparison: Signs, cell: Sql) -> Approximation:
    """Whether the quantity in a text meets bounds that are zero."""
    return _number_bounds(comparison.bounds, cell)


def canonical_number(comparison: CanonicalNumber, cell: Sql) -> Approximation:
    """Whether a text is a canonical spelling of the number."""
    return Approximation.exactly(searched(cell, regexes.number_regex(comparison.value)))


def same_number(_comparison: SameNumber, cell: Sql) -> Approximation:
    """Whether a text is the number, in any spelling."""
    return Approximation.needing(has_digit(cell))


def has_digit(cell: Sql) -> Sql:
    """The condition that a text has a digit, as quantities, addresses and times have."""
    return searched(cell, "[0-9]")


def _number_bounds(bounds: Bounds, cell: Sql) -> Approximation:
    limits = [(op, _decimal(bound)) for op, bound in bounds]
    number = sql(f"toDecimal128OrZero({{}}, {_SCALE})", cell)
    held = [
        sql(f"{{}} {op} toDecimal128({{}}, {_SCALE})", number, text(str(limit)))
        for op, limit in limits
        if limit is not None
    ]
    if len(held) < len(limits):
        return Approximation.needing(has_digit(cell))
    return Approximation.where(searched(cell, _NUMBER), all_of(held), has_digit(cell))


def _decimal(bound: float) -> Decimal | None:
    """A bound as a decimal of few digits; the nearest that is beyond all numbers in cells if it is large."""
    if not abs(bound) < 10**_DIGITS:
        return Decimal(10**_DIGITS if bound > 0 else -(10**_DIGITS))
    limit = Decimal(repr(bound))
    exponent = limit.as_tuple().exponent
    is_short = len(limit.as_tuple().digits) <= _DIGITS and isinstance(exponent, int) and exponent >= -_SCALE
    return Decimal(f"{limit:f}") if is_short else None


def _scaled_bounds(bounds: Bounds, unit: int, cell: Sql) -> Approximation:
    """Compare integers in a unit, whose products floats represent as far as they are near the bounds."""
    if not all(abs(bound) < _EXACT and bound == int(bound) for _, bound in bounds):
        return Approximation.needing(has_digit(cell))
    product = sql("toInt128OrZero({}) * {}", cell, integer(unit, "Int128"))
    held = [sql(f"{{}} {op} {{}}", product, integer(int(bound))) for op, bound in bounds]
    return Approximation.where(searched(cell, _INTEGER), all_of(held), has_digit(cell))
