"""Tells which envelopes cannot be wanted by their first line, before records are made of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.formats.rows.cascade import RowCascade

_ESCAPE = "\\u"
_LONG_S = "\u017f"
"""A letter that is `s` in another case, though its lower case is another one (Unicode's simple folding)."""


@dataclass(frozen=True, slots=True)
class RowSieve:
    """What every wanted record meets.

    Attributes:
        has_level: Whether records may be wanted whose level the log spells so; None if records of any may.
        needles: Clauses of texts in lower case: the line of a wanted record of one line holds at least one of each, as
            it stands or with an escape.
    """

    has_level: Callable[[str], bool] | None
    needles: Sequence[Sequence[str]]

    def over(self, cascade: RowCascade) -> Callable[[str, str], bool]:
        """Make the test of a source's envelopes.

        Args:
            cascade: Reads the inner lines.

        Returns:
            A function from an envelope and its inner line to whether a record of this line alone may be wanted.
        """
        tests = [_needle_test(clause) for clause in self.needles]
        if self.has_level is not None:
            tests.append(_level_test(self.has_level, cascade))
        return tests[0] if len(tests) == 1 else lambda text, payload: all(test(text, payload) for test in tests)


def _needle_test(clause: Sequence[str]) -> Callable[[str, str], bool]:
    first, *others = clause

    def may_hold(text: str, payload: str) -> bool:
        lowered = text.lower()
        if first in lowered or _ESCAPE in text or "}" in payload:  # an object within may be rendered to other texts
            return True
        for needle in others:
            if needle in lowered:
                return True
        return not text.isascii() and _LONG_S in text

    return may_hold


def _level_test(has_level: Callable[[str], bool], cascade: RowCascade) -> Callable[[str, str], bool]:
    has, read_head = lru_cache(maxsize=1024)(has_level), cascade.read_payload_head

    def may_have(_: str, payload: str) -> bool:
        head = read_head(payload)
        return head is None or has(head[0])

    return may_have
