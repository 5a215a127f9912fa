"""Lets filters ask for a core column by the key that the log writes for it, such as `app` for the service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from logtui.model.names import FIELD_PREFIX
from logtui.model.written_names import core_written_as, key_pattern
from logtui.query.meaning.kinds import asks_for_number
from logtui.query.meaning.levels import of_level
from logtui.query.syntax.escapes import has_wildcards, unescape
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.tree import (
    All,
    And,
    Exists,
    Node,
    Not,
    Or,
    Regex,
    Text,
    TextGlob,
    TextRegex,
    conjunction,
    disjunction,
    negation,
)

if TYPE_CHECKING:
    from logtui.query.syntax.tree import FieldLeaf


def with_cores(node: Node) -> Node:
    """Extend leaves on keys of core columns: `app:x` is `@app:x OR (-@app:* service:x)`, if the raw text has the key.

    Args:
        node: The tree as typed.

    Returns:
        The tree to compile; for the tree itself again, the same.
    """
    match node:
        case And(children):
            return conjunction([with_cores(child) for child in children], node.span)
        case Or(children):
            return disjunction([with_cores(child) for child in children], node.span)
        case Not(child):
            return negation(with_cores(child), node.span)
        case All() | Text() | TextGlob() | TextRegex():
            return node
        case _:
            return _with_core(node)


def _with_core(leaf: FieldLeaf) -> Node:
    core = None if has_wildcards(leaf.field) else core_written_as(unescape(leaf.field))
    if core is None:
        return leaf
    field = replace(leaf, field=FIELD_PREFIX + leaf.field)
    if core == "level" and not _may_be_level(leaf):
        return field
    lacks_field = Not(Exists(field.field, span=leaf.span), span=leaf.span)
    has_key = Regex("raw", key_pattern(unescape(leaf.field)), "i", span=leaf.span)
    return Or((field, And((lacks_field, replace(leaf, field=core), has_key), span=leaf.span)), span=leaf.span)


def _may_be_level(leaf: FieldLeaf) -> bool:
    """Whether levels can be compared so, unlike in `priority:>5`, which can only mean a number of the log."""
    if asks_for_number(leaf):
        return False
    try:
        of_level(leaf)
    except LeafError:
        return False
    return True
