"""Leaves over `level` -> expressions: six ordered levels, and the words that the log itself wrote."""

from __future__ import annotations

import polars as pl

from logtui.model.levels import LEVEL_DTYPE, LEVELS
from logtui.query.expressions.level_words import level_bound, level_meant
from logtui.query.expressions.match_string import pattern_of, whole
from logtui.query.expressions.scope import bounds_of, within
from logtui.query.syntax.tree import (
    Cidr,
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
    Glob,
    Prefix,
    Range,
    Regex,
)


def match_level(leaf: FieldLeaf) -> pl.Expr:
    """The expression of a leaf over the level.

    Equality finds the level by any of its names (`err`, `E`, `40`) and the log's own word; a word that only
    belongs to a level, such as NOTICE or SUCCESS, finds the records that wrote it and not the whole level.

    Args:
        leaf: The leaf.

    Returns:
        Boolean, maybe null.

    Raises:
        LeafError: If a comparison names no level.
    """
    match leaf:
        case Compare() | Range():
            return _compared(leaf)
        case EqualsLiteral(value=""):
            return pl.col("severity_text") == ""
        case Equals(value=value) | EqualsLiteral(value=value):
            return _any(_is(level_meant(value)), whole(pl.col("severity_text"), value))
        case Exact(value=value):
            return _any(_is(value if value in LEVELS else None), pl.col("severity_text") == value)
        case Prefix() | Glob() | Regex():
            return _like(leaf)
        case Exists():
            return pl.col("level").is_not_null() | pl.col("severity_text").is_not_null()
        case Cidr():
            return pl.lit(False)


def _is(level: str | None) -> pl.Expr:
    return pl.lit(False) if level is None else pl.col("level") == pl.lit(level, dtype=LEVEL_DTYPE)


def _any(level: pl.Expr, word: pl.Expr) -> pl.Expr:
    return level.fill_null(False) | word.fill_null(False)


def _like(leaf: Prefix | Glob | Regex) -> pl.Expr:
    pattern = pattern_of(leaf)
    names = pl.Series(LEVELS)
    wanted = names.filter(names.str.contains(pattern)).to_list()
    return _any(pl.col("level").is_in(wanted), pl.col("severity_text").str.contains(pattern))


def _compared(leaf: Compare | Range) -> pl.Expr:
    bounds = [(op, pl.lit(level_bound(value, leaf), dtype=LEVEL_DTYPE)) for op, value in bounds_of(leaf)]
    return within(pl.col("level"), bounds)
