"""The compiler: tree -> one boolean Polars expression over record frames, never null.

Every leaf is made total before anything is done with it: a missing field matches no leaf, and every negated
leaf.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from logtui.errors import QueryError
from logtui.model.record import FIELD_PREFIX
from logtui.query.expressions.elements import any_element
from logtui.query.expressions.kinds import asks_for_number
from logtui.query.expressions.match_level import match_level
from logtui.query.expressions.match_number import match_number
from logtui.query.expressions.match_string import match_string
from logtui.query.expressions.match_text import match_any_word, match_bare, match_text_field
from logtui.query.expressions.match_time import match_time
from logtui.query.expressions.match_twin import match_twin
from logtui.query.expressions.scope import Scope
from logtui.query.names import AmbiguousNameError, columns_named, inside
from logtui.query.syntax.escapes import has_wildcards
from logtui.query.syntax.leaves import LeafError
from logtui.query.syntax.tree import (
    All,
    And,
    Compare,
    Exists,
    FieldLeaf,
    Node,
    Not,
    Or,
    Range,
    Text,
    TextGlob,
    TextRegex,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from logtui.model.twins import Twin

_TIMES = ("timestamp", "order_time")
_NUMBERS = ("line", "offset", "bytes", "seq")
_TEXTS = ("message", "raw")


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
        now: The zoned present, fixed once per query.
        zone: Zone of times that do not state one.
        newest: The time of the newest record, None if it is not known.
        text: The query text, for the caret of errors.
        twins: The field columns beside which the frame holds their values as numbers; these are compared, then.

    Returns:
        A boolean expression that is true or false on every row. A query that asks for everything, or for a
        field that no column has, is a literal.

    Raises:
        QueryError: If a value cannot be what its column needs, or a name is ambiguous.
    """
    try:
        return _boolean(node, Scope(_schema(columns), now, zone, newest, twins or {}))
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
            return match_bare(node).fill_null(False)
        case _:
            return _field(node, scope)


def _alternatives(children: tuple[Node, ...], scope: Scope) -> list[pl.Expr]:
    """The children of an `Or`; all plain words among them are searched for together."""
    words = [child for child in children if isinstance(child, Text)]
    others = [_boolean(child, scope) for child in children if not isinstance(child, Text)]
    return [expr.fill_null(False) for expr in match_any_word(words)] + others


def _field(leaf: FieldLeaf, scope: Scope) -> pl.Expr:
    try:
        columns = columns_named(leaf.field, scope.columns)
    except AmbiguousNameError as error:
        raise LeafError(str(error), leaf.span, "write one of them exactly") from None
    found = [expr for column in columns if (expr := _column_or_none(leaf, column, scope)) is not None]
    if not found:
        return _inside(leaf, scope)
    return found[0] if len(found) == 1 else pl.any_horizontal(found)


def _inside(leaf: FieldLeaf, scope: Scope) -> pl.Expr:
    """The leaf over what a path finds inside the JSON text of a field."""
    reached = inside(leaf.field, scope.columns)
    if reached is None:
        return pl.lit(False)
    column, path = reached
    within = match_string(leaf, pl.col(column), column.removeprefix(FIELD_PREFIX), scope)
    return any_element(column, within.fill_null(False), path) if _is_text(column, scope) else pl.lit(False)


def _is_text(column: str, scope: Scope) -> bool:
    return scope.schema[column] == pl.String


def _column_or_none(leaf: FieldLeaf, column: str, scope: Scope) -> pl.Expr | None:
    """The leaf over one column; under a name with wildcards, columns that cannot hold it are left out."""
    is_any = has_wildcards(leaf.field)
    if is_any and column == "level" and asks_for_number(leaf):
        return None
    try:
        return _column(leaf, column, scope).fill_null(False)
    except LeafError:
        if is_any:
            return None
        raise


def _column(leaf: FieldLeaf, column: str, scope: Scope) -> pl.Expr:
    if column == "level":
        return match_level(leaf)
    if column in _TIMES:
        return match_time(leaf, column, scope)
    if column in _NUMBERS:
        return match_number(leaf, column)
    searched = match_text_field(leaf, column) if column in _TEXTS else None
    if searched is not None:
        return searched
    if column.startswith(FIELD_PREFIX):
        return _field_column(leaf, column, scope)
    return match_string(leaf, pl.col(column), column, scope)


def _field_column(leaf: FieldLeaf, column: str, scope: Scope) -> pl.Expr:
    """The leaf over a field of the log: its numbers, its text, or any element of an array."""
    name, twin = column.removeprefix(FIELD_PREFIX), scope.twins.get(column)
    numeric = None if twin is None else match_twin(leaf, column, is_whole=twin.is_whole)
    if numeric is not None:
        return numeric
    if not _is_text(column, scope):
        return match_string(leaf, pl.col(column).cast(pl.String), name, scope)
    whole = match_string(leaf, pl.col(column), name, scope)
    if isinstance(leaf, Exists):
        return whole
    elements = any_element(column, whole.fill_null(False), deep=has_wildcards(leaf.field))
    if isinstance(leaf, Compare | Range):
        return pl.when(pl.col(column).str.starts_with("[")).then(elements).otherwise(whole)
    return whole.fill_null(False) | elements
