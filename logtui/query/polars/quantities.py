"""Expressions for quantities in texts; only cells that can be parsed as the kind of the bounds can match."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.query import regexes
from logtui.query.meaning.kinds import SIZES
from logtui.query.polars.bounds import within
from logtui.query.polars.exact import within_numbers
from logtui.query.syntax.quantities import (
    GROUPED_NUMBER,
    NANOSECONDS,
    PLAIN_NUMBER,
    as_duration,
    size_unit_of,
    time_unit_of,
)

if TYPE_CHECKING:
    from logtui.query.meaning.kinds import Measured
    from logtui.query.meaning.quantities import CanonicalNumber, Quantities, SameNumber, Signs

_DIGITS: Final = "+-0123456789."
_COMPOUND: Final = r"^-?(?:[0-9][0-9.]*[a-zµμ]+ ?[0-9]|P[0-9T])"
_INFINITY: Final = "[nN]"


def quantity_bounds(comparison: Quantities, cell: pl.Expr) -> pl.Expr:
    """Whether the quantity in a text is between the bounds; null where the text is not a quantity of the kind."""
    cell, kind = _ungrouped(cell), comparison.kind
    found = quantity(cell, kind, comparison.unit)
    return within_numbers(found, cell, comparison.bounds) if kind == "number" else within(found, comparison.bounds)


def signs(comparison: Signs, cell: pl.Expr) -> pl.Expr:
    """Whether the quantity in a text meets bounds that are zero; null where the text is not a quantity."""
    return within(measure(_ungrouped(cell), ""), comparison.bounds)


def canonical_number(comparison: CanonicalNumber, cell: pl.Expr) -> pl.Expr:
    """Whether a text is a canonical spelling of the number."""
    return cell.str.contains(regexes.number_regex(comparison.value))


def same_number(comparison: SameNumber, cell: pl.Expr) -> pl.Expr:
    """Whether a text is the number, in any spelling."""
    number = comparison.number
    return cell.str.contains(PLAIN_NUMBER) & within_numbers(_plain(cell), cell, [(">=", number), ("<=", number)])


def quantity(cell: pl.Expr, kind: Measured, unit: int | None) -> pl.Expr:
    """Parse the quantity in a cell.

    Args:
        cell: String.
        kind: What to parse: number, duration (to nanoseconds), size (to bytes) or amount (bytes or plain number).
        unit: The unit of plain numbers, in nanoseconds or bytes; None if plain numbers are not quantities of the kind.

    Returns:
        A numeric column, null where the cell is not a quantity of the kind.
    """
    plain = _plain(cell)
    if kind == "number":
        return plain
    typed = _durations(cell) if kind == "duration" else _sizes(cell)
    return typed if unit is None else pl.coalesce(typed, plain * unit)


def measure(cell: pl.Expr, name: str) -> pl.Expr:
    """Parse a cell of any kind of quantity as a number to compute with.

    Args:
        cell: String.
        name: The field's name; if its suffix states a unit, durations and sizes are converted to it.

    Returns:
        Float64: plain numbers unchanged, durations in seconds and sizes in bytes unless the name states another
        unit; null where the cell is not a quantity.
    """
    return cell.map_batches(partial(_measured, name=name), return_dtype=pl.Float64, is_elementwise=True)


def _measured(values: pl.Series, name: str) -> pl.Series:
    """Measure cells; those that are no plain numbers once per distinct value, since that takes ten times as long."""
    cells, cell = values.alias("cell").to_frame(), pl.col("cell")
    plain = cells.select(_plain(cell)).to_series()
    others = cells.filter(plain.is_null() & cell.is_not_null()).unique()
    if others.is_empty():
        return plain
    known = others.select(_quantity(cell, name)).to_series()
    return plain.fill_null(values.replace_strict(others["cell"], known, default=None, return_dtype=pl.Float64))


def _quantity(cell: pl.Expr, name: str) -> pl.Expr:
    cell = _ungrouped(cell)
    duration = _durations(cell) / (time_unit_of(name) or NANOSECONDS["s"])
    size = _sizes(cell) / (size_unit_of(name) or 1)
    return pl.coalesce(_plain(cell), duration, size)


def _plain(cell: pl.Expr) -> pl.Expr:
    """Parse numbers without a unit, but not the words `inf` and `nan`, which Polars would parse as numbers."""
    number = cell.cast(pl.Float64, strict=False).fill_nan(None)
    return pl.when(number.is_finite() | ~cell.str.contains(_INFINITY)).then(number)


def _ungrouped(cell: pl.Expr) -> pl.Expr:
    """Remove the commas between thousands."""
    return cell.map_batches(_without_commas, return_dtype=pl.String, is_elementwise=True)


def _without_commas(values: pl.Series) -> pl.Series:
    grouped = values.filter(values.str.contains(",", literal=True)).unique()
    grouped = grouped.filter(grouped.str.contains(GROUPED_NUMBER))
    return values.replace(grouped, grouped.str.replace_all(",", "", literal=True)) if len(grouped) else values


def _durations(cell: pl.Expr) -> pl.Expr:
    """Parse durations: those of one unit by column, compound ones such as `1h30m` once per distinct value."""
    compound = cell.map_batches(_compound_durations, return_dtype=pl.Float64, is_elementwise=True)
    return pl.coalesce(_in_units(cell, NANOSECONDS), compound)


def _compound_durations(values: pl.Series) -> pl.Series:
    distinct = values.filter(values.str.contains(_COMPOUND)).unique().to_list()
    known = {value: number for value in distinct if (number := as_duration(value)) is not None}
    return values.replace_strict(known, default=None, return_dtype=pl.Float64)


def _sizes(cell: pl.Expr) -> pl.Expr:
    return _in_units(cell, SIZES)


def _in_units(cell: pl.Expr, units: dict[str, int]) -> pl.Expr:
    letters = "".join({letter for unit in units for letter in unit})
    number = cell.str.strip_chars_end(letters + " ").cast(pl.Float64, strict=False)
    unit = cell.str.strip_chars_start(_DIGITS).str.strip_chars_start(" ")
    return number * unit.replace_strict(units, default=None, return_dtype=pl.Float64)
