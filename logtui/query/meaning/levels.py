"""Comparisons of the level: six ordered levels, and the words that the log itself wrote."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from logtui.model.severities import LEVELS, level_named
from logtui.query.meaning.bounds import bounds_of
from logtui.query.meaning.comparison import Comparison, Condition, Present
from logtui.query.meaning.texts import Exactly, TextComparison, Whole, pattern_of
from logtui.query.syntax.leaf_error import LeafError
from logtui.query.syntax.tree import (
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    FieldLeaf,
    FieldOperator,
    Glob,
    Prefix,
    Range,
    Regex,
)

if TYPE_CHECKING:
    from logtui.query.meaning.comparison import Bounds

_OTHER_NAMES: Final = {"c": "fatal", "crit": "fatal", "critical": "fatal"}


class IsLevel(Comparison, frozen=True):
    """One of the six levels."""

    level: str


class LevelNamed(Comparison, frozen=True):
    """Levels whose own names meet a comparison."""

    name: TextComparison


class LevelBounds(Comparison, frozen=True):
    """Levels between two levels."""

    bounds: Bounds


def of_level(leaf: FieldLeaf) -> tuple[Condition, ...]:
    """Resolve a leaf for the level and for the severity text that the level was read from.

    Equality matches the level by any of its names (`err`, `E`, `40`), and the severity text. A word that is not a name
    of its level, such as NOTICE or SUCCESS, matches only records with that severity text, not the whole level.

    Args:
        leaf: The leaf.

    Returns:
        Conditions, one of which must hold.

    Raises:
        LeafError: If a comparison is with an unknown level.
    """
    match leaf:
        case Compare() | Range():
            bounds = tuple((op, _level_bound(value, leaf)) for op, value in bounds_of(leaf))
            return (Condition("level", LevelBounds(bounds)),)
        case EqualsLiteral(value=""):
            return (Condition("severity_text", Exactly("")),)
        case Equals(value=value) | EqualsLiteral(value=value):
            return _level_or_word(_level_meant(value), Whole(value))
        case Exact(value=value):
            return _level_or_word(value if value in LEVELS else None, Exactly(value))
        case Prefix() | Glob() | Regex():
            pattern = pattern_of(leaf)
            return Condition("level", LevelNamed(pattern)), Condition("severity_text", pattern)
        case Exists():
            return Condition("level", Present()), Condition("severity_text", Present())
        case FieldOperator():
            return (Condition("level", leaf.meaning("level")),)


def _level_or_word(level: str | None, word: TextComparison) -> tuple[Condition, ...]:
    written = Condition("severity_text", word)
    return (written,) if level is None else (Condition("level", IsLevel(level)), written)


def _level_meant(word: str) -> str | None:
    """The level that a word names by its own name, an abbreviation or a number; None for words such as NOTICE."""
    level, folded = level_named(word), word.strip().lower()
    if level is None or folded.isdigit() or folded[0] == level[0]:
        return level
    return _OTHER_NAMES.get(folded)


def _level_bound(value: str, leaf: Compare | Range) -> str:
    """Parse a bound as a level."""
    level = level_named(value)
    if level is None:
        close = get_close_matches(value.lower(), LEVELS, n=1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise LeafError(f"unknown level {value!r}", leaf.span, f"{meant}levels in order: {', '.join(LEVELS)}")
    return level
