"""The canonical notation of a tree: one line of prefix text, for `--explain`, tests and error reports."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from logtui.query.tree import (
    All,
    And,
    Cidr,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
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
    Cidr: "cidr",
    Exists: "exists",
}


def notation(node: Node) -> str:
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
            return f"(and {' '.join(map(notation, children))})"
        case Or(children):
            return f"(or {' '.join(map(notation, children))})"
        case Not(child):
            return f"(not {notation(child)})"
        case Range():
            return f"(range {node.field!r} {_low(node)!r} {_high(node)!r})"
        case _:
            return f"({_NAMES[type(node)]} {' '.join(map(repr, _parts(node)))})"


def _parts(leaf: Leaf) -> list[str]:
    return [getattr(leaf, part.name) for part in fields(leaf) if part.name not in ("span", "quoted")]


def _low(node: Range) -> str:
    return ("[" if node.low_inclusive else "{") + ("*" if node.low is None else node.low)


def _high(node: Range) -> str:
    return ("*" if node.high is None else node.high) + ("]" if node.high_inclusive else "}")
