"""Field names in queries: which names a tree mentions and which columns a name means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from logtui.model.names import (
    CORE_ALIASES,
    CORE_NAMES,
    FIELD_PREFIX,
    WELL_KNOWN_FIELDS,
    field_column,
    resolve_name,
)
from logtui.query.regexes import glob_regex
from logtui.query.syntax.escapes import has_wildcards, unescape
from logtui.query.syntax.tree import FieldLeaf, leaves_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from logtui.query.syntax.pipes import Query
    from logtui.query.syntax.tree import Span

Step: TypeAlias = str | int
"""A key, or an index into an array."""

_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_OUTSIDE_GLOBS: Final = frozenset(
    {"timestamp", "order_time", "raw", "line", "offset", "bytes", "seq", "ingest_time", "format", "source"}
)
"""Columns that `*:x` leaves out, since they are not fields of the log, such as the byte offset and the raw text."""


class AmbiguousNameError(LookupError):
    """A name that equals several columns if case is ignored, and none exactly.

    Args:
        candidates: These columns.
    """

    def __init__(self, candidates: Sequence[str]) -> None:
        super().__init__(f"several fields differ only in case: {', '.join(candidates)}")
        self.candidates = tuple(candidates)


def fields_of(query: Query) -> frozenset[str]:
    """Collect the field names that a query mentions.

    Args:
        query: The filter and its pipes.

    Returns:
        Names in escaped form, as typed; empty for queries of text alone.
    """
    return frozenset(name for name, _ in names_in(query))


def names_in(query: Query) -> Iterator[tuple[str, Span]]:
    """Find the names of record fields in a query, with their spans.

    Args:
        query: The filter and its pipes.

    Yields:
        Names in escaped form. Names behind a pipe that makes a table mean columns of that table and are left out.
    """
    for leaf in leaves_of(query.filter):
        if isinstance(leaf, FieldLeaf):
            yield leaf.field, leaf.span
    for pipe in query.pipes:
        yield from pipe.names
        if pipe.table:
            return


def names_behind(query: Query) -> Iterator[tuple[str, Span, tuple[str, ...]]]:
    """Find the names in pipes that mean columns of a table, which a pipe before them has made.

    Args:
        query: The filter and its pipes.

    Yields:
        A name in escaped form, its span, and the columns of that table.
    """
    columns: tuple[str, ...] = ()
    for pipe in query.pipes:
        if columns:
            yield from ((name, span, columns) for name, span in pipe.names)
        columns = pipe.table or columns


def is_core_only(query: Query) -> bool:
    """Whether a query can be answered from the core columns, without any field column.

    Args:
        query: The filter and its pipes.

    Returns:
        False if a name holds a wildcard or is neither a core column nor an alias of one.
    """
    return all(name in CORE_NAMES or name in CORE_ALIASES for name in fields_of(query))


def columns_named(name: str, columns: Iterable[str]) -> list[str]:
    """Resolve a name in a query to columns.

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


def inside(name: str, columns: Iterable[str]) -> tuple[str, tuple[Step, ...]] | None:
    """Resolve a path into the value of a field, for a name that is not a field itself.

    Args:
        name: The name in escaped form, such as `items.id` or `resource[0].id`.
        columns: The columns of the frame at hand.

    Returns:
        A field column, and the keys and indices that lead from its value to the one named; None if no beginning of the
        name is a field.
    """
    if has_wildcards(name):
        return None
    known = [column for column in columns if column.startswith(FIELD_PREFIX)]
    steps = [int(index) if index else key for key, index in _STEP.findall(unescape(name).removeprefix(FIELD_PREFIX))]
    for cut in range(len(steps) - 1, 0, -1):
        head = ".".join(map(str, steps[:cut]))
        column = resolve_name(FIELD_PREFIX + head, known)
        if column in known:
            return str(column), tuple(steps[cut:])
    return None


def _columns_like(name: str, columns: list[str]) -> list[str]:
    fields_only = name.startswith(FIELD_PREFIX)
    pattern = re.compile(glob_regex(name.removeprefix(FIELD_PREFIX)))
    spelled = {field_column(path) for path in WELL_KNOWN_FIELDS if pattern.search(path)}
    core = (
        [] if fields_only else [c for c in columns if c in CORE_NAMES and c not in _OUTSIDE_GLOBS and pattern.search(c)]
    )
    fields = [c for c in columns if c.startswith(FIELD_PREFIX) and (c in spelled or pattern.search(c[1:]))]
    return core + fields


def _refuse_ambiguous(name: str, columns: list[str]) -> None:
    wanted = field_column(name.removeprefix(FIELD_PREFIX)).lower()
    candidates = [column for column in columns if column.lower() == wanted]
    if len(candidates) > 1:
        raise AmbiguousNameError(candidates)
