"""Hints on likely mistakes in queries that are valid."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from logtui.model.levels import LEVELS, level_named
from logtui.model.record import CORE_ALIASES, CORE_SCHEMA, FIELD_PREFIX, field_column
from logtui.model.written_names import core_written_as, key_pattern
from logtui.query.meaning.bounds import bounds_of
from logtui.query.meaning.columns import class_of
from logtui.query.meaning.kinds import kind_of
from logtui.query.names import AmbiguousNameError, columns_named, inside, names_behind, names_in
from logtui.query.syntax.canonical import tree_text
from logtui.query.syntax.escapes import escape, has_wildcards, unescape
from logtui.query.syntax.habits import habits_in
from logtui.query.syntax.quantities import as_address, as_duration, as_number, as_size
from logtui.query.syntax.spelling import name_text
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from logtui.query.syntax.pipes import Query

_OPERATORS: Final = ("or", "and", "not")
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d).*")
_HUNDREDS: Final = re.compile(r"[1-5]\*")
_READ_AS: Final = {
    **dict.fromkeys(("body", "event"), "message"),
    **dict.fromkeys(("datetime", "asctime"), "timestamp"),
}
"""Common keys of logs whose values stand in a column of another name."""

_SPECIAL: Final = ("_exists_", "_missing_", "has")


@dataclass(frozen=True, slots=True)
class Hint:
    """One line of advice.

    Attributes:
        message: What the query means and what to write instead.
        span: The place in the query.
        only_if_empty: Whether to show it only if nothing matched, since the query may be meant as it is.
    """

    message: str
    span: Span
    only_if_empty: bool = False


def hints_of(query: Query, text: str, sample: pl.DataFrame | None = None) -> list[Hint]:
    """Find likely mistakes in a query.

    Args:
        query: The query.
        text: Its text.
        sample: Some records with all known columns; None if there are none, so that names are not judged.

    Returns:
        Hints, the most important first; at most one for each place in the query.
    """
    tree = query.filter
    kinds: list[Iterator[Hint]] = [_operators(tree, text), _ranges(tree)]
    if sample is not None:
        kinds = [_habits(text, sample), _names(query, sample), *kinds]
        kinds += [_levels(tree, sample), _both_values(tree, sample), _shadowed_names(query, sample)]
    kinds += [_globs(tree), _nulls(tree)]
    return _one_for_each_place(hint for kind in kinds for hint in sorted(kind, key=lambda hint: hint.span[0]))


_COMPARISONS: Final = ("!=", "==", "=~", "!~", "<>")
"""Operators of other tools that do not occur in the texts of logs, as `name=value` does."""


def _one_for_each_place(hints: Iterable[Hint]) -> list[Hint]:
    kept: list[Hint] = []
    for hint in hints:
        if all(hint.span[1] <= other.span[0] or other.span[1] <= hint.span[0] for other in kept):
            kept.append(hint)
    return kept


def _habits(text: str, sample: pl.DataFrame) -> Iterator[Hint]:
    """Syntax of other tools, if the log has the field that it names or the operator leaves no doubt."""
    for habit in habits_in(text, tuple(column.removeprefix(FIELD_PREFIX) for column in sample.columns)):
        is_sure = habit.field is None or any(sign in habit.typed for sign in _COMPARISONS)
        if is_sure or _is_known(habit.field or "", sample.columns):
            yield Hint(habit.message, habit.span, only_if_empty="<>" not in habit.typed)


def name_hint(name: str, columns: Sequence[str]) -> str:
    """Suggest what a name that no column has was meant to be.

    Args:
        name: A field name in escaped form, as it stands in the query.
        columns: The columns of the records.

    Returns:
        A line of advice.
    """
    typed = unescape(name)
    plain = typed.removeprefix(FIELD_PREFIX)
    if typed != plain and CORE_ALIASES.get(plain, plain) in CORE_SCHEMA:
        return f"no record has a field {plain} of its own; write {plain} without {FIELD_PREFIX}"
    parts = [column[1:] for column in columns if column.startswith(f"{field_column(plain)}.")]
    if parts:
        return f"{plain} has parts, such as {parts[0]}; {plain}.* means all of them"
    known = [column.removeprefix(FIELD_PREFIX) for column in columns] + list(CORE_ALIASES)
    folded = {other.lower(): other for other in reversed(known)} | _READ_AS
    if core := core_written_as(plain):
        return f"no record has the field {plain}; did you mean {core}?"
    close = _closest(plain.lower(), folded) or _closest(plain.lower().rpartition(".")[2].strip("_"), folded)
    return f"no record has the field {plain}" + (f"; did you mean {folded[close]}?" if close else "")


def hints_of_names(names: Iterable[str], columns: Sequence[str]) -> list[str]:
    """Find the names that no record has.

    Args:
        names: Names of columns and fields, not escaped.
        columns: The columns of the records.

    Returns:
        A line of advice for each such name.
    """
    return [
        name_hint(name, columns)
        for name in map(escape, names)
        if not (_is_known(name, columns) or core_written_as(unescape(name)))
    ]


def _closest(name: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, known, n=1, cutoff=0.7)), None)


def _operators(node: Node, text: str) -> Iterator[Hint]:
    """`or`, `and` and `not` in lower case, which are searched for as words."""
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
    """Names that nothing has, among the records' fields and behind a pipe that makes a table."""
    for name, span in names_in(query):
        if has_wildcards(name) or name in _SPECIAL or _is_known(name, sample.columns) or _is_written(name, sample):
            continue
        yield Hint(name_hint(name, sample.columns), span)
    for name, span, columns in names_behind(query):
        if unescape(name) not in columns and not has_wildcards(name):
            yield Hint(_column_hint(unescape(name), columns), span)


