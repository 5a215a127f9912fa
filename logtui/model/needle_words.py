"""Finds the words with a digit, such as ids, that every text containing a needle must have, for the word index."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

SHORTEST_WORD: Final = 5
"""Letters of the shortest word that is used; shorter ones are everywhere and rule nothing out."""

_NEEDLE_WORD: Final = re.compile("[0-9a-z_]*[0-9][0-9a-z_]*")


class NeedleWord(NamedTuple):
    """A word of a needle.

    Attributes:
        text: The word, in lower case.
        is_whole: Whether a matching text has it as a whole word; else it may be part of a longer one.
    """

    text: str
    is_whole: bool


def needle_words(needle: str, wild: str = "") -> list[NeedleWord]:
    """Find the words with a digit that every text containing a needle must have, ignoring case.

    Args:
        needle: The text that is looked for.
        wild: The character in the needle that stands for any others; empty for none.

    Returns:
        Words of at least `SHORTEST_WORD` letters; none if the needle is not all ASCII.
    """
    if not needle.isascii():
        return []
    found = []
    for match in _NEEDLE_WORD.finditer(needle.lower()):
        ends = needle[match.start() - 1 : match.start()] if match.start() else "", needle[match.end() : match.end() + 1]
        if len(match[0]) >= SHORTEST_WORD:
            found.append(NeedleWord(match[0], all(end not in ("", wild) for end in ends)))
    return found
