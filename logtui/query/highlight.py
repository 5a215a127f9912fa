"""Highlights: the places in shown texts that match terms and fields of a query, negated ones excepted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import CORE_ALIASES
from logtui.query import regexes
from logtui.query.names import AmbiguousNameError, columns_named
from logtui.query.syntax.tree import (
    And,
    Equals,
    EqualsLiteral,
    Exact,
    FieldLeaf,
    Glob,
    Node,
    Not,
    Or,
    Prefix,
    Regex,
    Span,
    Text,
    TextGlob,
    TextRegex,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LENGTH: Final = 10_000
"""Characters of a text that are searched for highlights."""

_TURKISH: Final = "İı"
"""Letters that Python folds to `i`, unlike the filter's regex engine; texts with them are matched by that engine."""

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
"""Unicode noncharacters, which texts do not contain; they mark the matches that the regex engine has found."""


@dataclass(frozen=True, slots=True)
class _Terms:
    words: tuple[str, ...]
    patterns: tuple[str, ...]


def spans(node: Node, text: str) -> list[Span]:
    """Find the places that the text terms of a query match.

    Args:
        node: The tree.
        text: The text as shown.

    Returns:
        Sorted, merged, half-open character offsets; beyond `MAX_LENGTH` characters nothing is searched.
    """
    terms, shown = _terms_of(node), text[:MAX_LENGTH]
    if any(letter in shown for letter in _TURKISH):
        patterns = [*map(regexes.needle_regex, terms.words), *terms.patterns]
        return _merged([span for pattern in patterns for span in _marked(shown, pattern)])
    found = [match.span() for word in terms.words for match in _compiled(word).finditer(shown)]
    return _merged(found + [span for pattern in terms.patterns for span in _marked(shown, pattern)])


def field_spans(node: Node, records: pl.DataFrame) -> dict[str, list[list[Span]]]:
    """Find the places in the values of fields that the conditions on these fields match.

    Args:
        node: The tree.
        records: A record frame.

    Returns:
        By text column that the query names, except message and raw text: the spans of each record, as of `spans`.
    """
    found: dict[str, list[list[Span]]] = {}
    for leaf in _positive(node, holds=True):
        pattern = _value_pattern(leaf)
        if pattern is None or not isinstance(leaf, FieldLeaf) or _is_text_field(leaf):
            continue
        for column in _text_columns(leaf.field, records):
            texts = records[column].fill_null("").str.head(MAX_LENGTH)
            before = found.get(column, [[]] * len(texts))
            found[column] = [_merged(old + new) for old, new in zip(before, _all_marked(texts, pattern), strict=True)]
    return found


def _text_columns(field: str, records: pl.DataFrame) -> list[str]:
    try:
        named = columns_named(field, records.columns)
    except AmbiguousNameError as error:
        named = list(error.candidates)
    return [name for name in named if records.schema[name] == pl.String]


def _value_pattern(leaf: Node) -> str | None:
    """The expression of the part of a whole value that a leaf says something about."""
    match leaf:
        case Equals(value=value) | EqualsLiteral(value=value):
            return regexes.whole_regex(value)
        case Exact(value=value):
            return f"^{regexes.escaped(value)}$"
        case Prefix(value=value):
            return f"(?i)^{regexes.escaped(value)}"
        case Glob(pattern=pattern):
            return regexes.glob_regex(pattern)
        case Regex(pattern=pattern, flags=flags):
            return regexes.flagged_regex(pattern, flags)
        case _:
            return None


@lru_cache(maxsize=256)
def _compiled(word: str) -> re.Pattern[str]:
    return re.compile(re.escape(word), re.IGNORECASE)


@lru_cache(maxsize=64)
def _terms_of(node: Node) -> _Terms:
    leaves = list(_positive(node, holds=True))
    words = [word for word in map(_word, leaves) if word]
    patterns = [pattern for pattern in map(_pattern, leaves) if pattern]
    return _Terms(tuple(dict.fromkeys(words)), tuple(dict.fromkeys(patterns)))


def _positive(node: Node, *, holds: bool) -> Iterator[Node]:
    """The leaves that a matching record may show: those under an even number of negations."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from _positive(child, holds=holds)
        case Not(child):
            yield from _positive(child, holds=not holds)
        case _ if holds:
            yield node


def _word(leaf: Node) -> str | None:
    match leaf:
        case Text(needle):
            return needle
        case Equals(value=value) | EqualsLiteral(value=value) | Prefix(value=value) | Exact(value=value):
            return value if _is_text_field(leaf) else None
        case _:
            return None


def _pattern(leaf: Node) -> str | None:
    match leaf:
        case TextGlob(pattern):
            return regexes.text_glob_regex(pattern)
        case TextRegex(pattern, flags):
            return regexes.flagged_regex(pattern, flags)
        case Glob(pattern=pattern) if _is_text_field(leaf):
            return regexes.text_glob_regex(pattern)
        case Regex(pattern=pattern, flags=flags) if _is_text_field(leaf):
            return regexes.flagged_regex(pattern, flags)
        case _:
            return None


def _is_text_field(leaf: FieldLeaf) -> bool:
    return CORE_ALIASES.get(leaf.field, leaf.field) in ("message", "raw")


def _marked(text: str, pattern: str) -> list[Span]:
    """Find the matches in a text."""
    return _all_marked(pl.Series([text.encode(errors="replace").decode()]), pattern)[0]


def _all_marked(texts: pl.Series, pattern: str) -> list[list[Span]]:
    """Find the matches in each text with the filter's regex engine, which takes linear time.

    Polars does not return the places of matches, so it puts marks around them, and the places are read from the marks.
    """
    clean = texts.str.replace_all(f"[{_OPEN}{_CLOSE}]", " ")
    return [_places_in(marked) for marked in clean.str.replace_all(pattern, f"{_OPEN}${{0}}{_CLOSE}")]


def _places_in(marked: str) -> list[Span]:
    """The spans between marks, in the text without them."""
    found, at, start = [], 0, 0
    for piece in re.split(f"([{_OPEN}{_CLOSE}])", marked):
        if piece == _OPEN:
            start = at
        elif piece == _CLOSE:
            found.append((start, at))
        else:
            at += len(piece)
    return found


def _merged(found: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(span for span in found if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
