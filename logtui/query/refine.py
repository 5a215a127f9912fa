"""Adds a clause to a filter or removes it, as a key press on a value does."""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING, Final

from logtui.model.masks import ESCAPED_MASK, MASK
from logtui.query.plan import is_event_time
from logtui.query.syntax.canonical import canonical, tree_text
from logtui.query.syntax.escapes import escape
from logtui.query.syntax.parse import parse
from logtui.query.syntax.pipes import Query
from logtui.query.syntax.spelling import quoted
from logtui.query.syntax.tree import (
    All,
    And,
    Compare,
    Equals,
    EqualsLiteral,
    Exists,
    Glob,
    Not,
    Range,
    conjunction,
    negation,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from logtui.query.syntax.tree import Node

_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_OF_TIME: Final = (Range, Compare, Equals, EqualsLiteral)
_CONTROLS: Final = re.compile(r"[^\S ]|[\x00-\x1f]")
"""Characters that cannot be typed in one line."""


def value_clause(field: str, value: str | None) -> str:
    """Write the clause for records with a value in a field.

    Args:
        field: A field's plain name, such as `service`.
        value: The value as it is shown; None for records without the field.

    Returns:
        A query text.
    """
    name = escape(field)
    if value is None:
        return tree_text(Not(Exists(name)))
    leaf = Equals(name, value) if _PLAIN.fullmatch(value) else EqualsLiteral(name, value)
    return tree_text(leaf)


def pattern_clause(pattern: str, *, is_cut: bool = False) -> str:
    """Write the clause for messages of a pattern.

    Args:
        pattern: The masked message, as `logtui.model.masks.masked` makes it.
        is_cut: Whether messages were cut before they were masked, so that they may continue behind the pattern.

    Returns:
        A query text.
    """
    if MASK not in pattern and not is_cut and not _CONTROLS.search(pattern):
        return f"message:={quoted(pattern)}"
    glob = escape(pattern.replace(ESCAPED_MASK, MASK)).replace(MASK, "*") + "*" * is_cut
    return tree_text(Glob("message", _CONTROLS.sub("?", re.sub(r"[*]{2,}", "*", glob))))


def refined(text: str, clause: str, *, exclude: bool = False) -> str:
    """Add a clause to a query, or remove it if the query has it already.

    Args:
        text: The query; its pipes stay.
        clause: The clause.
        exclude: Whether records that match the clause are to be left out.

    Returns:
        The new query text, `""` if nothing remains.

    Raises:
        QueryError: If one of the texts is no query.
    """
    query = parse(text) if text.strip() else Query(All())
    wanted = parse(clause).filter
    addition = negation(wanted) if exclude else wanted
    present = _parts(query.filter)
    kept = [part for part in present if part not in (wanted, negation(wanted))]
    parts = kept if addition in present else [*kept, addition]
    filtered = conjunction(parts) if parts else All()
    if filtered == All() and not query.pipes:
        return ""
    return canonical(Query(filtered, query.pipes))


def conjuncts(text: str) -> tuple[str, ...]:
    """Split a filter into the clauses that `AND` combines.

    Args:
        text: The query; its pipes are left out.

    Returns:
        Query texts.

    Raises:
        QueryError: If the text is no query.
    """
    return tuple(tree_text(part) for part in _parts(parse(text).filter)) if text.strip() else ()


def conjoined(clauses: Sequence[str], text: str) -> str:
    """Write a query of clauses, combined by `AND`, and the pipes of another query.

    Args:
        clauses: Query texts without pipes.
        text: The query to take the pipes from.

    Returns:
        The query text, `""` if there are neither clauses nor pipes.

    Raises:
        QueryError: If one of the texts is no query.
    """
    pipes = parse(text).pipes if text.strip() else ()
    parts = [part for clause in clauses for part in _parts(parse(clause).filter)]
    if not parts and not pipes:
        return ""
    return canonical(Query(conjunction(parts) if parts else All(), pipes))


def flipped(clause: str) -> str:
    """Negate a clause.

    Raises:
        QueryError: If the text is no query.
    """
    return tree_text(negation(parse(clause).filter))


def limited(text: str, low: datetime | None, high: datetime | None) -> str:
    """Replace the conditions of a query on the event time by the range between two moments.

    Args:
        text: The query; its pipes stay.
        low: The first moment, None to leave the times open.
        high: The last moment.

    Returns:
        The new query text, `""` if nothing remains.

    Raises:
        QueryError: If the text is no query.
    """
    query = parse(text) if text.strip() else Query(All())
    kept = [part for part in _parts(query.filter) if not (isinstance(part, _OF_TIME) and is_event_time(part))]
    if low is not None and high is not None:
        kept.append(parse(f'timestamp:["{_written(low)}" TO "{_written(high)}"]').filter)
    filtered = conjunction(kept) if kept else All()
    if filtered == All() and not query.pipes:
        return ""
    return canonical(Query(filtered, query.pipes))


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _parts(node: Node) -> list[Node]:
    if isinstance(node, All):
        return []
    return list(node.children) if isinstance(node, And) else [node]
