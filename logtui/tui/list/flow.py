"""Which lines of which records stand on the screen, where records take several lines or stand for equal ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.model.keys import RecordKey
    from logtui.tui.list.pages import Pages
    from logtui.tui.list.rows import Row

MOST_REPEATS: Final = 1_000
"""Equal records that are looked for behind one; if there are as many, there may be more."""


class Place(NamedTuple):
    """A line of the screen.

    Attributes:
        number: The record's row.
        line: The number of the line among the record's own.
    """

    number: int
    line: int


class Flow:
    """Decides how tall records are and which are folded away.

    Args:
        pages: The rows.
        height: Tells how many lines a row takes.
    """

    def __init__(self, pages: Pages, height: Callable[[int], int]) -> None:
        self._pages = pages
        self._height = height
        self._turned: set[RecordKey] = set()
        self.wraps = False
        self.folds = False
        self._opens_all = False

    @property
    def is_plain(self) -> bool:
        """Whether every record takes one line and none is folded away."""
        return not (self.wraps or self.folds or self._opens_all or self._turned)

    def is_open(self, row: Row) -> bool:
        """Whether all lines of a record are shown."""
        return bool(row.more_lines) and self._opens_all != (row.key in self._turned)

    def turn(self, row: Row) -> None:
        """Show all lines of one record, or only its first."""
        self._turned ^= {row.key}

    def turn_all(self) -> None:
        """Show all lines of all records, or only their first."""
        self._opens_all = not self._opens_all
        self._turned.clear()

    def repeats(self, number: int) -> str:
        """How many equal records directly behind a row are folded away: `""`, `3` or `1000+`."""
        if not self.folds:
            return ""
        count = self._end_of_fold(number) - number
        return "" if not count else f"{count + 1}" if count < MOST_REPEATS else f"{count + 1}+"

    def after(self, number: int) -> int:
        """The row that is shown behind a row; it may be beyond the last one."""
        return self._end_of_fold(number) + 1 if self.folds else number + 1

    def before(self, number: int) -> int:
        """The row that is shown before a row; -1 before the first."""
        return self.start_of_fold(number - 1) if self.folds and number > 0 else number - 1

    def start_of_fold(self, number: int) -> int:
        """The row that stands for a row."""
        if not self.folds:
            return number
        first = number
        while first > 0 and number - first < MOST_REPEATS and self._are_equal(first - 1, first):
            first -= 1
        return first

    def places(self, top: int, skipped: int, height: int) -> list[Place]:
        """The lines of a screen.

        Args:
            top: The row at the top.
            skipped: How many of its lines are above the screen.
            height: Lines of the screen.

        Returns:
            At most `height` places.
        """
        places: list[Place] = []
        number, line = top, skipped
        while number < self._pages.count and len(places) < height:
            tall = self._height(number)
            places += [Place(number, each) for each in range(line, min(tall, line + height - len(places)))]
            number, line = self.after(number), 0
        return places

    def top_for(self, number: int, height: int) -> int:
        """The row at the top of a screen that has all of a row at its end."""
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
        return one is not None and two is not None and _said(one) == _said(two)


def _said(row: Row) -> tuple[object, ...]:
    return row.level, row.origin, row.message, row.rest, row.is_match
