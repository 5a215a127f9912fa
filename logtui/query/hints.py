"""Hints: what a query that is no error probably should have said."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from logtui.model.levels import LEVELS, level_named
from logtui.model.record import CORE_ALIASES, CORE_SCHEMA, FIELD_PREFIX, field_column
from logtui.query.expressions.kinds import kind_of
from logtui.query.expressions.scope import bounds_of
from logtui.query.names import AmbiguousNameError, columns_named, inside, names_in
from logtui.query.syntax.canonical import name_text, tree_text
from logtui.query.syntax.quantities import as_address, as_duration, as_number, as_size
from logtui.query.syntax.tree import (
    And,
    Equals,
    EqualsLiteral,
    FieldLeaf,
    Glob,
    Node,
    Not,
    Or,
    Range,
    Span,
    Text,
    leaves_of,
)
from logtui.query.syntax.words import has_wildcards, unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from logtui.query.syntax.pipes import Query

_OPERATORS: Final = ("or", "and", "not")
_ASSIGNMENT: Final = re.compile(r"([^\W\d][\w.\-]*)=([^=\s]+)")
_HUNDREDS: Final = re.compile(r"[1-5]\*")
_SPECIAL: Final = ("_exists_", "_missing_", "has")


@dataclass(frozen=True, slots=True)
class Hint:
    """One line of advice.

    Attributes:
        message: What the query means and what to write instead.
        span: The place in the query.
    """

    message: str
    span: Span


def hints_of(query: Query, text: str, sample: pl.DataFrame | None = None) -> list[Hint]:
    """What to tell whoever wrote a query.

    Args:
        query: The query.
        text: Its text.
        sample: Some records with all known columns; None if there are none, so that names are not judged.

    Returns:
        Hints in order of their places.
    """
    found = [*_operators(query.filter, text), *_ranges(query.filter), *_globs(query.filter), *_nulls(query.filter)]
    if sample is not None:
        found += [*_assignments(query.filter, sample), *_both_values(query.filter, sample)]
        found += [*_names(query, sample), *_levels(query.filter, sample)]
    return sorted(dict.fromkeys(found), key=lambda hint: hint.span)


def name_hint(name: str, columns: Sequence[str]) -> str | None:
    """What a name that no column has was perhaps meant to be.

    Args:
        name: A field name in escaped form, as it stands in the query.
        columns: The columns of the records.

    Returns:
        A line of advice, None if the name means something or looks like nothing that there is.
    """
    plain = unescape(name).removeprefix(FIELD_PREFIX)
    parts = [column[1:] for column in columns if column.startswith(f"{field_column(plain)}.")]
    if parts:
        return f"{plain} has parts, such as {parts[0]}; {plain}.* means all of them"
    known = [column.removeprefix(FIELD_PREFIX) for column in columns] + list(CORE_ALIASES)
    folded = {other.lower(): other for other in reversed(known)}
    close = difflib.get_close_matches(plain.lower(), folded, n=1, cutoff=0.7)
    return f"no record has the field {plain}" + (f"; did you mean {folded[close[0]]}?" if close else "")


def _operators(node: Node, text: str) -> Iterator[Hint]:
    """`or` between two terms, which is a word like any other."""
    for leaf in leaves_of(node) if isinstance(node, And | Or | Not) else ():
        if isinstance(leaf, Text) and leaf.needle in _OPERATORS and text[slice(*leaf.span)] == leaf.needle:
            yield Hint(f"{leaf.needle} is searched for as a word; the operator is {leaf.needle.upper()}", leaf.span)


def _ranges(node: Node) -> Iterator[Hint]:
    for leaf in leaves_of(node):
        if isinstance(leaf, Range) and leaf.low is not None and leaf.high is not None and _is_swapped(leaf):
            quotes = "; quote both bounds to compare them as text" if kind_of(leaf) == "number" else ""
            yield Hint(f"the bounds are swapped: {leaf.low} is more than {leaf.high}{quotes}", leaf.span)


def _is_swapped(leaf: Range) -> bool:
    low, high = (value for _, value in bounds_of(leaf))
    if CORE_ALIASES.get(leaf.field, leaf.field) == "level":
        levels = level_named(low), level_named(high)
        return None not in levels and LEVELS.index(str(levels[0])) > LEVELS.index(str(levels[1]))
    if leaf.quoted:
        return low > high
    readers: tuple[Callable[[str], Any], ...] = (as_number, as_duration, as_size, as_address)
    for read in readers:
        ends = read(low), read(high)
        if None not in ends:
            return bool(getattr(ends[0], "version", 0) == getattr(ends[1], "version", 0) and ends[0] > ends[1])
    return kind_of(leaf) == "text" and low > high


def _globs(node: Node) -> Iterator[Hint]:
    for leaf in leaves_of(node):
        if isinstance(leaf, Glob) and _HUNDREDS.fullmatch(leaf.pattern):
            digit = leaf.pattern[0]
            name = name_text(leaf.field)
            hint = (
                f"{name}:{leaf.pattern} also finds {digit} and {digit}0; {name}:[{digit}00 TO {digit}99] is the range"
            )
            yield Hint(hint, leaf.span)


def _nulls(node: Node) -> Iterator[Hint]:
    for leaf in leaves_of(node):
        if isinstance(leaf, Equals) and leaf.value in ("null", "None", "nil"):
            name = name_text(leaf.field)
            yield Hint(f"{name}:{leaf.value} finds that word; records without the field are -{name}:*", leaf.span)


def _levels(node: Node, sample: pl.DataFrame) -> Iterator[Hint]:
    """`level:eror`: neither a level nor a word that the log writes in its place."""
    for leaf in leaves_of(node):
        if not isinstance(leaf, Equals) or CORE_ALIASES.get(leaf.field, leaf.field) != "level":
            continue
        written = sample["severity_text"].drop_nulls().str.to_lowercase()
        if level_named(leaf.value) is None and leaf.value.lower() not in written:
            yield Hint(level_hint(leaf.value), leaf.span)


def level_hint(word: str) -> str:
    """What a word that is no level was perhaps meant to be."""
    close = difflib.get_close_matches(word.lower(), LEVELS, n=1)
    meant = f"did you mean {close[0]}? " if close else ""
    return f"no level is called {word}; {meant}levels are {', '.join(LEVELS)}"


def _assignments(node: Node, sample: pl.DataFrame) -> Iterator[Hint]:
    """`user=alice`, which is text, where `user` is a field."""
    for leaf in leaves_of(node):
        match = _ASSIGNMENT.fullmatch(leaf.needle) if isinstance(leaf, Text) else None
        if match and _is_known(match[1], sample.columns):
            yield Hint(f"{match[0]} is searched for as text; {match[1]}:{match[2]} asks the field", leaf.span)


def _is_known(name: str, columns: Sequence[str]) -> bool:
    try:
        return bool(columns_named(name, columns)) or inside(name, columns) is not None
    except AmbiguousNameError:
        return True


def _both_values(node: Node, sample: pl.DataFrame) -> Iterator[Hint]:
    """`level:(error warn)`: two values at once of a field that has one."""
    if isinstance(node, Or | Not):
        for child in node.children if isinstance(node, Or) else (node.child,):
            yield from _both_values(child, sample)
    if not isinstance(node, And):
        return
    seen: dict[str, FieldLeaf] = {}
    for child in node.children:
        if not isinstance(child, Equals | EqualsLiteral):
            yield from _both_values(child, sample)
        elif child.field in seen and _has_one_value(child.field, sample):
            other = seen[child.field]
            pair = f"{tree_text(other)} and {tree_text(child)}"
            yield Hint(f"no record has both {pair}; write OR between them, or a comma", child.span)
        else:
            seen[child.field] = child


def _has_one_value(name: str, sample: pl.DataFrame) -> bool:
    try:
        columns = columns_named(name, sample.columns)
    except AmbiguousNameError:
        return False
    if len(columns) != 1 or columns[0] in ("message", "raw", "level"):
        return columns == ["level"]
    cells = sample[columns[0]]
    return not cells.cast(pl.String).str.starts_with("[").any()


def _names(query: Query, sample: pl.DataFrame) -> Iterator[Hint]:
    for name, span in names_in(query):
        if has_wildcards(name) or name in _SPECIAL:
            continue
        if not _is_known(name, sample.columns):
            if hint := name_hint(name, sample.columns):
                yield Hint(hint, span)
        elif (both := _shadowed(name, sample.columns)) is not None:
            yield Hint(f"{name} is logtui's own column; {FIELD_PREFIX}{both} asks the field of the log", span)


def _shadowed(name: str, columns: Sequence[str]) -> str | None:
    """The log's own field behind a name that means one of logtui's columns."""
    plain = unescape(name)
    if plain.startswith(FIELD_PREFIX) or CORE_ALIASES.get(plain, plain) not in CORE_SCHEMA:
        return None
    return plain if field_column(plain) in columns else None
