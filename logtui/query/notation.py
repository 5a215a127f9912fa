"""The canonical notation of a tree: one line of prefix text, for `--explain`, tests and error reports."""

from __future__ import annotations

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
            name, *parts = _leaf(node)
            return f"({name} {' '.join(map(repr, parts))})"


def _leaf(node: Node) -> tuple[str, ...]:
    match node:
        case Text(needle):
            return "text", needle
        case TextGlob(pattern):
            return "text~", pattern
        case TextRegex(pattern, flags):
            return "text/", pattern, flags
        case Regex(field, pattern, flags):
            return "re", field, pattern, flags
        case Compare(field, op, value):
            return "cmp", field, op, value
        case Exists(field):
            return "exists", field
        case Equals(field, value):
            return "eq", field, value
        case EqualsLiteral(field, value):
            return "eqlit", field, value
        case Exact(field, value):
            return "exact", field, value
        case Prefix(field, value):
            return "prefix", field, value
        case Glob(field, pattern):
            return "glob", field, pattern
        case Cidr(field, network):
            return "cidr", field, network
    raise TypeError(f"no leaf: {node!r}")


def _low(node: Range) -> str:
    return ("[" if node.low_inclusive else "{") + ("*" if node.low is None else node.low)


def _high(node: Range) -> str:
    return ("*" if node.high is None else node.high) + ("]" if node.high_inclusive else "}")
