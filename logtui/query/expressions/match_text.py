"""Text leaves -> expressions: unanchored search, in any case, in linear time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.model.record import STRUCTURED_FORMATS
from logtui.query import regexes
from logtui.query.syntax.tree import (
    Cidr,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
    Glob,
    Prefix,
    Regex,
    Text,
    TextGlob,
    TextLeaf,
    TextRegex,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_MANY_WORDS: Final = 9
_MAX_ALTERNATIVES_LENGTH: Final = 4096


def match_bare(leaf: TextLeaf) -> pl.Expr:
    """The expression of a term without a field.

    Args:
        leaf: The term.

    Returns:
        Boolean: whether the record's text contains it: the message of structured records (their raw text if
        they have no message), the raw text of all others, as grep would.
    """
    structured = pl.col("format").is_in(STRUCTURED_FORMATS) & pl.col("message").is_not_null()
    return _search(pl.when(structured).then(pl.col("message")).otherwise(pl.col("raw")), leaf)


def match_any_word(words: Sequence[Text]) -> list[pl.Expr]:
    """The expressions of alternatives that are plain words: few searches for many of them.

    Args:
        words: Children of an `Or`.

    Returns:
        Expressions as of `match_bare`, any of which must hold.
    """
    if len(words) < _MANY_WORDS:
        return [match_bare(word) for word in words]
    return [match_bare(TextRegex("|".join(map(pl.escape_regex, part)), "i")) for part in _parts(words)]


def _parts(words: Sequence[Text]) -> list[list[str]]:
    """The words in parts that the engine surely compiles."""
    parts: list[list[str]] = [[]]
    size = 0
    for word in words:
        size += len(word.needle)
        if size > _MAX_ALTERNATIVES_LENGTH and parts[-1]:
            parts.append([])
            size = len(word.needle)
        parts[-1].append(word.needle)
    return parts


def _search(cell: pl.Expr, leaf: TextLeaf) -> pl.Expr:
    match leaf:
        case Text(needle):
            return contains(cell, needle)
        case TextGlob(pattern):
            return cell.str.contains(regexes.text_glob_regex(pattern))
        case TextRegex(pattern, flags):
            return cell.str.contains(regexes.flagged_regex(pattern, flags))


def contains(cell: pl.Expr, needle: str) -> pl.Expr:
    """Whether a text holds a needle, in any case."""
    if regexes.is_caseless(needle):
        return cell.str.contains(needle, literal=True)
    return cell.str.contains(regexes.needle_regex(needle))


def match_text_field(leaf: FieldLeaf, column: str) -> pl.Expr | None:
    """The expression of a field leaf over a text column, `message` or `raw`.

    Args:
        leaf: The leaf.
        column: The column's name.

    Returns:
        Boolean, null where the column is; None for leaves that text columns treat as all others do.
    """
    cell = pl.col(column)
    match leaf:
        case EqualsLiteral(value="") | Exact() | Exists():
            return None
        case Equals(value=value) | EqualsLiteral(value=value) | Prefix(value=value):
            return contains(cell, value)
        case Cidr(network=network):
            return contains(cell, network)
        case Glob(pattern=pattern):
            return cell.str.contains(regexes.text_glob_regex(pattern))
        case Regex(pattern=pattern, flags=flags):
            return cell.str.contains(regexes.flagged_regex(pattern, flags))
        case _:
            return None
