"""Decides whether all, none or some records of a rollup row match a filter, without reading the records.

A group is a row of a rollup: records that share a span of time, level, service and message pattern. Its answer is true
if all of them match, false if none does, and null if only reading the records can tell; so Polars' three-valued logic
combines the answers of `and`, `or` and `not`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.errors import QueryError
from logtui.model.masks import ESCAPED_MASK, MASK
from logtui.model.names import CORE_ALIASES
from logtui.model.record import TIME_DTYPE
from logtui.query import regexes
from logtui.query.breadth import check_breadth
from logtui.query.plan import is_event_time, times_of
from logtui.query.polars.filter import compile_filter
from logtui.query.syntax.escapes import pieces
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.tree import (
    All,
    And,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
    Glob,
    Node,
    Not,
    Or,
    Prefix,
    Range,
    Text,
    TextGlob,
    leaves_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.query.meaning.scope import Scope
    from logtui.query.syntax.tree import Leaf

_EXACT: Final = frozenset({"level", "severity_text", "service"})
"""Columns whose value is the same in all records of a group."""

_OPEN_END: Final = f"[A-Za-z0-9_{MASK}]$"
"""The end of a head whose last word may continue in the message."""

_LETTERS: Final = re.compile("[a-z_]+")
_FOLDS: Final = {**{letter: letter + 32 for letter in range(65, 91)}, 0x17F: ord("s"), 0x212A: ord("k")}
"""Characters that Rust's `(?i)` takes for a lower-case ASCII letter: the upper-case letters, the long s, and the sign
of the kelvin, which looks like the letter K."""

MESSAGE_ONLY: Final = 0
HEAD_AND_MESSAGE: Final = 1
ELSEWHERE: Final = 2
"""Values of `reach`, the texts in which a bare term is looked for: the message, the message and its head (the raw text
before the message), or a raw text that the outlines do not describe."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """Groups of records, and summaries of their texts.

    Attributes:
        groups: `start` (Int64, epoch nanoseconds at which the span begins, null if the records have no time), `pattern`
            (UInt32, a row of `patterns`, null if unknown), `reach` (UInt8, which texts a bare term is looked for in),
            `level`, `severity_text` and `service`.
        step: Length of a span, nanoseconds.
        patterns: String, patterns of messages.
        are_cut: Boolean, whether any message of the pattern was cut before it was masked.
        letters: Distinct runs of letters in the masked parts of all texts, in lower case, separated by line feeds; None
            if unknown.
        heads: Distinct `level`, `service` and `head`, the pattern of the raw text before the message; None if unknown.
        rare: Distinct runs of letters in the texts of records whose pattern is unknown, like `letters`.
        other: The value that stands for all rare services and severity texts together.
    """

    groups: pl.DataFrame
    step: int
    patterns: pl.Series
    are_cut: pl.Series
    letters: str | None
    heads: pl.DataFrame | None
    rare: str | None
    other: str


def decide(node: Node, outlines: Outlines, columns: Sequence[str], scope: Scope, *, text: str = "") -> pl.Series:
    """Decide for each group whether all or none of its records match a filter.

    Args:
        node: The filter's tree.
        outlines: The groups.
        columns: The columns of the records.
        scope: The present and the zone.
        text: The query text, for the caret of errors.

    Returns:
        Boolean, one value per group: true if all its records match, false if none does, null if unknown.

    Raises:
        QueryError: If a value is not valid for its column, or names with wildcards stand for too many columns.
    """
    try:
        check_breadth(node, columns)
        return _Decider(outlines, columns, scope, text).node(node)
    except LeafError as error:
        raise QueryError(error.message, text=text, start=error.span[0], end=error.span[1], hint=error.hint) from None


def asks_for_texts(node: Node) -> bool:
    """Whether a filter looks for text in messages, so that message patterns can decide more than rollups by minute."""
    return any(isinstance(leaf, Text | TextGlob) or _in_messages(leaf) is not None for leaf in leaves_of(node))


@dataclass(frozen=True, slots=True)
class _Search:
    """What is looked for in texts.

    Attributes:
        holds: Whether each pattern, in lower case, holds it outside its masks.
        letters: Runs of letters that every text with it holds.
    """

    holds: Callable[[pl.Series], pl.Series]
    letters: list[str]

    @classmethod
    def of_needle(cls, needle: str) -> _Search:
        """A text, in any case."""
        return cls(partial(_holds, needle=needle), _letters_of(needle))

    @classmethod
    def of_glob(cls, pattern: str) -> _Search:
        """A glob inside a text."""
        return cls(partial(_finds, pattern=pattern), _letters_of(_literal(pattern)))


class _Decider:
    """Answers each node of a tree with a Boolean per group."""

    def __init__(self, outlines: Outlines, columns: Sequence[str], scope: Scope, text: str) -> None:
        self._outlines = outlines
        self._groups = outlines.groups
        self._columns = columns
        self._scope = scope
        self._text = text

    def node(self, node: Node) -> pl.Series:
        match node:
            case All():
                return self._all(True)
            case And(children):
                return self._combined(pl.all_horizontal, children)
            case Or(children):
                return self._combined(pl.any_horizontal, children)
            case Not(child):
                return ~self.node(child)
            case Text(needle):
                return self._bare(_Search.of_needle(needle))
            case TextGlob(pattern):
                return self._bare(_Search.of_glob(pattern))
            case _:
                return self._leaf(node)

    def _all(self, value: bool | None) -> pl.Series:  # noqa: FBT001 - the value itself
        return pl.Series([value], dtype=pl.Boolean).new_from_index(0, len(self._groups))

    def _combined(self, combine: Callable[[list[pl.Expr]], pl.Expr], children: Sequence[Node]) -> pl.Series:
        columns = {str(place): self.node(child) for place, child in enumerate(children)}
        return pl.DataFrame(columns).select(combine([pl.col(name) for name in columns])).to_series()

    def _leaf(self, leaf: Leaf) -> pl.Series:
        match leaf:
            case Exists() if is_event_time(leaf):
                return self._groups["start"].is_not_null()
            case Equals() | EqualsLiteral() | Exact() | Compare() | Range() if is_event_time(leaf):
                return self._in_time(leaf)
        expr = self._compiled(leaf)
        roots = set(expr.meta.root_names())
        if roots <= _EXACT:
            return self._exact(expr, roots)
        search = _in_messages(leaf)
        return self._all(None) if search is None or roots != {"message"} else self._by_pattern(search)

    def _exact(self, expr: pl.Expr, roots: set[str]) -> pl.Series:
        found = self._groups.select(pl.repeat(True, pl.len()).alias("all"), expr.alias("found"))["found"]
        uncertain = [
            self._groups[name].cast(pl.String) == self._outlines.other for name in roots & {"service", "severity_text"}
        ]
        for other in uncertain:
            found = found.set(other.fill_null(value=False), None)
        return found

    def _in_time(self, leaf: FieldLeaf) -> pl.Series:
        """Decide a leaf on `timestamp`, whose matches are one interval of time.

        All records match if both ends of the span do; none does if neither end does and the interval is not inside.
        """
        times = times_of(leaf, self._scope)
        start, last = pl.col("start"), pl.col("start") + (self._outlines.step - 1)
        ends = [self._groups.select(end.cast(TIME_DTYPE).alias("timestamp")) for end in (start, last)]
        expr = self._compiled(leaf)
        at_start, at_last = (moments.select(found=expr)["found"] for moments in ends)
        inside = pl.lit(value=False)
        if times.first is not None and times.last is not None:
            inside = (start.cast(TIME_DTYPE) <= times.first) & (last.cast(TIME_DTYPE) >= times.last)
        frame = self._groups.select("start", inside=inside.fill_null(value=False), at_start=at_start, at_last=at_last)
        decided = (
            pl.when(pl.col("start").is_null())
            .then(False)
            .when(pl.col("at_start") & pl.col("at_last"))
            .then(True)
            .when(~pl.col("at_start") & ~pl.col("at_last") & ~pl.col("inside"))
            .then(False)
        )
        return frame.select(decided.alias("decided"))["decided"]

    def _compiled(self, leaf: Leaf) -> pl.Expr:
        scope = self._scope
        return compile_filter(leaf, self._columns, now=scope.now, zone=scope.zone, newest=scope.newest, text=self._text)

    def _by_pattern(self, search: _Search) -> pl.Series:
        """Decide by the message pattern of each group; a cut pattern cannot answer no, since its rest is unknown."""
        outlines = self._outlines
        decided = self._texts(outlines.patterns, search)
        decided = decided.set(outlines.are_cut & ~decided.fill_null(value=True), None)
        found = pl.DataFrame({"pattern": pl.int_range(len(decided), dtype=pl.UInt32, eager=True), "decided": decided})
        known = self._groups.select("pattern").join(found, on="pattern", how="left", maintain_order="left")
        is_ruled_out = outlines.rare is not None and any(run not in outlines.rare for run in search.letters)
        return known["decided"].set(known["pattern"].is_null(), False) if is_ruled_out else known["decided"]

    def _bare(self, search: _Search) -> pl.Series:
        message = self._by_pattern(search)
        heads = self._by_head(search)
        frame = pl.DataFrame({"reach": self._groups["reach"], "message": message, "heads": heads})
        decided = (
            pl.when(pl.col("reach") == MESSAGE_ONLY)
            .then("message")
            .when(pl.col("reach") == HEAD_AND_MESSAGE)
            .then(pl.col("message") | pl.col("heads"))
        )
        return frame.select(decided.alias("decided"))["decided"]

    def _by_head(self, search: _Search) -> pl.Series:
        """Decide by the heads with the level and service of each group: all of them must agree."""
        heads = self._outlines.heads
        if heads is None:
            return self._all(None)
        decided = self._texts(heads["head"], search)
        # A needle may begin in a head that ends in a letter and end in the message.
        decided = decided.set(heads["head"].str.contains(_OPEN_END) & ~decided.fill_null(value=True), None)
        answers = heads.select("level", "service").with_columns(decided.alias("decided"))
        known = answers.group_by("level", "service").agg(
            pl.col("decided").all(ignore_nulls=False).alias("all"),
            pl.col("decided").any(ignore_nulls=False).alias("any"),
        )
        joined = self._groups.select("level", "service").join(
            known, on=["level", "service"], how="left", nulls_equal=True, maintain_order="left"
        )
        decided_here = pl.when(pl.col("all")).then(True).when(~pl.col("any")).then(False)
        return joined.select(decided_here.alias("decided"))["decided"]

    def _texts(self, texts: pl.Series, search: _Search) -> pl.Series:
        """Decide by patterns: true if an unmasked part holds it, false if not even a masked part can hold it."""
        folded = pl.Series([text.translate(_FOLDS) for text in texts.to_list()], dtype=pl.String)
        found = search.holds(folded)
        impossible = pl.repeat(False, len(texts), eager=True)
        for run in search.letters:
            here = folded.str.contains(run, literal=True)
            if self._outlines.letters is None:
                here |= folded.str.contains(MASK, literal=True)
            elif run in self._outlines.letters:
                here |= True
            impossible |= ~here
        return pl.select(pl.when(found).then(True).when(impossible).then(False)).to_series()


def _holds(texts: pl.Series, needle: str) -> pl.Series:
    folded = needle.translate(_FOLDS)
    if not needle.isascii():
        return pl.repeat(False, len(texts), eager=True)
    return texts.str.contains(folded, literal=True)


def _finds(texts: pl.Series, pattern: str) -> pl.Series:
    """Whether a glob is found in each pattern; never if it has a `?`, since a mask stands for any number of letters."""
    if any(letter == "?" and is_wild for letter, is_wild in pieces(pattern)) or not pattern.isascii():
        return pl.repeat(False, len(texts), eager=True)
    return texts.str.contains(regexes.text_glob_regex(pattern))


def _literal(pattern: str) -> str:
    return "".join("\0" if is_wild else letter for letter, is_wild in pieces(pattern))


def _letters_of(needle: str) -> list[str]:
    """The runs of ASCII letters that every text with the needle holds; none if it has other letters or a mask."""
    if not needle.isascii() or MASK in needle or ESCAPED_MASK in needle:
        return []
    return sorted(set(_LETTERS.findall(needle.translate(_FOLDS))), key=len, reverse=True)


def _in_messages(leaf: Leaf) -> _Search | None:
    """What a leaf looks for inside messages; None if it does something else."""
    if not isinstance(leaf, FieldLeaf) or CORE_ALIASES.get(leaf.field, leaf.field) != "message":
        return None
    match leaf:
        case Equals(value=value) | EqualsLiteral(value=value) | Prefix(value=value) if value:
            return _Search.of_needle(value)
        case Glob(pattern=pattern):
            return _Search.of_glob(pattern)
        case _:
            return None
