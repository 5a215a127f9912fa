"""Lays out records on the lines of the screen, if records are wrapped, unfolded or folded with equal neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.model.keys import RecordKey
    from logtui.tui.list.pages import Pages
    from logtui.tui.list.rows import Row

MOST_REPEATS: Final = 1_000
"""Most equal records that are counted behind one; if this is reached, there may be more."""


class Place(NamedTuple):
    """The part of a record that one line of the screen shows.

    Attributes:
        number: The row of the record.
        line: The number of the line among the lines of this record, from 0.
    """

    number: int
    line: int


class Flow:
    """Decides how many lines of each record are shown, and which records are hidden in folds.

    A fold is a run of equal records, of which only the first is shown.

    Args:
        pages: The rows.
        height: Returns how many lines of the screen a row takes.
    """

    def __init__(self, pages: Pages, height: Callable[[int], int]) -> None:
        self._pages = pages
        self._height = height
        self._toggled: set[RecordKey] = set()
        self.wraps = False
        self.folds = False
        self._opens_all = False

    @property
    def is_plain(self) -> bool:
        """Whether every record takes exactly one line and none is hidden in a fold."""
        return not (self.wraps or self.folds or self._opens_all or self._toggled)

    def is_open(self, row: Row) -> bool:
        """Whether all lines of a record are shown."""
        return bool(row.more_lines) and self._opens_all != (row.key in self._toggled)

    def toggle(self, row: Row) -> None:
        """Switch one record between all its lines and only the first."""
        self._toggled ^= {row.key}

    def toggle_all(self) -> None:
        """Switch all records between all their lines and only the first."""
        self._opens_all = not self._opens_all
        self._toggled.clear()

    def repeats(self, number: int) -> str:
        """Describe the size of the fold that starts at a row: `3`, `1000+`, or `""` if the row stands alone."""
        if not self.folds:
            return ""
        count = self._end_of_fold(number) - number
        return "" if not count else f"{count + 1}" if count < MOST_REPEATS else f"{count + 1}+"

    def after(self, number: int) -> int:
        """Find the next visible row; it may be beyond the last row."""
        return self._end_of_fold(number) + 1 if self.folds else number + 1

    def before(self, number: int) -> int:
        """Find the previous visible row; -1 before the first."""
        return self.start_of_fold(number - 1) if self.folds and number > 0 else number - 1

    def start_of_fold(self, number: int) -> int:
        """Find the visible row of the fold that a row belongs to."""
        if not self.folds:
            return number
        first = number
        while first > 0 and number - first < MOST_REPEATS and self._are_equal(first - 1, first):
            first -= 1
        return first

    def places(self, top: int, skipped: int, height: int) -> list[Place]:
        """Fill the lines of the screen with the lines of records.

        Args:
            top: The row at the top.
            skipped: How many of its lines are scrolled off above the screen.
            height: Height of the screen in lines.

        Returns:
            One place per line, at most `height`; fewer if the records end.
        """
        places: list[Place] = []
        number, line = top, skipped
        while number < self._pages.count and len(places) < height:
            tall = self._height(number)
            places += [Place(number, each) for each in range(line, min(tall, line + height - len(places)))]
            number, line = self.after(number), 0
        return places

    def top_for(self, number: int, height: int) -> int:
        """Find the row to put at the top so that all lines of row `number` fit at the bottom of the screen."""
        room = height - self._height(number)
        while number > 0:
            previous = self.before(number)
            room -= self._height(previous)
            if room < 0:
                break
            number = previous
        return number

    def _end_of_fold(self, number: int) -> int:
        last = number
        while last - number < MOST_REPEATS and self._are_equal(last, last + 1):
            last += 1
        return last

    def _are_equal(self, number: int, other: int) -> bool:
        one, two = self._pages.row(number), self._pages.row(other)
        return one is not None and two is not None and _visible(one) == _visible(two)


def _visible(row: Row) -> tuple[object, ...]:
    """What a row shows besides its time and its place; rows that are equal in this can be folded."""
    return row.level, row.origin, row.message, row.rest, row.is_match