def _is_written(name: str, sample: pl.DataFrame) -> bool:
    """Whether a name is the key of a core column in any record."""
    plain = unescape(name)
    return core_written_as(plain) is not None and sample["raw"].str.contains(f"(?i){key_pattern(plain)}").any()


def _column_hint(name: str, columns: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, columns, n=1)
    return f"there is no column {name} behind that pipe; " + (
        f"did you mean {close[0]}?" if close else f"there are {', '.join(columns)}"
    )


def _shadowed_names(query: Query, sample: pl.DataFrame) -> Iterator[Hint]:
    for name, span in names_in(query):
        plain = unescape(name)
        core, own = CORE_ALIASES.get(plain, plain), field_column(plain)
        if core in CORE_SCHEMA and own in sample.columns and _differ(sample, core, own):
            yield Hint(f"{plain} is logtui's own column; {FIELD_PREFIX}{plain} asks the field of the log", span)
        elif class_of(core) == "integer" and (alike := _ending_in(plain, sample.columns)):
            yield Hint(f"{plain} is logtui's own column; did you mean {alike}?", span, only_if_empty=True)


def _ending_in(name: str, columns: Sequence[str]) -> str | None:
    """The first field whose name ends in a word, as `response_bytes` does in `bytes`."""
    fields = (column.removeprefix(FIELD_PREFIX) for column in columns if column.startswith(FIELD_PREFIX))
    return next((field for field in fields if field.endswith((f"_{name}", f".{name}"))), None)


def _differ(sample: pl.DataFrame, core: str, own: str) -> bool:
    """Whether a record says something else in its field than in the core column."""
    pairs = sample.select(pl.col(core).cast(pl.String).alias("core"), pl.col(own).cast(pl.String).alias("own"))
    return any(_plain_value(left) != _plain_value(right) for left, right in pairs.drop_nulls().unique().iter_rows())


def _plain_value(text: str) -> str:
    """A value without what differs only in spelling: a level's name, a time's separator and fraction."""
    level = level_named(text)
    return level or _TIME.sub(r"\1 \2", text).lower()
