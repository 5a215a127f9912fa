"""Field names in queries: which names a tree mentions and which columns a name means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from logtui.model.record import (
    CORE_ALIASES,
    CORE_SCHEMA,
    FIELD_PREFIX,
    WELL_KNOWN_FIELDS,
    field_column,
    resolve_name,
)
from logtui.query.regexes import glob_regex
from logtui.query.tree import All, Node, Text, TextGlob, TextRegex, leaves_of
from logtui.query.words import has_wildcards, unescape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OUTSIDE_GLOBS: Final = frozenset(
    {"timestamp", "order_time", "raw", "line", "offset", "bytes", "seq", "format", "source"}
)
"""Book-keeping columns that `*:x` leaves out: a byte offset or a whole line is no field of the log."""


class AmbiguousNameError(LookupError):
    """A name that several columns differ from only in case.

    Args:
        candidates: The columns in question.
    """

    def __init__(self, candidates: Sequence[str]) -> None:
        super().__init__(f"several fields differ only in case: {', '.join(candidates)}")
        self.candidates = tuple(candidates)


def fields_of(node: Node) -> frozenset[str]:
    """The field names that a query mentions.

    Args:
        node: The tree.

    Returns:
        Names in escaped form, as typed; empty for queries of text alone.
    """
    return frozenset(leaf.field for leaf in leaves_of(node) if not isinstance(leaf, All | Text | TextGlob | TextRegex))


def is_core_only(node: Node) -> bool:
    """Whether a query can be answered from the core columns, without any field column.

    Args:
        node: The tree.

    Returns:
        False if a name holds a wildcard or is neither a core column nor an alias of one.
    """
    return all(name in CORE_SCHEMA or name in CORE_ALIASES for name in fields_of(node))


def columns_named(name: str, columns: Iterable[str]) -> list[str]:
    """The columns that a name in a query means.

    Args:
        name: The name in escaped form; it may hold wildcards.
        columns: The columns of the frame at hand.

    Returns:
        The columns' names; empty if nothing has that name.

    Raises:
        AmbiguousNameError: If several columns differ from the name only in case.
    """
    known = list(columns)
    if has_wildcards(name):
        return _columns_like(name, known)
    plain = unescape(name)
    found = resolve_name(plain, known)
    if found is not None:
        return [found] if found in known else []
    _refuse_ambiguous(plain, known)
    return []


def _columns_like(name: str, columns: list[str]) -> list[str]:
    fields_only = name.startswith(FIELD_PREFIX)
    pattern = re.compile(glob_regex(name.removeprefix(FIELD_PREFIX)))
    spelled = {field_column(path) for path in WELL_KNOWN_FIELDS if pattern.search(path)}
    core = (
        []
        if fields_only
        else [c for c in columns if c in CORE_SCHEMA and c not in _OUTSIDE_GLOBS and pattern.search(c)]
    )
    fields = [c for c in columns if c.startswith(FIELD_PREFIX) and (c in spelled or pattern.search(c[1:]))]
    return core + fields


def _refuse_ambiguous(name: str, columns: list[str]) -> None:
    wanted = field_column(name.removeprefix(FIELD_PREFIX)).lower()
    candidates = [column for column in columns if column.lower() == wanted]
    if len(candidates) > 1:
        raise AmbiguousNameError(candidates)
