"""Comparisons over String cells: the bounds say what is compared, and only cells of that kind can match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.query.expressions import addresses
from logtui.query.expressions.addresses import ipv4_of
from logtui.query.expressions.exact import within_numbers
from logtui.query.expressions.kinds import READERS, SIZES, Kind, asks_for_sign, kind_of
from logtui.query.expressions.moments import moment_bound
from logtui.query.expressions.scope import Scope, bounds_of, within
from logtui.query.syntax.quantities import (
    GROUPED_NUMBER,
    NANOSECONDS,
    PLAIN_NUMBER,
    as_duration,
    size_unit_of,
    time_unit_of,
)

if TYPE_CHECKING:
    from datetime import datetime

    from logtui.query.syntax.tree import Compare, Range

_DIGITS: Final = "+-0123456789."
_COMPOUND: Final = r"^-?(?:[0-9][0-9.]*[a-zµμ]+ ?[0-9]|P[0-9T])"
_INFINITY: Final = "[nN]"
_WALL_TIME: Final = "%Y-%m-%dT%H:%M:%S%.f"


def compared(leaf: Compare | Range, cell: pl.Expr, name: str, scope: Scope) -> pl.Expr:
    """The expression of a comparison over text.

    Args:
        leaf: The comparison.
        cell: String.
        name: The field's name; its suffix may state a unit, as in `took_ms`.
        scope: The surroundings.

    Returns:
        Boolean, null where the cell cannot be read as what the bounds are.

    Raises:
        LeafError: If a bound is a time that does not exist.
    """
    kind, bounds = kind_of(leaf), bounds_of(leaf)
    if kind == "text":
        return within(cell, list(bounds))
    if kind == "time":
        return _within_times(cell, [moment_bound(bound, scope, leaf.span) for bound in bounds], scope)
    if kind == "address6":
        return addresses.within_range(cell, list(bounds))
    read = READERS[kind]
    numbers = [(op, read(value)) for op, value in bounds]
    cell = _ungrouped(cell)
    if asks_for_sign(leaf):
        return within(measure(cell, name), numbers)
    found = quantity(cell, kind, name)
    return within_numbers(found, cell, numbers) if kind == "number" else within(found, numbers)


def quantity(cell: pl.Expr, kind: Kind, name: str) -> pl.Expr:
    """The number in a cell.

    Args:
        cell: String.
        kind: What to read: number, duration (in nanoseconds), size (in bytes), amount (bytes or plain) or address.
        name: The field's name, whose suffix is the unit of plain numbers.

    Returns:
        A numeric column, null where the cell is nothing of the kind.
    """
    if kind == "address":
        return ipv4_of(cell)
    plain = _plain(cell)
    if kind == "number":
        return plain
    unit = time_unit_of(name) if kind == "duration" else size_unit_of(name) or (1 if kind == "amount" else None)
    typed = _durations(cell) if kind == "duration" else _sizes(cell)
    return typed if unit is None else pl.coalesce(typed, plain * unit)


def same_number(cell: pl.Expr, value: str) -> pl.Expr:
    """Whether a cell is a number, however it is written; numbers that begin with needless zeros are text."""
    number = READERS["number"](value)
    same = within_numbers(_plain(cell), cell, [(">=", number), ("<=", number)])
    return cell.str.contains(PLAIN_NUMBER) & same


def measure(cell: pl.Expr, name: str) -> pl.Expr:
    """The number to compute with in a cell, whatever it is.

    Args:
        cell: String.
        name: The field's name; where its suffix states a unit, durations and sizes are converted to it.

    Returns:
        Float64: plain numbers as they are, durations in seconds and sizes in bytes unless the name says
        otherwise, null where the cell is nothing of the kind.
    """
    cell = _ungrouped(cell)
    duration = _durations(cell) / (time_unit_of(name) or NANOSECONDS["s"])
    size = _sizes(cell) / (size_unit_of(name) or 1)
    return pl.coalesce(quantity(cell, "number", name), duration, size)


def _plain(cell: pl.Expr) -> pl.Expr:
    """Numbers without a unit; the words `inf` and `nan`, which the engine takes for numbers, are none."""
    number = cell.cast(pl.Float64, strict=False).fill_nan(None)
    return pl.when(number.is_finite() | ~cell.str.contains(_INFINITY)).then(number)


def _ungrouped(cell: pl.Expr) -> pl.Expr:
    """Texts without the commas between thousands."""
    return cell.map_batches(_without_commas, return_dtype=pl.String, is_elementwise=True)


def _without_commas(values: pl.Series) -> pl.Series:
    grouped = values.filter(values.str.contains(",", literal=True)).unique()
    grouped = grouped.filter(grouped.str.contains(GROUPED_NUMBER))
    return values.replace(grouped, grouped.str.replace_all(",", "", literal=True)) if len(grouped) else values


def _durations(cell: pl.Expr) -> pl.Expr:
    """Durations of one unit by columns; compound ones such as `1h30m` once per distinct value."""
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


def _within_times(cell: pl.Expr, bounds: list[tuple[str, datetime]], scope: Scope) -> pl.Expr:
    """Cells that state a zone are compared as instants, the others as wall time in the session's zone."""
    zoned = cell.str.to_datetime("%+", time_unit="us", strict=False)
    joined = cell.str.replace(" ", "T", literal=True).str.to_datetime(_WALL_TIME, time_unit="us", strict=False)
    wall = pl.coalesce(joined, cell.str.to_datetime("%Y-%m-%d", time_unit="us", strict=False))
    naive = [(op, moment.astimezone(scope.zone).replace(tzinfo=None)) for op, moment in bounds]
    return pl.coalesce(within(zoned, bounds), within(wall, naive))
