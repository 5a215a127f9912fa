"""Compiles the tree to one boolean Polars expression over record frames, which is never null.

Every leaf is made true or false, never null, before it is combined with others: a missing field matches no leaf, and
every negated leaf.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from logtui.errors import QueryError
from logtui.model.record import FIELD_PREFIX
from logtui.query.breadth import check_breadth
from logtui.query.meaning.conditions import conditions_of
from logtui.query.meaning.numbers import numbers_of
from logtui.query.meaning.scope import Scope
from logtui.query.meaning.strings import of_string
from logtui.query.names import AmbiguousNameError, columns_named, inside
from logtui.query.polars.elements import any_element
from logtui.query.polars.table import holds, met
from logtui.query.polars.terms import any_word, term
from logtui.query.polars.twins import twin_bounds
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.tree import (
    All,
    And,
    FieldLeaf,
    Node,
    Not,
    Or,
    Text,
    TextGlob,
    TextRegex,
)
from logtui.query.written_names import with_cores

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from logtui.model.twins import Twin
    from logtui.query.meaning.comparison import Condition


def compile_filter(
    node: Node,
    columns: Sequence[str] | Mapping[str, pl.DataType],
    *,
    now: datetime,
    zone: tzinfo,
    newest: datetime | None = None,
    text: str = "",
    twins: Mapping[str, Twin] | None = None,
) -> pl.Expr:
    """Compile a query into the filter of a record frame.

    Args:
        node: The tree.
        columns: The columns of the frame; names that none of them has match nothing. With a mapping, field
            columns may be integers, floats or booleans, else they are String; the answer does not depend on
            that as long as the text of every value is the same.
        now: The zoned present, the same for the whole query.
        zone: Zone of times that do not state one.
        newest: The time of the newest record, None if it is not known.
        text: The query text, which errors quote.
        twins: The field columns that have a numeric twin in the frame, which is then compared instead.

    Returns:
        A boolean expression that is true or false on every row. A query that matches everything, or names a
        field that no column has, is a literal.

    Raises:
        QueryError: If a value is not valid for its column, a name is ambiguous, or names with wildcards stand for too
            many columns.
    """
    try:
        check_breadth(node, list(columns))
        return _boolean(with_cores(node), Scope(_schema(columns), now, zone, newest, twins or {}))
    except LeafError as error:
        start, end = error.span
        raise QueryError(error.message, text=text, start=start, end=end, hint=error.hint) from None


def _schema(columns: Sequence[str] | Mapping[str, pl.DataType]) -> Mapping[str, pl.DataType]:
    return columns if isinstance(columns, Mapping) else dict.fromkeys(columns, pl.String())


def _boolean(node: Node, scope: Scope) -> pl.Expr:
    match node:
        case All():
            return pl.lit(True)
        case And(children):
            return pl.all_horizontal([_boolean(child, scope) for child in children])
        case Or(children):
            return pl.any_horizontal(_alternatives(children, scope))
        case Not(child):
            return ~_boolean(child, scope)
        case Text() | TextGlob() | TextRegex():
            return term(node, scope.schema).fill_null(False)
        case _:
            return _field(node, scope)


def _alternatives(children: tuple[Node, ...], scope: Scope) -> list[pl.Expr]:
    """Compile the children of an `Or`; plain words among them are combined to few searches."""
    words = [child for child in children if isinstance(child, Text)]
    others = [_boolean(child, scope) for child in children if not isinstance(child, Text)]
    return [expr.fill_null(False) for expr in any_word(words, scope.schema)] + others


def _field(leaf: FieldLeaf, scope: Scope) -> pl.Expr:
    try:
        columns = columns_named(leaf.field, scope.columns)
    except AmbiguousNameError as error:
        raise LeafError(str(error), leaf.span, "write one of them exactly") from None
    conditions = [condition for column in columns for condition in conditions_of(leaf, column, scope)]
    found = [_held(condition, scope).fill_null(False) for condition in conditions]
    if not found:
        return _inside(leaf, scope)
    return found[0] if len(found) == 1 else pl.any_horizontal(found)


def _inside(leaf: FieldLeaf, scope: Scope) -> pl.Expr:
    """Compile a leaf for the scalars that a path finds inside the JSON text of a field."""
    reached = inside(leaf.field, scope.columns)
    if reached is None:
        return pl.lit(False)
    column, path = reached
    within = met(of_string(leaf, column.removeprefix(FIELD_PREFIX), scope), pl.col(column))
    return any_element(column, within.fill_null(False), path) if _is_text(column, scope) else pl.lit(False)


def _is_text(column: str, scope: Scope) -> bool:
    return scope.schema[column] == pl.String


def _held(condition: Condition, scope: Scope) -> pl.Expr:
    column = condition.column
    if not column.startswith(FIELD_PREFIX):
        return holds(condition)
    twin = scope.twins.get(column)
    numbers = None if twin is None else numbers_of(condition.comparison, is_whole=twin.is_whole)
    if twin is not None and numbers is not None:
        return twin_bounds(numbers, column, is_whole=twin.is_whole)
    if not _is_text(column, scope):
        return met(condition.comparison, pl.col(column).cast(pl.String))
    return _with_elements(condition, met(condition.comparison, pl.col(column)))


def _with_elements(condition: Condition, whole: pl.Expr) -> pl.Expr:
    """Extend a comparison of whole cells to the elements of arrays."""
    if condition.elements == "none":
        return whole
    elements = any_element(condition.column, whole.fill_null(False), deep=condition.is_deep)
    if condition.elements == "instead":
        return pl.when(pl.col(condition.column).str.starts_with("[")).then(elements).otherwise(whole)
    return whole.fill_null(False) | elements
