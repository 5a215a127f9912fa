"""Derives from a query what a reader needs in advance: the columns to read, and times and texts to prune by.

Times and texts are necessary conditions: every record that the query matches is inside the time range and satisfies
each clause, so that other records need not be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from logtui.errors import QueryError
from logtui.model.names import CORE_ALIASES
from logtui.model.written_names import core_written_as
from logtui.query.meaning.bounds import bounds_of
from logtui.query.meaning.moments import interval_of, moment_bound
from logtui.query.names import AmbiguousNameError, columns_named, fields_of, inside
from logtui.query.syntax.escapes import has_wildcards, pieces, unescape
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.quantities import as_address, is_canonical_number, is_unusual_number
from logtui.query.syntax.tree import (
    All,
    And,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    FieldLeaf,
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
    leaves_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from logtui.model.times import Interval
    from logtui.query.meaning.scope import Scope
    from logtui.query.syntax.pipes import Query

_BARE_COLUMNS: Final = ("format", "message", "raw")
_PLAIN: Final = re.compile(r"[\w.:@/-]+", re.ASCII)
_WORDS_ONLY: Final = re.compile(r"[\w ]+", re.ASCII)
_UNTEXTED: Final = frozenset({"level", "timestamp", "order_time", "line", "offset", "bytes", "seq", "ingest_time"})


@dataclass(frozen=True, slots=True)
class Needle:
    """A text that a matching record contains, in any case.

    Attributes:
        text: The text.
        field: The plain name of the field in whose value it occurs; None for the message or the raw line.
    """

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Event times from `first` to `last`, both included; None for an open end."""

    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reads:
    """The columns that a query reads.

    Attributes:
        columns: The columns that exist.
        missing: Names in the query that no column has.
    """

    columns: tuple[str, ...]
    missing: tuple[str, ...]


def reads_of(query: Query, columns: Sequence[str]) -> Reads:
    """Find the columns that a filter and its pipes need.

    Args:
        query: The query.
        columns: The columns at hand.

    Returns:
        The columns, in their order in the frame, and the names that mean none of them.
    """
    wanted: set[str] = set()
    missing = []
    for name in sorted(fields_of(query)):
        found = _columns_or_none(name, columns)
        if (core := core_written_as(unescape(name))) is not None:
            found += [core, "raw"]
        wanted.update(found)
        if not found:
            missing.append(name)
    if "level" in wanted:
        wanted.add("severity_text")
    if any(isinstance(leaf, Text | TextGlob | TextRegex) for leaf in leaves_of(query.filter)):
        wanted.update(_BARE_COLUMNS)
    wanted.update(*(pipe.reads for pipe in query.pipes))
    return Reads(tuple(column for column in columns if column in wanted), tuple(missing))


def computed_columns(query: Query, columns: Sequence[str]) -> frozenset[str]:
    """Find the columns whose values the pipes only compute with, so that numbers in place of texts will do.

    Args:
        query: The query.
        columns: The columns at hand.
    """
    if not query.pipes:
        return frozenset()
    pipe = query.pipes[0]
    numbers = {column for name in pipe.computes for column in _columns_or_none(name, columns)}
    others = {name for name, _ in pipe.names} - pipe.computes
    return frozenset(numbers - {column for name in others for column in _columns_or_none(name, columns)} - pipe.reads)


def _columns_or_none(name: str, columns: Sequence[str]) -> list[str]:
    try:
        found = columns_named(name, columns)
    except AmbiguousNameError as error:
        return list(error.candidates)
    reached = None if found else inside(name, columns)
    return found or ([] if reached is None else [reached[0]])


def time_range(node: Node, scope: Scope, *, text: str = "") -> TimeRange:
    """Find the range of event times that a filter can match.

    Args:
        node: The tree.
        scope: The present and the zone.
        text: The query text, for the caret of the error.

    Returns:
        The range; records without a time are outside if it has an end.

    Raises:
        QueryError: If a time in the filter is not valid.
    """
    try:
        return times_of(node, scope)
    except LeafError as error:
        raise QueryError(error.message, text=text, start=error.span[0], end=error.span[1], hint=error.hint) from None


def times_of(node: Node, scope: Scope) -> TimeRange:
    """As `time_range`, but an invalid time raises `LeafError`."""
    match node:
        case And(children):
            ranges = [times_of(child, scope) for child in children]
            return TimeRange(
                max((one.first for one in ranges if one.first is not None), default=None),
                min((one.last for one in ranges if one.last is not None), default=None),
            )
        case Or(children):
            return _hull([times_of(child, scope) for child in children])
        case Equals() | EqualsLiteral() | Exact() if is_event_time(node):
            interval = interval_of(node.value, scope, node.span)
            return TimeRange(interval.start, interval.end)
        case Compare() | Range() if is_event_time(node):
            bounds = [moment_bound(bound, scope, node.span) for bound in bounds_of(node)]
            return TimeRange(
                next((moment for op, moment in bounds if op in (">", ">=")), None),
                next((moment for op, moment in bounds if op in ("<", "<=")), None),
            )
        case _:
            return TimeRange()


