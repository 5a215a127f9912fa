"""The canonical text: tree -> the one way to write it, which reads back as the same tree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from logtui.query.syntax.leaves import EVENT_TIME, last_of
from logtui.query.syntax.spelling import bare_glob_text, glob_text, name_text, quoted, word_text
from logtui.query.syntax.tree import (
    All,
    And,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
    FieldOperator,
    Glob,
    Node,
    Not,
    Or,
    Prefix,
    Range,
    Regex,
    Text,
    TextGlob,
    TextRegex,
)

if TYPE_CHECKING:
    from logtui.query.syntax.pipes import Pipe, Query

_BARE: Final = re.compile(r"(?!(?:AND|OR|NOT)$)\w[\w.\-/%']*(?<!-)")


def canonical(query: Query) -> str:
    """Write a query.

    Args:
        query: As `parse` returns it.

    Returns:
        One line that `parse` reads as the same query.
    """
    parts = [] if isinstance(query.filter, All) and query.pipes else [tree_text(query.filter)]
    return " ".join([*parts, *(f"| {pipe_text(pipe)}" for pipe in query.pipes)])


def tree_text(node: Node) -> str:
    """Write a filter: AND by juxtaposition, parentheses only where they matter."""
    match node:
        case And(children):
            return " ".join(
                f"({tree_text(child)})" if isinstance(child, Or) else tree_text(child) for child in children
            )
        case Or(children):
            return " OR ".join(map(tree_text, children))
        case Not(child):
            inner = tree_text(child)
            return f"-({inner})" if isinstance(child, And | Or | Not) else f"-{inner}"
        case All():
            return "*"
        case Text(needle):
            return needle if _BARE.fullmatch(needle) else quoted(needle)
        case TextGlob(pattern):
            return bare_glob_text(pattern)
        case TextRegex(pattern, flags):
            return _slashed(pattern, flags)
        case _:
            return _field_text(node)


def pipe_text(pipe: Pipe) -> str:
    """Write a pipe without its `|`."""
    arguments = pipe.arguments()
    return f"{pipe.name} {arguments}" if arguments else pipe.name


def _field_text(leaf: FieldLeaf) -> str:
    if isinstance(leaf, Exists) and set(leaf.field) == {"*"}:
        return f"has:{leaf.field}"
    if isinstance(leaf, Compare) and leaf.field == EVENT_TIME and (last := last_of(leaf)):
        return f"last:{last}"
    name, value = name_text(leaf.field), _value(leaf)
    is_drive = len(name) == 1 and name.isalpha() and value.startswith("\\")
    return f"{quoted(name) if is_drive else name}:{value}"


def _value(leaf: FieldLeaf) -> str:
    match leaf:
        case Equals(value=value):
            return word_text(value)
        case EqualsLiteral(value=value):
            return quoted(value)
        case Exact(value=value):
            return f"={quoted(value)}"
        case Prefix(value=value):
            return f"{quoted(value)}*"
        case Glob(pattern=pattern):
            return glob_text(pattern)
        case Regex(pattern=pattern, flags=flags):
            return _slashed(pattern, flags)
        case Compare() | Range():
            return _compared(leaf)
        case Exists():
            return "*"
        case FieldOperator():
            return leaf.value_text()


def _compared(leaf: Compare | Range) -> str:
    if isinstance(leaf, Compare):
        return leaf.op + _bound(leaf.value, is_quoted=leaf.quoted)
    low, high = (_bound(bound, is_quoted=leaf.quoted) for bound in (leaf.low, leaf.high))
    return f"{'[' if leaf.low_inclusive else '{'}{low} TO {high}{']' if leaf.high_inclusive else '}'}"


def _bound(bound: str | None, *, is_quoted: bool) -> str:
    if bound is None:
        return "*"
    return quoted(bound) if is_quoted else word_text(bound)


def _slashed(pattern: str, flags: str) -> str:
    inside = re.sub(r"\\.|/", lambda match: "\\/" if match[0] == "/" else match[0], pattern, flags=re.DOTALL)
    return f"/{inside}/{flags}"
