"""Builds the nodes of the tree from Lark's parse tree; values in a group get the field in front of the group."""

from __future__ import annotations

from typing import TypeAlias, cast

from lark import Token, Tree

from logtui.query import regexes
from logtui.query.regexes import escaped
from logtui.query.syntax import leaves, scan
from logtui.query.syntax.escapes import has_wildcards, phrase_text, unescape, word_pattern
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.pipes import Query
from logtui.query.syntax.pipes.registry import read_pipe
from logtui.query.syntax.tree import (
    All,
    Compare,
    Exact,
    Node,
    Regex,
    Span,
    TextRegex,
    conjunction,
    disjunction,
    negation,
)

Parsed: TypeAlias = Tree[Token] | Token


def build(parsed: Tree[Token]) -> Query:
    """Turn a parse tree into nodes.

    Args:
        parsed: What the grammar made of the text.

    Returns:
        The filter and its pipes.

    Raises:
        LeafError: If a value cannot be what it looks like, such as a bad regular expression.
    """
    either, *pipes = cast("list[Parsed | None]", parsed.children)
    wanted = All() if either is None else _node(either, None)
    return Query(wanted, tuple(read_pipe(cast("Tree[Token]", pipe)) for pipe in pipes))


def span_of(parsed: Parsed) -> Span:
    """The start and end offsets of a piece of the parse tree."""
    if isinstance(parsed, Token):
        return parsed.start_pos or 0, parsed.end_pos or 0
    spans = [span_of(child) for child in parsed.children]
    return (min(start for start, _ in spans), max(end for _, end in spans))


def _node(parsed: Parsed, field: str | None) -> Node:
    tree = cast("Tree[Token]", parsed)
    kind, span = tree.data, span_of(tree)
    children = tree.children
    if kind in ("either", "listed"):
        return disjunction([_node(child, field) for child in children], span)
    if kind == "both":
        return conjunction([_node(child, field) for child in children], span)
    if kind == "negated":
        return negation(_node(children[0], field), span)
    if kind == "asserted":
        return _node(children[0], field)
    if kind == "field":
        return _bound(children, span)
    return _leaf(tree, field, span)


def _bound(children: list[Parsed], span: Span) -> Node:
    """A field and its value or group; the leaves of a single value span the field's name too."""
    name = scan.field_pattern(str(children[0]))
    value = cast("Tree[Token]", children[1])
    if value.data in ("either", "both", "negated", "asserted", "field", "listed"):
        return _node(value, name)
    return _leaf(value, name, span)


def _leaf(tree: Tree[Token], field: str | None, span: Span) -> Node:
    children = tree.children
    if tree.data == "compared":
        value, quoted = _operand(_whole_operand(children[1]))
        return leaves.comparison(Compare(field or "", str(children[0]), value, quoted, span=span))
    if tree.data == "exact" and _is_prefix(children[0]):
        return Regex(field or "", f"^{escaped(_operand(children[0])[0])}", "", span=span)
    if tree.data == "exact" and (pattern := _exact_glob(children[0])):
        return Regex(field or "", regexes.glob_regex(pattern).removeprefix("(?is)"), "s", span=span)
    if tree.data == "exact":
        return Exact(field or "", _operand(children[0])[0], span=span)
    if tree.data == "unequal":
        return negation(_unequal(children[0], field or "", span), span)
    inner = children[0]
    if isinstance(inner, Tree):
        return _phrase(inner, field, span)
    return _token(inner, field, span)


def _operand(parsed: Parsed) -> tuple[str, bool]:
    """The plain text of an operand and whether it is quoted."""
    if isinstance(parsed, Tree):
        return phrase_text(str(parsed.children[0])[1:-1]), True
    return (parsed[1:-1], True) if parsed.type == "RAW" else (unescape(word_pattern(parsed)), False)


def _is_prefix(operand: Parsed) -> bool:
    """Whether an operand is a phrase with a star behind it."""
    return isinstance(operand, Tree) and len(operand.children) > 1


def _exact_glob(operand: Parsed) -> str | None:
    """The pattern of an operand that is a word with wildcards."""
    if isinstance(operand, Tree) or operand.type != "WORD":
        return None
    pattern = word_pattern(operand)
    return pattern if has_wildcards(pattern) else None


def _whole_operand(operand: Parsed) -> Parsed:
    """The operand, if no star follows it, since nothing is ordered by the beginning of a text."""
    if _is_prefix(operand):
        raise LeafError("a comparison takes a whole value", span_of(operand), "leave out the *")
    return operand


def _unequal(parsed: Parsed, field: str, span: Span) -> Node:
    return _phrase(parsed, field, span) if isinstance(parsed, Tree) else _token(parsed, field, span)


def _phrase(tree: Tree[Token], field: str | None, span: Span) -> Node:
    text = phrase_text(str(tree.children[0])[1:-1])
    return leaves.phrase(text, field, span, is_prefix=len(tree.children) > 1)


def _token(token: Token, field: str | None, span: Span) -> Node:
    if token.type == "RAW":
        return leaves.phrase(token[1:-1], field, span, is_prefix=False)
    if token.type == "REGEX":
        pattern, flags = scan.regex_parts(token)
        return leaves.regex(
            TextRegex(pattern, flags, span=span) if field is None else Regex(field, pattern, flags, span=span)
        )
    if token.type == "RANGE":
        return leaves.range_of(token, field or "", span)
    if field is None:
        return leaves.bare_word(token, span)
    return leaves.field_word(token, field, span)
