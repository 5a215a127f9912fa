"""Comparisons of texts; columns of other types are compared by their values written as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.query.meaning.comparison import Comparison
from logtui.query.syntax.tree import Glob, Prefix, Regex, Text, TextGlob, TextRegex

if TYPE_CHECKING:
    from logtui.query.meaning.comparison import Bounds
    from logtui.query.syntax.tree import TextLeaf


class TextComparison(Comparison, frozen=True):
    """A comparison that a text meets or does not meet."""


class Exactly(TextComparison, frozen=True):
    """Texts equal to the value, case-sensitively."""

    value: str


class Whole(TextComparison, frozen=True):
    """Texts equal to the value, in any case."""

    value: str


class StartsWith(TextComparison, frozen=True):
    """Texts that start with the value, in any case."""

    value: str


class Contains(TextComparison, frozen=True):
    """Texts that contain the needle, in any case."""

    needle: str


class WholeGlob(TextComparison, frozen=True):
    """Texts that match the escaped glob as a whole, in any case."""

    pattern: str


class InnerGlob(TextComparison, frozen=True):
    """Texts that contain a match of the escaped glob, in any case; `*` does not match line ends."""

    pattern: str


class Matches(TextComparison, frozen=True):
    """Texts that contain a match of the regular expression."""

    pattern: str
    flags: str


class TextBounds(TextComparison, frozen=True):
    """Texts between bounds, in the order of their code points."""

    bounds: Bounds


class AnyOf(TextComparison, frozen=True):
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
