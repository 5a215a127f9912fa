"""Makes less strict versions of a filter that matched nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.model.record import CORE_ALIASES
from logtui.query.syntax.escapes import escape, has_wildcards
from logtui.query.syntax.leaves import EVENT_TIME
from logtui.query.syntax.tree import (
    And,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    FieldLeaf,
    Glob,
    Node,
    Not,
    Or,
    Prefix,
    Range,
    Regex,
    Text,
    TextRegex,
    conjunction,
    disjunction,
    leaves_of,
    negation,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_PARTS: Final = 8
"""Conjunctions with more conditions are not tried with each one left out."""


def relaxations(node: Node) -> list[Node]:
    """Make the less strict versions of a filter, those that change least first.

    Args:
        node: A filter that matched nothing.

    Returns:
        Filters that each differ from the given one in one way: any case, the whole line or any field instead of the
        message, part of the value instead of the whole, any field, another time, or one condition less.
    """
    ways = (_any_case, _whole_line, _any_field, _part_of_value, _other_field)
    found = [_mapped(node, way) for way in ways]
    found += _other_times(node)
    if isinstance(node, And) and len(node.children) <= _MOST_PARTS:
        found += [_without(node, place) for place in range(len(node.children))]
    return [one for one in dict.fromkeys(found) if one != node]


def counts_back_from_newest(node: Node) -> bool:
    """Whether a filter counts back from the newest record, as `last:15m@end` does."""
    return any(
        value.startswith("end")
        for leaf in leaves_of(node)
        if isinstance(leaf, Compare | Range | Equals) and is_time(leaf)
        for value in _values(leaf)
    )


def _values(leaf: Compare | Range | Equals) -> list[str]:
    return [value for value in (leaf.low, leaf.high) if value] if isinstance(leaf, Range) else [leaf.value]


def _mapped(node: Node, change: Callable[[Node], Node]) -> Node:
    """Change the leaves of a tree, except negated ones, whose change would make the filter stricter."""
    match node:
        case And(children):
            return conjunction([_mapped(child, change) for child in children])
        case Or(children):
            return disjunction([_mapped(child, change) for child in children])
        case Not():
            return node
        case _:
            return change(node)


def _any_case(leaf: Node) -> Node:
    match leaf:
        case TextRegex(pattern, flags) if "i" not in flags:
            return TextRegex(pattern, flags + "i")
        case Regex(field, pattern, flags) if "i" not in flags:
            return Regex(field, pattern, flags + "i")
        case Exact(field, value):
            return EqualsLiteral(field, value)
        case _:
            return leaf


def _whole_line(leaf: Node) -> Node:
    return EqualsLiteral("raw", leaf.needle) if isinstance(leaf, Text) and leaf.needle else leaf


def _any_field(leaf: Node) -> Node:
    return Glob("*", f"*{escape(leaf.needle)}*") if isinstance(leaf, Text) and leaf.needle else leaf


def _part_of_value(leaf: Node) -> Node:
    match leaf:
        case Equals(field, value) | EqualsLiteral(field, value) | Prefix(field, value) if value and not is_time(leaf):
            return Glob(field, f"*{escape(value)}*")
        case _:
            return leaf


def _other_field(leaf: Node) -> Node:
    match leaf:
        case Equals(field, value) if not has_wildcards(field) and not is_time(leaf):
            return Equals("*", value)
        case EqualsLiteral(field, value) if value and not has_wildcards(field) and not is_time(leaf):
            return EqualsLiteral("*", value)
        case _:
            return leaf


def _other_times(node: Node) -> list[Node]:
    """The filter with times counted back from the newest record instead of now, and the filter without its times."""
    if not any(is_time(leaf) for leaf in leaves_of(node)):
        return []
    found = [_mapped(node, _before_newest)]
    parts = node.children if isinstance(node, And) else (node,)
    kept = [part for part in parts if not is_time(part)]
    return [*found, conjunction(kept)] if kept else found


def _before_newest(leaf: Node) -> Node:
    if isinstance(leaf, Compare) and is_time(leaf) and leaf.value.startswith("now-"):
        return Compare(EVENT_TIME, leaf.op, f"end{leaf.value.removeprefix('now')}")
    return leaf


def _without(node: And, place: int) -> Node:
    return conjunction([child for other, child in enumerate(node.children) if other != place])


def is_time(leaf: Node) -> bool:
    """Whether a condition is on the time of records."""
    if isinstance(leaf, Not):
        return is_time(negation(leaf))
    return isinstance(leaf, FieldLeaf) and CORE_ALIASES.get(leaf.field, leaf.field) == "timestamp"
