"""Derives from a filter what the line of every matching record of one line meets, without reading the line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from logtui.model.names import CORE_ALIASES, CORE_NAMES
from logtui.model.severities import level_named
from logtui.query.plan import clauses_of
from logtui.query.rows.predicate import predicate
from logtui.query.syntax.escapes import has_wildcards, unescape
from logtui.query.syntax.tree import And, FieldLeaf, Node, conjunction, leaves_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.query.plan import Needle

_AS_WRITTEN: Final = re.compile(r"(?=.*[A-DF-Za-df-z])[A-Za-z0-9 _.,:;=@+-]{2,}")
"""Texts that JSON writes as they are, but for escapes; letters beside the one of exponents tell them from numbers,
which can be written in several ways."""

_IN_LINE: Final = frozenset(("message", "raw", "service", "host", "logger"))
"""The core columns whose texts stand in the line."""

_LEVELS: Final = frozenset(("level", "severity_text"))


@dataclass(frozen=True, slots=True)
class _Leveled:
    """A record of which only the level is known."""

    level: str
    severity_text: str


def level_test(node: Node) -> Callable[[str], bool] | None:
    """Derive from a filter which levels a matching record may have.

    Args:
        node: The tree.

    Returns:
        Whether a record may match whose level is spelt so; None if the filter does not tell.
    """
    parts = node.children if isinstance(node, And) else (node,)
    asking = [part for part in parts if all(map(_asks_for_level, leaves_of(part)))]
    if not asking:
        return None
    holds = predicate(conjunction(asking), now=datetime.now(UTC), zone=UTC)

    def may_match(word: str) -> bool:
        level = level_named(word)
        return level is None or holds(_Leveled(level, word.strip()))  # type: ignore[arg-type]  # it has what leaves ask

    return may_match


def needles_of(node: Node) -> list[list[str]]:
    """Derive from a filter the texts that the line of a matching record holds.

    Args:
        node: The tree.

    Returns:
        Clauses of needles in lower case; the line holds at least one of each in any case, as it stands or with escapes.
    """
    clauses = [clause for clause in clauses_of(node) if all(map(_stands_in_line, clause))]
    return [[needle.text.lower() for needle in clause] for clause in clauses]


def _asks_for_level(leaf: object) -> bool:
    if not isinstance(leaf, FieldLeaf) or has_wildcards(leaf.field):
        return False
    name = unescape(leaf.field)
    return CORE_ALIASES.get(name, name) in _LEVELS


def _stands_in_line(needle: Needle) -> bool:
    if not _AS_WRITTEN.fullmatch(needle.text):
        return False
    if needle.field is None:
        return True
    name = unescape(needle.field).lower()
    name = CORE_ALIASES.get(name, name)
    return name not in CORE_NAMES or name in _IN_LINE
