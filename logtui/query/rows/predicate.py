"""The compiler: tree -> a predicate over single records; a missing field matches no leaf, and every negated leaf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from logtui.errors import QueryError
from logtui.model.names import CORE_ALIASES, CORE_NAMES, FIELD_PREFIX, STRUCTURED_FORMATS, field_column
from logtui.query.expressions.kinds import asks_for_number
from logtui.query.expressions.scalars import scalars_in
from logtui.query.expressions.scope import Scope
from logtui.query.names import AmbiguousNameError, columns_named, inside
from logtui.query.rows import texts
from logtui.query.rows.cells import cell_test
from logtui.query.rows.core import core_test
from logtui.query.syntax.escapes import has_wildcards, unescape
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
    TextLeaf,
    TextRegex,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from logtui.model.row import Row
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
        return _predicate(node, Scope({}, now, zone, newest))
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


def any_of(tests: list[Predicate]) -> Predicate:
    """Whether one of some tests holds."""

    def holds(row: Row) -> bool:
        for test in tests:  # noqa: SIM110  # twice as fast as any()
            if test(row):
                return True
        return False

    return holds


def _bare(leaf: TextLeaf) -> Predicate:
    match leaf:
        case Text(needle):
            test = texts.contains(needle)
        case TextGlob(pattern):
            test = texts.text_glob(pattern)
        case TextRegex(pattern, flags):
            test = texts.regex(pattern, flags)

    def holds(row: Row) -> bool:
        message = row.message
        return test(message if message is not None and row.format in STRUCTURED_FORMATS else row.raw)

    return holds


def _field(leaf: FieldLeaf, scope: Scope) -> Predicate:
    name = unescape(leaf.field)
    core = CORE_ALIASES.get(name, name)
    if core in CORE_NAMES and not has_wildcards(leaf.field):
        return core_test(leaf, core, scope)
    return _NamedField(leaf, scope).holds


class _NamedField:
    """A leaf over what a name means among the fields of each record.

    Args:
        leaf: The leaf.
        scope: The surroundings.
    """

    def __init__(self, leaf: FieldLeaf, scope: Scope) -> None:
        self._leaf = leaf
        self._scope = scope
        self._is_any = has_wildcards(leaf.field)
        self._name = "" if self._is_any else field_column(unescape(leaf.field).removeprefix(FIELD_PREFIX))[1:]
        self._test = _field_test(leaf, self._name, scope) if self._name else None
        self._found: dict[tuple[str, ...], Predicate] = {}

    def holds(self, row: Row) -> bool:
        """Whether a record is what the leaf asks for."""
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
        tests = [test for column in meant if (test := self._column(column)) is not None]
        if tests:
            return any_of(tests)
        reached = inside(self._leaf.field, columns)
        return (lambda _: False) if reached is None else self._inside(*reached)

    def _column(self, column: str) -> Predicate | None:
        """The leaf over one column; under a name with wildcards, columns that cannot hold it are left out."""
        if self._is_any and column == "level" and asks_for_number(self._leaf):
            return None
        try:
            if not column.startswith(FIELD_PREFIX):
                return core_test(self._leaf, column, self._scope)
            name = column.removeprefix(FIELD_PREFIX)
            test = _field_test(self._leaf, name, self._scope, deep=self._is_any)
        except LeafError:
            if self._is_any:
                return None
            raise
        return lambda row: (value := row.fields.get(name)) is not None and test(value)

    def _inside(self, column: str, path: Sequence[Step]) -> Predicate:
        name = column.removeprefix(FIELD_PREFIX)
        test = cell_test(self._leaf, name, self._scope)

        def holds(row: Row) -> bool:
            value = row.fields.get(name, "")
            return value[:1] in ("[", "{") and any(map(test, scalars_in(value, path)))

        return holds


def _field_test(leaf: FieldLeaf, name: str, scope: Scope, *, deep: bool = False) -> Test:
    """The test of a leaf over a field's text, or any element of an array."""
    test = cell_test(leaf, name, scope)
    if isinstance(leaf, Exists):
        return test
    if isinstance(leaf, Compare | Range):
        return lambda value: any(map(test, scalars_in(value, deep=deep))) if value[:1] == "[" else test(value)
    return lambda value: test(value) or (value[:1] == "[" and any(map(test, scalars_in(value, deep=deep))))
