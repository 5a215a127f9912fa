"""Refuses comparisons with unknown units: a duration or a size compared with a field of plain numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.errors import QueryError
from logtui.model.record import FIELD_PREFIX
from logtui.query.meaning.kinds import kind_of
from logtui.query.meaning.quantities import unit_of
from logtui.query.names import AmbiguousNameError, columns_named
from logtui.query.polars.quantities import quantity
from logtui.query.syntax.tree import Compare, Node, Range, leaves_of

if TYPE_CHECKING:
    from logtui.query.meaning.kinds import Measured
    from logtui.query.syntax.tree import Span


def check_units(node: Node, sample: pl.DataFrame, *, text: str = "") -> None:
    """Refuse comparisons that would silently match nothing because a field's unit is unknown.

    Args:
        node: The tree.
        sample: Some records; the unit of a field is unknown if it has plain numbers in them and no value with a unit.
        text: The query text, which the error quotes.

    Raises:
        QueryError: If a duration or a size is compared with such a field.
    """
    for leaf in leaves_of(node):
        if isinstance(leaf, Compare | Range) and (kind := kind_of(leaf)) in ("duration", "size"):
            for column in _string_columns(leaf.field, sample):
                if _is_plain(sample.get_column(column), kind, column.removeprefix(FIELD_PREFIX)):
                    raise _unknown(column.removeprefix(FIELD_PREFIX), text, leaf.span)


def has_units(node: Node) -> bool:
    """Whether a tree compares durations or sizes."""
    return any(isinstance(leaf, Compare | Range) and kind_of(leaf) in ("duration", "size") for leaf in leaves_of(node))


def _string_columns(name: str, sample: pl.DataFrame) -> list[str]:
    try:
        named = columns_named(name, sample.columns)
    except AmbiguousNameError:
        return []
    return [column for column in named if column.startswith(FIELD_PREFIX)]


def _is_plain(values: pl.Series, kind: Measured, name: str) -> bool:
    cell = pl.col(values.name)
    counts = values.to_frame().select(
        readable=quantity(cell, kind, unit_of(kind, name)).is_not_null().any(),
        plain=quantity(cell, "number", 1).is_not_null().any(),
    )
    readable, plain = counts.row(0)
    return bool(plain and not readable)


def _unknown(name: str, text: str, span: Span) -> QueryError:
    hint = f"its values are plain numbers; write a plain number, as in {name}:>1500"
    return QueryError(f"unit unknown for field {name}", text=text, start=span[0], end=span[1], hint=hint)
