"""Expressions for comparisons of texts, which run in linear time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.query import regexes
from logtui.query.polars.bounds import within

if TYPE_CHECKING:
    import polars as pl

    from logtui.query.meaning.texts import (
        Contains,
        Exactly,
        InnerGlob,
        Matches,
        StartsWith,
        TextBounds,
        Whole,
        WholeGlob,
    )


def exactly(comparison: Exactly, cell: pl.Expr) -> pl.Expr:
    """Whether a text equals the value, case-sensitively."""
    return cell == comparison.value


def whole(comparison: Whole, cell: pl.Expr) -> pl.Expr:
    """Whether a text equals the value, in any case."""
    value = comparison.value
    return cell == value if regexes.is_caseless(value) else cell.str.contains(regexes.whole_regex(value))


def starts_with(comparison: StartsWith, cell: pl.Expr) -> pl.Expr:
    """Whether a text starts with the value, in any case."""
    return cell.str.contains(f"(?i)^{regexes.escaped(comparison.value)}")


def contains(comparison: Contains, cell: pl.Expr) -> pl.Expr:
    """Whether a text contains the needle, in any case."""
    needle = comparison.needle
    if regexes.is_caseless(needle):
        return cell.str.contains(needle, literal=True)
    return cell.str.contains(regexes.needle_regex(needle))


def whole_glob(comparison: WholeGlob, cell: pl.Expr) -> pl.Expr:
    """Whether a text as a whole matches the glob."""
    return cell.str.contains(regexes.glob_regex(comparison.pattern))


def inner_glob(comparison: InnerGlob, cell: pl.Expr) -> pl.Expr:
    """Whether a text contains a match of the glob."""
    return cell.str.contains(regexes.text_glob_regex(comparison.pattern))


def matches(comparison: Matches, cell: pl.Expr) -> pl.Expr:
    """Whether a text contains a match of the regular expression."""
    return cell.str.contains(regexes.flagged_regex(comparison.pattern, comparison.flags))


def text_bounds(comparison: TextBounds, cell: pl.Expr) -> pl.Expr:
    """Whether a text is between the bounds."""
    return within(cell, comparison.bounds)
