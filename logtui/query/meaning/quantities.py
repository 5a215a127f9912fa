"""Comparisons of numbers, durations and sizes that are written in texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.query.meaning.bounds import bounds_of
from logtui.query.meaning.kinds import READERS, asks_for_sign
from logtui.query.meaning.texts import TextComparison
from logtui.query.syntax.quantities import size_unit_of, time_unit_of

if TYPE_CHECKING:
    from logtui.query.meaning.comparison import Bounds
    from logtui.query.meaning.kinds import Measured
    from logtui.query.syntax.tree import Compare, Range


class Quantities(TextComparison, frozen=True):
    """Quantities between bounds.

    Attributes:
        kind: What is read: numbers, durations (in nanoseconds), sizes (in bytes) or amounts (bytes or plain).
        bounds: Numbers, in the unit of the kind.
        unit: What plain numbers are in, in the unit of the kind; None if they are no quantities of the kind.
    """

    kind: Measured
    bounds: Bounds
    unit: int | None


class Signs(TextComparison, frozen=True):
    """Quantities of any kind that are below, at or above zero."""

    bounds: Bounds


class CanonicalNumber(TextComparison, frozen=True):
    """The canonical spellings of a number: `500`, `500.0` and `500.00` are one."""

    value: str


class SameNumber(TextComparison, frozen=True):
    """Plain numbers of a value, however they are written; those that begin with needless zeros are text."""

    number: float


def quantity_bounds(leaf: Compare | Range, kind: Measured, name: str) -> TextComparison:
    """What a comparison with quantities asks.

    Args:
        leaf: The comparison.
        kind: What its bounds are.
        name: The field's name; its suffix may state a unit, as in `took_ms`.
    """
    bounds = tuple((op, READERS[kind](value)) for op, value in bounds_of(leaf))
    return Signs(bounds) if asks_for_sign(leaf) else Quantities(kind, bounds, unit_of(kind, name))


def unit_of(kind: Measured, name: str) -> int | None:
    """What plain numbers in a field are in.

    Args:
        kind: What is read.
        name: The field's name.

    Returns:
        The unit of the name's suffix, in nanoseconds or bytes; 1 where plain numbers are of the kind, else None.
    """
    if kind == "duration":
        return time_unit_of(name)
    return 1 if kind == "number" else size_unit_of(name) or (1 if kind == "amount" else None)
