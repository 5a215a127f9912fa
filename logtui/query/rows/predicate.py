"""The compiler: tree -> a predicate over single records; a missing field matches no leaf, and every negated leaf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from logtui.errors import QueryError
from logtui.model.names import CORE_ALIASES, CORE_NAMES, FIELD_PREFIX, STRUCTURED_FORMATS, field_column
from logtui.query.meaning.conditions import conditions_of
from logtui.query.meaning.scope import Scope
from logtui.query.meaning.strings import of_string
from logtui.query.meaning.texts import term_of
from logtui.query.names import AmbiguousNameError, columns_named, inside
from logtui.query.rows.table import holds as core_holds
from logtui.query.rows.table import test_of
from logtui.query.scalars import scalars_in
from logtui.query.syntax.escapes import has_wildcards, unescape
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
    TextLeaf,
    TextRegex,
)
from logtui.query.written_names import with_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from logtui.model.row import Row
    from logtui.query.meaning.comparison import Condition
    from logtui.query.names import Step
    from logtui.query.rows.texts import Test

    Predicate: TypeAlias = Callable[[Row], bool]

_MOST_SHAPES: Final = 4096


def predicate(node: Node, *, now: datetime, zone: tzinfo, newest: datetime | None = None, text: str = "") -> Predicate:
    """Compile a filter into a predicate over single records.

    Args:
        node: The tree.
        now: The zoned present, fixed once per query.
        zone: Zone of times that do not state one.
        newest: The time of the newest record, None if it is not known.
        text: The query text, for the caret of errors.

    Returns:
        Whether a record meets the filter.

    Raises:
        QueryError: If a value cannot be what its column needs.
    """
    try:
        return _predicate(with_cores(node), Scope({}, now, zone, newest))
    except LeafError as error:
        start, end = error.span
        raise QueryError(error.message, text=text, start=start, end=end, hint=error.hint) from None


def _predicate(node: Node, scope: Scope) -> Predicate:
    match node:
        case All():
            return lambda _: True
        case And(children):
            return all_of([_predicate(child, scope) for child in children])
        case Or(children):
            return any_of([_predicate(child, scope) for child in children])
        case Not(child):
            holds = _predicate(child, scope)
            return lambda row: not holds(row)
        case Text() | TextGlob() | TextRegex():
            return _bare(node)
        case _:
            return _field(node, scope)


def all_of(tests: list[Predicate]) -> Predicate:
    """Whether all tests hold."""

    def holds(row: Row) -> bool:
        for test in tests:  # noqa: SIM110  # twice as fast as all()
            if not test(row):
                return False
        return True

    return holds


def _either(tests: list[Predicate]) -> Predicate:
    return tests[0] if len(tests) == 1 else any_of(tests)


def any_of(tests: list[Predicate]) -> Predicate:
    """Whether one of some tests holds."""

    def holds(row: Row) -> bool:
        for test in tests:  # noqa: SIM110  # twice as fast as any()
            if test(row):
                return True
        return False

    return holds


def _bare(leaf: TextLeaf) -> Predicate:
    test = test_of(term_of(leaf))

    def holds(row: Row) -> bool:
        message = row.message
        return test(message if message is not None and row.format in STRUCTURED_FORMATS else row.raw)

    return holds


def _field(leaf: FieldLeaf, scope: Scope) -> Predicate:
    name = unescape(leaf.field)
    core = CORE_ALIASES.get(name, name)
    if core in CORE_NAMES and not has_wildcards(leaf.field):
        return _either([_held(condition) for condition in conditions_of(leaf, core, scope)])
    return _NamedField(leaf, scope).holds


class _NamedField:
    """Tests a leaf on the fields that its name means, which may differ from record to record.

    Args:
        leaf: The leaf.
        scope: The context.
    """

    def __init__(self, leaf: FieldLeaf, scope: Scope) -> None:
        self._leaf = leaf
        self._scope = scope
        column = "" if has_wildcards(leaf.field) else field_column(unescape(leaf.field).removeprefix(FIELD_PREFIX))
        self._name = column[1:]
        self._test = (
            _any_text([_with_elements(each) for each in conditions_of(leaf, column, scope)]) if column else None
        )
        self._found: dict[tuple[str, ...], Predicate] = {}

    def holds(self, row: Row) -> bool:
        """Whether a record matches the leaf."""
        if self._test is not None:
            value = row.field(self._name)
            if value is not None:
                return self._test(value)
        names = tuple(row.fields)
        found = self._found.get(names)
        if found is None:
            if len(self._found) >= _MOST_SHAPES:
                self._found.clear()
            found = self._found[names] = self._find(names)
        return found(row)

    def _find(self, names: tuple[str, ...]) -> Predicate:
        columns = [*CORE_NAMES, *(FIELD_PREFIX + name for name in names)]
        try:
            meant: Sequence[str] = columns_named(self._leaf.field, columns)
        except AmbiguousNameError as error:
            meant = error.candidates
        conditions = [one for column in meant for one in conditions_of(self._leaf, column, self._scope)]
        if conditions:
            return _either([_held(condition) for condition in conditions])
        reached = inside(self._leaf.field, columns)
        return (lambda _: False) if reached is None else self._inside(*reached)

    def _inside(self, column: str, path: Sequence[Step]) -> Predicate:
        name = column.removeprefix(FIELD_PREFIX)
        test = test_of(of_string(self._leaf, name, self._scope))

        def holds(row: Row) -> bool:
            value = row.fields.get(name, "")
            return value[:1] in ("[", "{") and any(map(test, scalars_in(value, path)))

        return holds


def _held(condition: Condition) -> Predicate:
    column = condition.column
    if not column.startswith(FIELD_PREFIX):
        return core_holds(condition)
    name, test = column.removeprefix(FIELD_PREFIX), _with_elements(condition)
    return lambda row: (value := row.fields.get(name)) is not None and test(value)


def _any_text(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda value: any(test(value) for test in tests)


def _with_elements(condition: Condition) -> Test:
    """Extend a test of a field's text to the elements of arrays."""
    test, deep = test_of(condition.comparison), condition.is_deep
    match condition.elements:
        case "none":
            return test
        case "instead":
            return lambda value: any(map(test, scalars_in(value, deep=deep))) if value[:1] == "[" else test(value)
        case "either":
            return lambda value: test(value) or (value[:1] == "[" and any(map(test, scalars_in(value, deep=deep))))
