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


def fields_of(query: Query) -> frozenset[str]:
    """The field names that a query mentions.

    Args:
        query: The filter and its pipes.

    Returns:
        Names in escaped form, as typed; empty for queries of text alone.
    """
    return frozenset(name for name, _ in names_in(query))


def names_in(query: Query) -> Iterator[tuple[str, Span]]:
    """The names of the records' fields in a query, with their places.

    Args:
        query: The filter and its pipes.

    Yields:
        Names in escaped form. Behind a pipe that makes a table, names are the table's and not among these.
    """
    for leaf in leaves_of(query.filter):
        if isinstance(leaf, FieldLeaf):
            yield leaf.field, leaf.span
    for pipe in query.pipes:
        yield from pipe.names
        if pipe.table:
            return


def names_behind(query: Query) -> Iterator[tuple[str, Span, tuple[str, ...]]]:
    """The names in pipes behind one that makes a table, with their places and the columns that there are.

    Args:
        query: The filter and its pipes.

    Yields:
        A name in escaped form, its place, and the columns of the table that it stands behind.
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


def inside(name: str, columns: Iterable[str]) -> tuple[str, tuple[Step, ...]] | None:
    """The field that a path reaches into, for names that are no field themselves.

    Args:
        name: The name in escaped form, such as `items.id` or `resource[0].id`.
        columns: The columns of the frame at hand.

    Returns:
        A field column and the steps from its value to the one that is meant; None if no part of the name is
        a field.
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
