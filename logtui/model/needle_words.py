"""Words with a digit in them, such as ids, that a text must have to hold a needle."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

SHORTEST_WORD: Final = 5
"""Letters of the shortest word that is told apart: shorter ones are everywhere."""

_NEEDLE_WORD: Final = re.compile("[0-9a-z_]*[0-9][0-9a-z_]*")


class NeedleWord(NamedTuple):
    """A word in what is looked for.

    Attributes:
        text: The word, in lower case.
        is_whole: Whether it must be a whole word of a text, not a part of a longer one.
    """

    text: str
    is_whole: bool


def needle_words(needle: str, wild: str = "") -> list[NeedleWord]:
    """The words that a text must have to hold a needle, in any case.

    Args:
        needle: The needle.
        wild: A character of it that stands for any others.

    Returns:
        Words of at least `SHORTEST_WORD` letters; none of a needle whose letters are not all ASCII.
    """
    if not needle.isascii():
        return []
    found = []
    for match in _NEEDLE_WORD.finditer(needle.lower()):
        ends = needle[match.start() - 1 : match.start()] if match.start() else "", needle[match.end() : match.end() + 1]
        if len(match[0]) >= SHORTEST_WORD:
            found.append(NeedleWord(match[0], all(end not in ("", wild) for end in ends)))
    return found
