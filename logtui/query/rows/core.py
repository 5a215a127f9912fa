"""Leaves over the core columns that are no plain texts: the level, times, numbers, the message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from logtui.model.severities import LEVELS
from logtui.model.times import ns_of, rfc3339
from logtui.query.expressions.kinds import number_bound
from logtui.query.expressions.level_words import level_bound, level_meant
from logtui.query.expressions.moments import interval_of, moment_bound
from logtui.query.expressions.scope import Scope, bounds_of
from logtui.query.rows import texts
from logtui.query.rows.cells import cell_test, like, within
from logtui.query.syntax.leaves import LeafError
from logtui.query.syntax.quantities import as_number
from logtui.query.syntax.tree import (
    Cidr,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
    Glob,
    Prefix,
    Range,
    Regex,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.model.row import Row
    from logtui.query.rows.texts import Test

_ORDER: Final = {level: place for place, level in enumerate(LEVELS)}
_NUMBERS: Final = ("line", "offset", "bytes", "seq")
_TIMES: Final = ("timestamp", "order_time")
_TEXTS: Final = ("message", "raw")


def core_test(leaf: FieldLeaf, column: str, scope: Scope) -> Callable[[Row], bool]:
    """The test of a field leaf over a core column.

    Args:
        leaf: The leaf.
        column: The column's name.
        scope: The surroundings.

    Returns:
        Whether a record is what the leaf asks for.

    Raises:
        LeafError: If a value cannot be what the column needs.
    """
    if column == "level":
        return _level(leaf)
    if column in _TIMES:
        return _on("timestamp_ns", _time(leaf, scope))
    if column in _NUMBERS:
        return _on(column, _number(leaf, column))
    searched = _text(leaf) if column in _TEXTS else None
    return _on(column, searched or cell_test(leaf, column, scope))


def _on(name: str, test: Callable[[Any], bool]) -> Callable[[Row], bool]:
    """A test of one attribute; what is missing fails."""

    def holds(row: Row) -> bool:
        value = getattr(row, name, None)
        return value is not None and test(value)

    return holds


def _level(leaf: FieldLeaf) -> Callable[[Row], bool]:
    match leaf:
        case Compare() | Range():
            keeps = within([(op, _ORDER[level_bound(value, leaf)]) for op, value in bounds_of(leaf)])
            return lambda row: row.level is not None and keeps(_ORDER[row.level])
        case EqualsLiteral(value=""):
            return lambda row: row.severity_text == ""
        case Equals(value=value) | EqualsLiteral(value=value):
            return _is_level(level_meant(value), texts.whole(value))
        case Exact(value=value):
            return _is_level(value if value in LEVELS else None, lambda word: word == value)
        case Prefix() | Glob() | Regex():
            fits = like(leaf)
            levels = frozenset(filter(fits, LEVELS))
            return lambda row: row.level in levels or (row.severity_text is not None and fits(row.severity_text))
        case Exists():
            return lambda row: row.level is not None or row.severity_text is not None
        case Cidr():
            return lambda _: False


def _is_level(level: str | None, is_word: Test) -> Callable[[Row], bool]:
    def holds(row: Row) -> bool:
        if level is not None and row.level == level:
            return True
        word = row.severity_text
        return word is not None and is_word(word)

    return holds


def _time(leaf: FieldLeaf, scope: Scope) -> Callable[[int], bool]:
    match leaf:
        case Equals(value=value) | EqualsLiteral(value=value) | Exact(value=value):
            interval = interval_of(value, scope, leaf.span)
            start, end = ns_of(interval.start), ns_of(interval.end)
            return (lambda ns: ns == start) if start == end else (lambda ns: start <= ns < end)
        case Compare() | Range():
            moments = [moment_bound(bound, scope, leaf.span) for bound in bounds_of(leaf)]
            return within([(op, ns_of(moment)) for op, moment in moments])
        case Exists():
            return lambda _: True
        case Prefix() | Glob() | Regex():
            fits = like(leaf)
            return lambda ns: fits(rfc3339(ns))
        case Cidr(network=network):
            raise LeafError(f"expected a time, got {network!r}", leaf.span)


def _number(leaf: FieldLeaf, column: str) -> Callable[[int], bool]:
    match leaf:
        case Equals(value=value) | EqualsLiteral(value=value) | Exact(value=value):
            number = as_number(value)
            return lambda found: found == number
        case Compare() | Range():
            return within([(op, number_bound(value, column, leaf)) for op, value in bounds_of(leaf)])
        case Exists():
            return lambda _: True
        case Prefix() | Glob() | Regex():
            fits = like(leaf)
            return lambda found: fits(str(found))
        case Cidr():
            return lambda _: False


def _text(leaf: FieldLeaf) -> Test | None:
    """The test of a leaf over the message, None for leaves that treat it as any other text."""
    match leaf:
        case EqualsLiteral(value="") | Exact() | Exists():
            return None
        case Equals(value=value) | EqualsLiteral(value=value) | Prefix(value=value) | Cidr(network=value):
            return texts.contains(value)
        case Glob(pattern=pattern):
            return texts.text_glob(pattern)
        case Regex(pattern=pattern, flags=flags):
            return texts.regex(pattern, flags)
        case _:
            return None
