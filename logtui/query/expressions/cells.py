"""Comparisons over String cells: the bounds say what is compared, and only cells of that kind can match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import polars as pl

from logtui.query.expressions import addresses
from logtui.query.expressions.addresses import ipv4_of
from logtui.query.expressions.moments import moment_bound
from logtui.query.expressions.scope import Scope, bounds_of, within
from logtui.query.syntax.quantities import (
    BYTES,
    NANOSECONDS,
    as_address,
    as_duration,
    as_number,
    as_size,
    is_date,
    size_unit_of,
    time_unit_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from logtui.query.syntax.tree import Compare, Range

Kind: TypeAlias = Literal["number", "duration", "size", "address", "address6", "time", "text"]

_DIGITS: Final = "0123456789."
_COMPOUND: Final = r"^[0-9][0-9.]*[a-zµμ]+[0-9]"
_SIZES: Final = {f"{prefix}{end}": factor for prefix, factor in BYTES.items() for end in ("", "B") if prefix + end}
_WALL_TIME: Final = "%Y-%m-%dT%H:%M:%S%.f"


def kind_of(leaf: Compare | Range) -> Kind:
    """What the bounds of a comparison are; text if they are quoted or of several kinds."""
    values = [value for _, value in bounds_of(leaf)]
    if leaf.quoted:
        return "text"
    for kind, read in _READERS.items():
        if all(read(value) is not None for value in values):
            return kind
    return "time" if all(map(is_date, values)) else "text"


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
    read = _READERS[kind]
    numbers = [(op, read(value)) for op, value in bounds]
    return within(quantity(cell, kind, name), numbers)


def quantity(cell: pl.Expr, kind: Kind, name: str) -> pl.Expr:
    """The number in a cell.

    Args:
        cell: String.
        kind: What to read: number, duration (in nanoseconds), size (in bytes) or address.
        name: The field's name, whose suffix is the unit of plain numbers.

    Returns:
        A numeric column, null where the cell is nothing of the kind.
    """
    if kind == "address":
        return ipv4_of(cell)
    plain = cell.cast(pl.Float64, strict=False).fill_nan(None)
    if kind == "number":
        return plain
    unit = time_unit_of(name) if kind == "duration" else size_unit_of(name)
    typed = _durations(cell) if kind == "duration" else _sizes(cell)
    return typed if unit is None else pl.coalesce(typed, plain * unit)


def measure(cell: pl.Expr, name: str) -> pl.Expr:
    """The number to compute with in a cell, whatever it is.

    Args:
        cell: String.
        name: The field's name; where its suffix states a unit, durations and sizes are converted to it.

    Returns:
        Float64: plain numbers as they are, durations in seconds and sizes in bytes unless the name says
        otherwise, null where the cell is nothing of the kind.
    """
    duration = _durations(cell) / (time_unit_of(name) or NANOSECONDS["s"])
    size = _sizes(cell) / (size_unit_of(name) or 1)
    return pl.coalesce(quantity(cell, "number", name), duration, size)


def _durations(cell: pl.Expr) -> pl.Expr:
    """Durations of one unit by columns; compound ones such as `1h30m` once per distinct value."""
    compound = cell.map_batches(_compound_durations, return_dtype=pl.Float64, is_elementwise=True)
    return pl.coalesce(_in_units(cell, NANOSECONDS), compound)


def _compound_durations(values: pl.Series) -> pl.Series:
    distinct = values.filter(values.str.contains(_COMPOUND)).unique().to_list()
    known = {value: number for value in distinct if (number := as_duration(value)) is not None}
    return values.replace_strict(known, default=None, return_dtype=pl.Float64)


def _sizes(cell: pl.Expr) -> pl.Expr:
    return _in_units(cell, _SIZES)


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


def _or_zero(read: Callable[[str], float | None]) -> Callable[[str], float | None]:
    return lambda text: 0.0 if text == "0" else read(text)


def _ipv4(text: str) -> int | None:
    address = as_address(text)
    return int(address) if address is not None and address.version == 4 else None


_READERS: Final[dict[Kind, Callable[[str], Any]]] = {
    "number": as_number,
    "duration": _or_zero(as_duration),
    "size": _or_zero(as_size),
    "address": _ipv4,
    "address6": as_address,
}
"""Kinds in order of trial, and how a bound is read."""
