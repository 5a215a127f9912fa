"""Comparisons of texts; columns of other types are compared by their values written as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from logtui.query.meaning.comparison import Comparison
from logtui.query.syntax.tree import Glob, Prefix, Regex, Text, TextGlob, TextRegex

if TYPE_CHECKING:
    from logtui.query.meaning.comparison import Bounds
    from logtui.query.syntax.tree import TextLeaf


@dataclass(frozen=True, slots=True)
class TextComparison(Comparison):
    """A comparison that a text meets or does not meet."""


@dataclass(frozen=True, slots=True)
class Exactly(TextComparison):
    """Texts equal to the value, case-sensitively."""

    value: str


@dataclass(frozen=True, slots=True)
class Whole(TextComparison):
    """Texts equal to the value, in any case."""

    value: str


@dataclass(frozen=True, slots=True)
class StartsWith(TextComparison):
    """Texts that start with the value, in any case."""

    value: str


@dataclass(frozen=True, slots=True)
class Contains(TextComparison):
    """Texts that contain the needle, in any case."""

    needle: str


@dataclass(frozen=True, slots=True)
class WholeGlob(TextComparison):
    """Texts that match the escaped glob as a whole, in any case."""

    pattern: str


@dataclass(frozen=True, slots=True)
class InnerGlob(TextComparison):
    """Texts that contain a match of the escaped glob, in any case; `*` does not match line ends."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Matches(TextComparison):
    """Texts that contain a match of the regular expression."""

    pattern: str
    flags: str


@dataclass(frozen=True, slots=True)
class TextBounds(TextComparison):
    """Texts between bounds, in the order of their code points."""

    bounds: Bounds


@dataclass(frozen=True, slots=True)
class AnyOf(TextComparison):
    """Texts that meet one of some comparisons."""

    comparisons: tuple[TextComparison, ...]


def pattern_of(leaf: Prefix | Glob | Regex) -> TextComparison:
    """Resolve a pattern for a whole value."""
    match leaf:
        case Prefix(value=value):
            return StartsWith(value)
        case Glob(pattern=pattern):
            return WholeGlob(pattern)
        case Regex(pattern=pattern, flags=flags):
            return Matches(pattern, flags)


def term_of(leaf: TextLeaf) -> TextComparison:
    """Resolve a term without a field for the text of a record."""
    match leaf:
        case Text(needle):
            return Contains(needle)
        case TextGlob(pattern):
            return InnerGlob(pattern)
        case TextRegex(pattern, flags):
            return Matches(pattern, flags)
