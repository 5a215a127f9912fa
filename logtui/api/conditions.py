"""Converts conditions written in Python to the tree of a query."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from logtui.api.advice import advise_level, advise_name
from logtui.errors import QueryError
from logtui.model.names import CORE_ALIASES, CORE_NAMES, FIELD_PREFIX
from logtui.query.regexes import regex_fault
from logtui.query.syntax.canonical import tree_text
from logtui.query.syntax.escapes import escape
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

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import EllipsisType

Condition: TypeAlias = "str | Mapping[str, Any] | F"
"""A query text, values by key, or a condition made with `F`."""

One: TypeAlias = "str | bool | int | float | date | re.Pattern[str] | None"
"""A value that a key must have; `None` if the record must not have the key."""

Value: TypeAlias = "One | Collection[One]"
"""A value that a key must have, or several of which it must have one."""

Wanted: TypeAlias = "Value | EllipsisType"
"""As `Value`; `...` allows any value and a missing key."""

Moment: TypeAlias = "str | date | None"
"""A point in time: a datetime or a text such as `-15m` or `2025-10-07T16:00:00Z`; None sets no bound."""

_FLAGS: Final = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s", re.VERBOSE: "x"}


class F:
    """A condition on records, to be combined with `|`, `&` and `~`.

    Args:
        conditions: Query texts, mappings for keys that are no identifiers, or other conditions; all have to hold.
        level: The level by any of its spellings.
        container: The container's name.
        pod_name: The pod's name.
        namespace: The pod's namespace.
        component: The logger's name.
        service: The service.
        after: At or after this moment.
        before: Before this moment.
        last_minutes: At most as old.
        message_contains: A regular expression over the message, case-sensitive.
        values: What other keys have to be; all have to hold.

    Raises:
        QueryError: If a text does not parse, or a value can be no condition.
    """

    __slots__ = ("node",)

    def __init__(
        self,
        *conditions: Condition,
        level: Wanted = ...,
        container: Wanted = ...,
        pod_name: Wanted = ...,
        namespace: Wanted = ...,
        component: Wanted = ...,
        service: Wanted = ...,
        after: Moment = None,
        before: Moment = None,
        last_minutes: float | None = None,
        message_contains: str | re.Pattern[str] | None = None,
        **values: Value,
    ) -> None:
        parts = {
            "level": level,
            "container": container,
            "pod_name": pod_name,
            "namespace": namespace,
            "component": component,
            "service": service,
        }
        limits = {
            "after": after,
            "before": before,
            "last_minutes": last_minutes,
            "message_contains": message_contains,
        }
        asked = {name: value for name, value in parts.items() if value is not ...}
        asked |= {name: value for name, value in limits.items() if value is not None}
        self.node: Node = both(*map(_node_of_condition, (*conditions, asked | values)))

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
            from logtui.query.syntax.parse import parse_filter  # the grammar is loaded for texts only

            return parse_filter(condition)
        case Mapping():
            return both(*(_node_of(name, value) for name, value in condition.items()))
        case _:
            raise _error(f"expected a query text, a mapping or F(...), got {condition!r}", condition)


def _node_of(name: str, value: Any) -> Node:  # noqa: ANN401  # whatever a user gives
    if name in _SPECIAL:
        return _SPECIAL[name](name, value)
    advise_name(name)
    core = CORE_ALIASES.get(name, name)
    if core == "level":
        _advise_levels(value)
    if core not in _NAMES_OF_FIELDS_TOO:
        return _is(name, value)
    both_names = [_is(name, value), _is(FIELD_PREFIX + name, value)]
    return conjunction(both_names) if value is None else disjunction(both_names)


def _advise_levels(value: Any) -> None:  # noqa: ANN401  # whatever a user gives
    for each in value if isinstance(value, (list, tuple, set, frozenset)) else [value]:
        if isinstance(each, str):
            advise_level(each)


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


_NAMES_OF_FIELDS_TOO: Final = frozenset(CORE_NAMES) - {
    "timestamp",
    "order_time",
    "ingest_time",
    "level",
    "message",
    "raw",
}
"""Core columns that a message may have a pair for, such as `service=auth` where the record states no service."""

_NOTHING: Final = negation(All())
_SPECIAL: Final[dict[str, Callable[[str, Any], Node]]] = {
    "after": _bound(">="),
    "before": _bound("<"),
    "last_minutes": _last,
    "message_contains": _contains,
}
