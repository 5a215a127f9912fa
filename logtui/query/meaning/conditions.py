"""Resolves a leaf to conditions on the columns that its name means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.model.names import FIELD_PREFIX
from logtui.query.meaning.columns import class_of
from logtui.query.meaning.comparison import Comparison, Condition
from logtui.query.meaning.integers import of_integer
from logtui.query.meaning.kinds import asks_for_number
from logtui.query.meaning.levels import of_level
from logtui.query.meaning.quantities import written_with_unit
from logtui.query.meaning.strings import of_prose, of_string
from logtui.query.meaning.times import of_time
from logtui.query.syntax.escapes import has_wildcards
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.tree import Compare, Exists, FieldLeaf, Range

if TYPE_CHECKING:
    from logtui.query.meaning.scope import Scope


def conditions_of(leaf: FieldLeaf, column: str, scope: Scope) -> tuple[Condition, ...]:
    """Resolve a leaf for one column.

    Args:
        leaf: The leaf.
        column: A column of the record frame that the leaf's name means.
        scope: The context.

    Returns:
        Conditions, one of which must hold; none if the name has wildcards and the column cannot be compared so.

    Raises:
        LeafError: If a value is not valid for the column.
    """
    if not has_wildcards(leaf.field):
        return _conditions(leaf, column, scope)
    if column == "level" and asks_for_number(leaf):
        return ()
    try:
        return _conditions(leaf, column, scope)
    except LeafError:
        return ()


def _conditions(leaf: FieldLeaf, column: str, scope: Scope) -> tuple[Condition, ...]:
    if column == "level":
        return of_level(leaf)
    if column.startswith(FIELD_PREFIX):
        return _of_field(leaf, column, scope)
    return (Condition(column, _of_core(leaf, column, scope)),)


def _of_field(leaf: FieldLeaf, column: str, scope: Scope) -> tuple[Condition, ...]:
    """Resolve a leaf for a field of the log; ranges are compared with the elements of an array, never with its text."""
    name, is_deep = column.removeprefix(FIELD_PREFIX), has_wildcards(leaf.field)
    comparison = of_string(leaf, name, scope)
    if isinstance(leaf, Exists):
        return (Condition(column, comparison),)
    if not isinstance(leaf, Compare | Range):
        return (Condition(column, comparison, "either", is_deep),)
    other = written_with_unit(leaf, name)
    comparisons = (comparison,) if other is None else (comparison, other)
    return tuple(Condition(column, each, "instead", is_deep) for each in comparisons)


def _of_core(leaf: FieldLeaf, column: str, scope: Scope) -> Comparison:
    match class_of(column):
        case "time":
            return of_time(leaf, scope)
        case "integer":
            return of_integer(leaf, column)
        case "prose":
            return of_prose(leaf, column, scope)
        case _:
            return of_string(leaf, column, scope)
