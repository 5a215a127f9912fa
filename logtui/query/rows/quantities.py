"""Tests of texts for comparisons with quantities; a text is parsed as the kind of the bounds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from logtui.query import regexes
from logtui.query.meaning.kinds import SIZES
from logtui.query.rows.bounds import within
from logtui.query.syntax.quantities import GROUPED_NUMBER, NANOSECONDS, PLAIN_NUMBER, as_duration, exact_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.query.meaning.comparison import Bounds
    from logtui.query.meaning.kinds import Measured
    from logtui.query.meaning.quantities import CanonicalNumber, Quantities, SameNumber, Signs
    from logtui.query.rows.texts import Test

_FLOAT: Final = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)", re.ASCII | re.IGNORECASE)
_COMPOUND: Final = re.compile(r"-?(?:[0-9][0-9.]*[a-zµμ]+ ?[0-9]|P[0-9T])")
_GROUPED: Final = re.compile(GROUPED_NUMBER, re.ASCII)
_PLAIN: Final = re.compile(PLAIN_NUMBER)


def quantity_bounds(comparison: Quantities) -> Test:
    """Whether the quantity in a text is between the bounds."""
    return _measured(_reader(comparison.kind, comparison.unit), comparison.bounds)


def signs(comparison: Signs) -> Test:
    """Whether what a text measures is between the bounds, which are zero."""
    return _measured(_measure, comparison.bounds)


def canonical_number(comparison: CanonicalNumber) -> Test:
    """Whether a text is a canonical spelling of the number."""
    matches = re.compile(regexes.number_regex(comparison.value).removesuffix("$")).fullmatch
    return lambda text: matches(text) is not None


def same_number(comparison: SameNumber) -> Test:
    """Whether a text is the number, however it is written."""
    number = comparison.number
    return lambda text: _PLAIN.match(text) is not None and exact_number(text) == number


def _measured(read: Callable[[str], float | None], bounds: Bounds) -> Test:
    keeps = within(bounds)
    return lambda text: (found := read(_ungrouped(text))) is not None and keeps(found)


def _ungrouped(text: str) -> str:
    return text.replace(",", "") if "," in text and _GROUPED.match(text) else text


def _measure(text: str) -> float | None:
    """What is below, at or above zero in any unit."""
    return next((found for read in (_number, _duration, _size) if (found := read(text)) is not None), None)


def _reader(kind: Measured, unit: int | None) -> Callable[[str], float | None]:
    if kind == "number":
        return _number
    typed = _duration if kind == "duration" else _size

    def read(text: str) -> float | None:
        found = typed(text)
        if found is not None or unit is None:
            return found
        plain = _number(text)
        return None if plain is None else plain * unit

    return read


def _number(text: str) -> float | None:
    return exact_number(text) if _FLOAT.fullmatch(text) else None


def _duration(text: str) -> float | None:
    found = _in_units(text, NANOSECONDS)
    return as_duration(text) if found is None and _COMPOUND.match(text) else found


def _size(text: str) -> float | None:
    return _in_units(text, SIZES)


def _in_units(text: str, units: dict[str, int]) -> float | None:
    letters = "".join({letter for unit in units for letter in unit})
    number = _number(text.rstrip(letters + " "))
    unit = units.get(text.lstrip("+-0123456789.").lstrip(" "))
    return None if number is None or unit is None else number * unit
