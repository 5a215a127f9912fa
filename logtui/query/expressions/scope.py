"""What compiling a tree needs to know: the columns at hand, the present, the zone."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from logtui.query.syntax.tree import Compare, Range

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    import polars as pl

    from logtui.model.twins import Twin


@dataclass(frozen=True, slots=True)
class Scope:
    """The surroundings of one compilation.

    Attributes:
        schema: The columns of the record frame and their types; field columns may be typed, one segment
            otherwise than the next.
        now: The zoned present, the same for the whole query.
        zone: Zone of times that do not state one.
        newest: The time of the newest record, which `end-15m` counts back from; None if it is not known.
        twins: The field columns beside which the frame holds their values as numbers.
    """

    schema: Mapping[str, pl.DataType]
    now: datetime
    zone: tzinfo
    newest: datetime | None = None
    twins: Mapping[str, Twin] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """The columns' names."""
        return list(self.schema)


Bound = tuple[str, str]
"""An operator out of `OPERATORS` and the value it compares with."""

OPERATORS: Final[dict[str, Callable[[Any, Any], pl.Expr]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def bounds_of(leaf: Compare | Range) -> list[Bound]:
    """A comparison or a range as one or two bounds, both of which must hold."""
    if isinstance(leaf, Compare):
        return [(leaf.op, leaf.value)]
    low = [] if leaf.low is None else [(">=" if leaf.low_inclusive else ">", leaf.low)]
    high = [] if leaf.high is None else [("<=" if leaf.high_inclusive else "<", leaf.high)]
    return low + high


def within(cell: pl.Expr, bounds: list[tuple[str, Any]]) -> pl.Expr:
    """The expression that all bounds hold for a cell.

    Args:
        cell: A column of one ordered type.
        bounds: Operators, and values that Polars compares with that type.

    Returns:
        Boolean, null where the cell is.
    """
    first, *others = [OPERATORS[op](cell, value) for op, value in bounds]
    for other in others:
        first = first & other
    return first
