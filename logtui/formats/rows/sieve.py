"""Tells which records cannot be wanted by the line of an envelope, before a record is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ESCAPE: Final = "\\u"
_LONG_S: Final = "\u017f"
"""A letter that is `s` in another case, though its lower case is another one (Unicode's simple folding)."""


class RowSieve:
    """What every wanted record meets.

    Args:
        has_level: Whether records may be wanted whose level the log spells so; None if records of any may.
        needles: Clauses of texts in lower case: the line of a wanted record of one line holds at least one of each, as
            it stands or with an escape.

    Attributes:
        has_level: As given.
        has_needles: Whether there are clauses.
    """

    def __init__(self, has_level: Callable[[str], bool] | None, needles: Sequence[Sequence[str]]) -> None:
        self.has_level = has_level
        self.has_needles = bool(needles)
        self._needles = needles

    def may_hold(self, text: str) -> bool:
        """Whether lines may hold the needles.

        Args:
            text: A line, or several. Objects in the messages of envelopes must be looked at otherwise, since they may
                be rendered to other texts.
        """
        if _ESCAPE in text or (not text.isascii() and _LONG_S in text):
            return True
        lowered = text.lower()
        for clause in self._needles:
            for needle in clause:
                if needle in lowered:
                    break
            else:
                return False
        return True