def _hull(ranges: list[TimeRange]) -> TimeRange:
    firsts = [one.first for one in ranges if one.first is not None]
    lasts = [one.last for one in ranges if one.last is not None]
    return TimeRange(
        min(firsts) if len(firsts) == len(ranges) else None,
        max(lasts) if len(lasts) == len(ranges) else None,
    )


def moments_of(node: Node, scope: Scope) -> tuple[Interval | None, ...]:
    """Resolve the times in a filter, so that the same relative time at two moments can be distinguished.

    Args:
        node: The tree.
        scope: The present and the zone.

    Returns:
        An interval for each value that a leaf compares with, from left to right; None for a value that is not a time.
    """
    return tuple(_interval_or_none(text, scope) for leaf in leaves_of(node) for text in _compared(leaf))


def _compared(leaf: Leaf) -> list[str]:
    match leaf:
        case Compare() | Range():
            return [value for _, value in bounds_of(leaf)]
        case Equals() | EqualsLiteral() | Exact():
            return [leaf.value]
        case _:
            return []


def _interval_or_none(text: str, scope: Scope) -> Interval | None:
    try:
        return interval_of(text, scope, (0, 0))
    except LeafError:
        return None


def is_event_time(leaf: FieldLeaf) -> bool:
    """Whether a leaf compares the event time."""
    return CORE_ALIASES.get(leaf.field, leaf.field) == "timestamp"


def clauses_of(node: Node) -> tuple[tuple[Needle, ...], ...]:
    """Find texts that every matching record contains.

    Args:
        node: The tree.

    Returns:
        Clauses: a matching record contains at least one needle of each. Empty if no text is required.
    """
    return tuple(dict.fromkeys(_clauses(node)))


def _clauses(node: Node) -> list[tuple[Needle, ...]]:
    match node:
        case And(children):
            return [clause for child in children for clause in _clauses(child)]
        case Or(children):
            sides = [_clauses(child) for child in children]
            if not all(sides):
                return []
            return [tuple(dict.fromkeys(needle for side in sides for needle in max(side, key=_strength)))]
        case Not():
            return []
        case _:
            return [(needle,) for needle in _needles(node)]


def _strength(clause: tuple[Needle, ...]) -> int:
    """Estimate how much a clause prunes: longer needles are rarer, and the shortest one decides."""
    return min(len(needle.text) for needle in clause)


def _needles(leaf: Leaf) -> Iterable[Needle]:
    match leaf:
        case Text(needle):
            return [Needle(needle)] if needle else []
        case TextGlob(pattern):
            return [Needle(part) for part in _literal_parts(pattern)]
        case TextRegex(pattern, flags):
            return [Needle(pattern)] if _WORDS_ONLY.fullmatch(pattern) and "x" not in flags else []
        case All():
            return []
        case _:
            return _field_needles(leaf)


def _field_needles(leaf: FieldLeaf) -> list[Needle]:
    name = CORE_ALIASES.get(leaf.field, leaf.field)
    if has_wildcards(leaf.field) or name in _UNTEXTED:
        return []
    # Arrays are stored as JSON text, in which characters beyond these may be escaped.
    return [Needle(part, name) for part in _field_texts(leaf) if _PLAIN.fullmatch(part)]


def _field_texts(leaf: FieldLeaf) -> list[str]:
    match leaf:
        case Equals(value=value) if is_canonical_number(value):
            return [_shortest_number(value)]
        case Equals(value=value) if is_unusual_number(value):
            return []
        case Equals(value=value) if (address := as_address(value)) is not None and address.version == 6:
            return []
        case Equals(value=value) | EqualsLiteral(value=value) | Exact(value=value) | Prefix(value=value):
            return [value] if value else []
        case Glob(pattern=pattern):
            return _literal_parts(pattern)
        case Regex(pattern=pattern):
            return [pattern] if _WORDS_ONLY.fullmatch(pattern) and " " not in pattern else []
        case _:
            return []


def _shortest_number(value: str) -> str:
    """The text that all spellings of a number contain: `500` for `500.0`, `0` for `-0.00`."""
    short = value.rstrip("0").rstrip(".") if "." in value else value
    return short.removeprefix("-") if short in ("-0", "0", "-") else short


def _literal_parts(pattern: str) -> list[str]:
    """The runs of literal letters between the wildcards of a glob."""
    text = "".join("\x00" if is_wild else letter for letter, is_wild in pieces(pattern))
    return [part for part in text.split("\x00") if part]
