"""The notation of a tree: one line of prefix text that shows its shape, for `--explain=tree` and tests."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from logtui.query.syntax.canonical import pipe_text
from logtui.query.syntax.tree import (
    All,
    And,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldOperator,
    Glob,
    Leaf,
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
    from logtui.query.syntax.pipes import Query

_NAMES: Final[dict[type[Leaf], str]] = {
    Text: "text",
    TextGlob: "text~",
    TextRegex: "text/",
    Equals: "eq",
    EqualsLiteral: "eqlit",
    Exact: "exact",
    Prefix: "prefix",
    Glob: "glob",
    Regex: "re",
    Compare: "cmp",
    Exists: "exists",
}


def notation(query: Query) -> str:
    """Print a query as nested lists.

    Args:
        query: The filter and its pipes.

    Returns:
        One line such as `(pipe (and (text 'a') (not (eq 'level' 'debug'))) (stats count()))`.
    """
    if not query.pipes:
        return tree_notation(query.filter)
    return f"(pipe {' '.join([tree_notation(query.filter), *(f'({pipe_text(pipe)})' for pipe in query.pipes)])})"


def tree_notation(node: Node) -> str:
    """Print a tree as nested lists.

    Args:
        node: The tree.

    Returns:
        One line such as `(and (text 'a') (not (eq 'level' 'debug')))`.
    """
    match node:
        case All():
            return "(all)"
        case And(children):
            return f"(and {' '.join(map(tree_notation, children))})"
        case Or(children):
            return f"(or {' '.join(map(tree_notation, children))})"
        case Not(child):
            return f"(not {tree_notation(child)})"
        case Range():
            return f"(range {node.field!r} {_low(node)!r} {_high(node)!r})"
        case _:
            return f"({_name(node)} {' '.join(map(repr, _parts(node)))})"


def _name(leaf: Leaf) -> str:
    return leaf.name if isinstance(leaf, FieldOperator) else _NAMES[type(leaf)]


def _parts(leaf: Leaf) -> list[str]:
    return [getattr(leaf, part.name) for part in fields(leaf) if part.name not in ("span", "quoted")]


def _low(node: Range) -> str:
    return ("[" if node.low_inclusive else "{") + ("*" if node.low is None else node.low)


def _high(node: Range) -> str:
    return ("*" if node.high is None else node.high) + ("]" if node.high_inclusive else "}")
