"""Comparisons of numbers, durations and sizes written in texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.query.meaning.bounds import bounds_of
from logtui.query.meaning.kinds import READERS, asks_for_sign, kind_of
from logtui.query.meaning.texts import TextComparison
from logtui.query.syntax.quantities import size_unit_of, time_unit_of

if TYPE_CHECKING:
    from logtui.query.meaning.comparison import Bounds
    from logtui.query.meaning.kinds import Measured
    from logtui.query.syntax.tree import Compare, Range


class Quantities(TextComparison, frozen=True):
    """Quantities between bounds.

    Attributes:
        kind: What texts are parsed as: numbers, durations (nanoseconds), sizes (bytes) or amounts (bytes or plain).
        bounds: Numbers, in the unit of the kind.
        unit: The unit of plain numbers in the texts, in the unit of the kind; None if plain numbers do not match.
    """

    kind: Measured
    bounds: Bounds
    unit: int | None


class Signs(TextComparison, frozen=True):
    """Quantities of any kind, compared with zero, which is the same in every unit."""

    bounds: Bounds


class CanonicalNumber(TextComparison, frozen=True):
    """The canonical spellings of a number: `500`, `500.0` and `500.00` are one."""

    value: str


class SameNumber(TextComparison, frozen=True):
    """Plain numbers of one value in any spelling, except those with leading zeros, which are text."""

    number: float


def quantity_bounds(leaf: Compare | Range, kind: Measured, name: str) -> TextComparison:
    """Resolve a comparison with quantities for texts.

    Args:
        leaf: The comparison.
        kind: The kind of its bounds.
        name: The field's name; its suffix may state a unit, as in `took_ms`.
    """
    bounds = tuple((op, READERS[kind](value)) for op, value in bounds_of(leaf))
    return Signs(bounds) if asks_for_sign(leaf) else Quantities(kind, bounds, unit_of(kind, name))


def written_with_unit(leaf: Compare | Range, name: str) -> Quantities | None:
    """Resolve a comparison with plain numbers for texts that state a unit, such as `took_ms:>1500` for `2s`.

    Args:
        leaf: The comparison.
        name: The field's name.

    Returns:
        The comparison with durations or sizes, whichever unit the suffix of the name states; None if the name states
        none, or the bounds are no plain numbers.
    """
    if kind_of(leaf) != "number" or asks_for_sign(leaf):
        return None
    units: tuple[tuple[Measured, int | None], ...] = (("duration", time_unit_of(name)), ("size", size_unit_of(name)))
    for kind, unit in units:
        if unit is not None:
            bounds = tuple((op, READERS["number"](value) * unit) for op, value in bounds_of(leaf))
            return Quantities(kind, bounds, None)
    return None


def unit_of(kind: Measured, name: str) -> int | None:
    """Find the unit of plain numbers in a field.

    Args:
        kind: What texts are parsed as.
        name: The field's name.

    Returns:
        The unit that the suffix of the name states, in nanoseconds or bytes; 1 if plain numbers are quantities of the
        kind; else None.
    """
    if kind == "duration":
        return time_unit_of(name)
    return 1 if kind == "number" else size_unit_of(name) or (1 if kind == "amount" else None)
