"""Counts malformed entries: records of structured logs that could not be parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from logtui.formats.rows import Record as Row

_MOST_EXAMPLES: Final = 3
_MOST_SHOWN: Final = 120


class Malformed:
    """The number of malformed entries, and examples.

    Attributes:
        count: The number.
        examples: The first of them, as `source:line: text`.
    """

    def __init__(self) -> None:
        self.count = 0
        self.examples: list[str] = []

    def add(self, row: Row) -> None:
        """Count an entry.

        Args:
            row: The record that holds the entry as text.
        """
        self.count += 1
        if len(self.examples) < _MOST_EXAMPLES:
            self.examples.append(f"{row.source}:{row.line}: {row.raw[:_MOST_SHOWN]}")
