"""Words of a query that mean levels."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from logtui.model.severities import LEVELS, level_named
from logtui.query.syntax.leaves import LeafError

if TYPE_CHECKING:
    from logtui.query.syntax.tree import Compare, Range

_OTHER_NAMES: Final = {"c": "fatal", "crit": "fatal", "critical": "fatal"}


def level_meant(word: str) -> str | None:
    """The level that a word is a name of.

    Args:
        word: The word, in any case.

    Returns:
        The level for its own name, its abbreviations and its numbers; None for words that only belong to one.
    """
    level, folded = level_named(word), word.strip().lower()
    if level is None or folded.isdigit() or folded[0] == level[0]:
        return level
    return _OTHER_NAMES.get(folded)


def level_bound(value: str, leaf: Compare | Range) -> str:
    """The level that a bound of a comparison names.

    Args:
        value: The bound.
        leaf: The comparison.

    Returns:
        One of `LEVELS`.

    Raises:
        LeafError: If it names none.
    """
    level = level_named(value)
    if level is None:
        close = get_close_matches(value.lower(), LEVELS, n=1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise LeafError(f"unknown level {value!r}", leaf.span, f"{meant}levels in order: {', '.join(LEVELS)}")
    return level
