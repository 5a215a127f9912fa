"""Approximates a filter by conditions in SQL, for records with a column for each core column and a map of fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.errors import QueryError
from logtui.model.names import FIELD_PREFIX, STRUCTURED_FORMATS
from logtui.query.clickhouse.approximation import ALWAYS, NEVER, Approximation, both, either
from logtui.query.clickhouse.sql import Sql, all_of, listed, sql, text
from logtui.query.clickhouse.table import holds, met
from logtui.query.clickhouse.texts import spellings
from logtui.query.meaning.conditions import conditions_of
from logtui.query.meaning.texts import Exactly, Whole, term_of
from logtui.query.names import AmbiguousNameError, columns_named, inside
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.tree import All, And, Node, Not, Or, Text, TextGlob, TextRegex

if TYPE_CHECKING:
    from logtui.query.meaning.comparison import Comparison, Condition
    from logtui.query.meaning.scope import Scope
    from logtui.query.syntax.tree import FieldLeaf, TextLeaf


FIELD_VALUES: Final = "arrayMap(value -> if(startsWith(value, '['), '[', lower(value)), mapValues(fields))"
"""What the table indexes of fields: their texts in lower case, and `[` for each array."""


def approximate(node: Node, scope: Scope, *, text: str = "") -> Approximation:
    """Approximate a filter by SQL.

    Args:
        node: The tree.
        scope: The columns of the records, the present and the zone.
        text: The query text, which errors quote.

    Returns:
        A condition that all matching records meet, and one that only they do.

    Raises:
        QueryError: If a value is not valid for its column, or a name is ambiguous.
    """
    try:
        return _approximated(node, scope)
    except LeafError as error:
        start, end = error.span
        raise QueryError(error.message, text=text, start=start, end=end, hint=error.hint) from None


def cell_of(column: str) -> Sql:
    """The expression of a column of a record frame, null where the record lacks it."""
    if not column.startswith(FIELD_PREFIX):
        return Sql(column)
    return sql("if({}, {}, NULL)", _has(column), _field_text(column))


def _approximated(node: Node, scope: Scope) -> Approximation:
    match node:
        case All():
            return ALWAYS
        case And(children):
            return both(_approximated(child, scope) for child in children)
        case Or(children):
            return either(_approximated(child, scope) for child in children)
        case Not(child):
            return ~_approximated(child, scope)
        case Text() | TextGlob() | TextRegex():
            return _term(node)
        case _:
            return _field(node, scope)


def _term(leaf: TextLeaf) -> Approximation:
    """Search the message of structured records and the raw text of all others, each in a condition that is indexed."""
    formats = listed(map(text, STRUCTURED_FORMATS))
    structured = Approximation.exactly(all_of([sql("format IN ({})", formats), Sql("isNotNull(message)")]))
    in_message, in_raw = (met(term_of(leaf), Sql(column)) for column in ("message", "raw"))
    return either([both([structured, in_message]), both([~structured, in_raw])])


def _field(leaf: FieldLeaf, scope: Scope) -> Approximation:
    try:
        columns = columns_named(leaf.field, scope.columns)
    except AmbiguousNameError as error:
        raise LeafError(str(error), leaf.span, "write one of them exactly") from None
    conditions = [condition for column in columns for condition in conditions_of(leaf, column, scope)]
    return either(map(_held, conditions)) if conditions else _inside(leaf, scope)


def _inside(leaf: FieldLeaf, scope: Scope) -> Approximation:
    """What a leaf needs that asks for a value inside the JSON text of a field."""
    reached = inside(leaf.field, scope.columns)
    if reached is None:
        return NEVER
    column, _ = reached
    return Approximation.needing(all_of([_has(column), sql("match({}, {})", _field_text(column), text(r"^[\[{]"))]))


def _held(condition: Condition) -> Approximation:
    column = condition.column
    if not column.startswith(FIELD_PREFIX):
        return holds(condition)
    present = Approximation.exactly(all_of([*_indexed(condition.comparison), _has(column)]))
    return both([present, _with_elements(condition, _field_text(column))])


def _indexed(comparison: Comparison) -> list[Sql]:
    """What the index of the fields' values knows of records with a whole value."""
    found = spellings(comparison) if isinstance(comparison, Whole | Exactly) else ()
    return [sql(f"hasAny({FIELD_VALUES}, [{{}}])", listed(map(text, [*found, "["])))] if found else []


def _with_elements(condition: Condition, cell: Sql) -> Approximation:
    """Approximate a comparison with a cell that may be an array, whose elements SQL does not look at."""
    whole = met(condition.comparison, cell)
    if condition.elements == "none":
        return whole
    array = Approximation.exactly(sql("startsWith({}, {})", cell, text("[")))
    some = Approximation.needing(array.necessary)
    return either([some, both([~array, whole])]) if condition.elements == "instead" else either([some, whole])


def _has(column: str) -> Sql:
    return sql("mapContains(fields, {})", text(column.removeprefix(FIELD_PREFIX)))


def _field_text(column: str) -> Sql:
    return sql("fields[{}]", text(column.removeprefix(FIELD_PREFIX)))
