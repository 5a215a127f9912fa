"""Conditions in Python -> the tree of a query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from logtui.errors import QueryError
from logtui.query.regexes import regex_fault
from logtui.query.syntax.canonical import tree_text
from logtui.query.syntax.parse import parse_filter
from logtui.query.syntax.tree import (
    All,
    Compare,
    Equals,
    EqualsLiteral,
    Exists,
    Node,
    Regex,
    conjunction,
    disjunction,
    negation,
)
from logtui.query.syntax.words import escape

if TYPE_CHECKING:
    from collections.abc import Callable

Condition: TypeAlias = "str | Mapping[str, Any] | F"
"""A query text, values by key, or a condition that was put together."""

_FLAGS: Final = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s", re.VERBOSE: "x"}


class F:
    """A condition on records, to be combined with `|`, `&` and `~`.

    Args:
        conditions: Query texts, mappings for keys that are no identifiers, or other conditions; all have to hold.
        values: What keys have to be, as `LogParser.filter` takes them; all have to hold.

    Raises:
        QueryError: If a text does not parse, or a value can be no condition.
    """

    __slots__ = ("node",)

    def __init__(self, *conditions: Condition, **values: Any) -> None:  # noqa: ANN401  # whatever a user gives
        self.node: Node = both(*map(_node_of_condition, (*conditions, values)))

    def __or__(self, other: Condition) -> F:
        return _of(disjunction([self.node, _node_of_condition(other)]))

    def __and__(self, other: Condition) -> F:
        return F(self, other)

    def __invert__(self) -> F:
        return _of(negation(self.node))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, F) and self.node == other.node

    def __hash__(self) -> int:
        return hash(self.node)

    def __bool__(self) -> bool:
        raise TypeError("a condition is neither true nor false; combine conditions with |, & and ~, not or, and, not")

    def __repr__(self) -> str:
        return f"F({tree_text(self.node)!r})"


def both(*nodes: Node) -> Node:
    """The conjunction of nodes, any of which may ask for everything."""
    asking: list[Node] = [node for node in nodes if not isinstance(node, All)]
    return conjunction(asking) if asking else All()


def _of(node: Node) -> F:
    made = F()
    made.node = node
    return made


def _node_of_condition(condition: Condition) -> Node:
    match condition:
        case F():
            return condition.node
        case str():
            return parse_filter(condition)
        case Mapping():
            return both(*(_node_of(name, value) for name, value in condition.items()))
        case _:
            raise _error(f"expected a query text, a mapping or F(...), got {condition!r}", condition)


def _node_of(name: str, value: Any) -> Node:  # noqa: ANN401  # whatever a user gives
    special = _SPECIAL.get(name)
    return special(name, value) if special else _is(name, value)


def _is(name: str, value: Any) -> Node:  # noqa: ANN401  # whatever a user gives
    field = escape(name)
    match value:
        case None:
            return negation(Exists(field))
        case str():
            return Equals(field, value) if value else EqualsLiteral(field, "")
        case bool():
            return Equals(field, str(value).lower())
        case int() | float():
            return Equals(field, str(int(value)) if value == value // 1 else repr(value))
        case date():
            return Equals(field, _moment(value))
        case re.Pattern():
            return _matches(field, value.pattern, "".join(_FLAGS[flag] for flag in _FLAGS if value.flags & flag))
        case list() | tuple() | set() | frozenset():
            return disjunction([_is(name, each) for each in value]) if value else _NOTHING
        case _:
            raise _error(f"expected a text, a number, a pattern or a list for {name!r}, got {value!r}", value)


def _matches(field: str, pattern: Any, flags: str) -> Node:  # noqa: ANN401  # a pattern may be of bytes
    fault = regex_fault(pattern, flags) if isinstance(pattern, str) else f"expected a text, got {pattern!r}"
    if fault:
        raise _error(f"{field}: {fault}", pattern)
    return Regex(field, pattern, flags)


def _contains(_: str, value: Any) -> Node:  # noqa: ANN401  # whatever a user gives
    return _matches("message", value, "") if isinstance(value, str) else _is("message", value)


def _bound(op: str) -> Callable[[str, Any], Node]:
    return lambda name, value: Compare("timestamp", op, _moment(value, name))


def _last(name: str, value: Any) -> Node:  # noqa: ANN401  # whatever a user gives
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise _error(f"expected a number of minutes for {name!r}, got {value!r}", value)
    return Compare("timestamp", ">=", f"-{round(value * 60_000)}ms")


def _moment(value: Any, name: str = "timestamp") -> str:  # noqa: ANN401  # whatever a user gives
    match value:
        case datetime() | date():
            return value.isoformat()
        case str():
            return value
        case _:
            raise _error(f"expected a datetime, or a text like -15m, for {name!r}, got {value!r}", value)


def _error(message: str, value: object) -> QueryError:
    return QueryError(message, text=str(value), start=0, end=len(str(value)))


_NOTHING: Final = negation(All())
_SPECIAL: Final[dict[str, Callable[[str, Any], Node]]] = {
    "after": _bound(">="),
    "before": _bound("<"),
    "last_minutes": _last,
    "message_contains": _contains,
}
