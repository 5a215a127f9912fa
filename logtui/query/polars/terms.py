"""Expressions for terms without a field, which are searched for in the record's text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.names import SEARCHED, STRUCTURED_FORMATS
from logtui.query.meaning.texts import Matches, term_of
from logtui.query.polars.table import met

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from logtui.query.meaning.texts import TextComparison
    from logtui.query.syntax.tree import Text, TextLeaf

_MANY_WORDS: Final = 9
_MAX_ALTERNATIVES_LENGTH: Final = 4096


def term(leaf: TextLeaf, columns: Collection[str]) -> pl.Expr:
    """Compile a term without a field.

    Args:
        leaf: The term.
        columns: The columns of the frame.

    Returns:
        Boolean: whether the record's text contains it: the message of structured records (their raw text if
        they have no message), the raw text of all others, as grep would.
    """
    return _in_record(term_of(leaf), columns)


def any_word(words: Sequence[Text], columns: Collection[str]) -> list[pl.Expr]:
    """Compile alternatives that are plain words to few searches.

    Args:
        words: Children of an `Or`.
        columns: The columns of the frame.

    Returns:
        Expressions as of `term`, any of which must hold.
    """
    if len(words) < _MANY_WORDS:
        return [term(word, columns) for word in words]
    return [_in_record(Matches("|".join(map(pl.escape_regex, part)), "i"), columns) for part in _parts(words)]


def _in_record(comparison: TextComparison, columns: Collection[str]) -> pl.Expr:
    raw = SEARCHED if SEARCHED in columns else "raw"
    structured = pl.col("format").is_in(STRUCTURED_FORMATS) & pl.col("message").is_not_null()
    return met(comparison, pl.when(structured).then(pl.col("message")).otherwise(pl.col(raw)))


def _parts(words: Sequence[Text]) -> list[list[str]]:
    """Split the words into groups that are small enough for the regex engine."""
    parts: list[list[str]] = [[]]
    size = 0
    for word in words:
        size += len(word.needle)
        if size > _MAX_ALTERNATIVES_LENGTH and parts[-1]:
            parts.append([])
            size = len(word.needle)
        parts[-1].append(word.needle)
    return parts
