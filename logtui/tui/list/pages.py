"""Caches pages of rows of the row window, and fits the columns of the list to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from textual.cache import LRUCache

from logtui.engine.live.snapshot import Snapshot
from logtui.engine.window.row_window import RowWindow
from logtui.tui.list.layout import OWN_COLUMNS, Layout
from logtui.tui.list.rows import Row, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from logtui.tui.list.layout import Column

PAGE_ROWS: Final = 128
"""Rows that are read together."""

_PAGES: Final = 16
"""Most pages in the cache."""

_WIDE: Final = 110
"""Least cells of a wide list."""

_ORIGIN_CELLS: Final = {False: 14, True: 24}
"""Most cells of a column that is fitted to its values, by whether the list is wide."""

_TIMES: Final = ("none", "time", "date", "full")


class Pages:
    """The rows of the newest window, and the layout that fits all rows seen so far."""

    def __init__(self) -> None:
        self.window = RowWindow(Snapshot(), {})
        self.layout = Layout()
        self.reads = 0
        self._pages: LRUCache[int, list[Row]] = LRUCache(_PAGES)
        self._first_day = ""

    @property
    def count(self) -> int:
        """The number of rows in the window."""
        return self.window.count

    def switch(self, window: RowWindow) -> None:
        """Switch to a newer window, and drop only the rows that may have changed."""
        old, self.window = self.window, window
        if window.generation != old.generation or _may_have_moved(old.snapshot, window.snapshot):
            self._pages.clear()
            return
        settled = max(0, old.count - old.snapshot.provisional)
        grows_at_end = window.core is window
        for number in list(self._pages.keys()):
            kept = settled - number * PAGE_ROWS
            if kept >= PAGE_ROWS:
                continue
            page = self._pages[number]
            del page[max(0, kept) if grows_at_end else 0 :]

    def row(self, number: int) -> Row | None:
        """Return a row; None if there is none with that number."""
        at = number % PAGE_ROWS
        page = self._page(number // PAGE_ROWS, at + 1) if 0 <= number < self.count else []
        return page[at] if at < len(page) else None

    def prepare(self, first: int, last: int) -> bool:
        """Read the pages of a range of rows; returns whether the layout has changed."""
        before = self.layout
        for number in range(first // PAGE_ROWS, last // PAGE_ROWS + 1):
            if number * PAGE_ROWS < self.count:
                self._page(number, min(last, self.count) - number * PAGE_ROWS)
        return self.layout != before

    def resize(self, width: int) -> None:
        """Fit the layout to a new width in cells."""
        cap = _ORIGIN_CELLS[width >= _WIDE]
        widths = {name: min(seen, cap) for name, seen in self.layout.widths.items()}
        self.layout = replace(self.layout, width=width, widths=widths)
        self._learn_again()

    def shift(self, cells: int) -> None:
        """Scroll the messages horizontally."""
        self.layout = replace(self.layout, left=max(0, self.layout.left + cells))

    def arrange(self, columns: Sequence[Column]) -> None:
        """Set the columns before the message."""
        before = self.layout.fields
        self.layout = replace(self.layout, columns=tuple(columns))
        if self.layout.fields != before:
            self._pages.clear()

    def show_times(self, zone: tzinfo, anchor: datetime | None) -> None:
        """Show times in a time zone, or relative to a moment."""
        self.layout = replace(self.layout, zone=zone, anchor=anchor)
        self._learn_again()

    def _page(self, number: int, needed: int) -> list[Row]:
        """A page, of which at least so many rows are read if there are as many."""
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = []
        if len(page) < min(needed, PAGE_ROWS):
            self.reads += 1
            start, length = number * PAGE_ROWS + len(page), PAGE_ROWS - len(page)
            matched = self.window.are_matches(start, length)
            new = rows_of(self.window.page(start, length), self.layout.fields, matched)
            page += new
            self._learn(new)
        return page

    def _learn_again(self) -> None:
        for number in list(self._pages.keys()):
            self._learn(self._pages[number])

    def _learn(self, rows: Sequence[Row]) -> None:
        """Widen the columns to fit some rows; columns never shrink, so that they do not jitter while scrolling."""
        seen = self.layout
        times = [row.time for row in rows if row.time is not None]
        self.layout = replace(
            seen,
            time=max(seen.time, self._time_shown(times), key=_TIMES.index),
            fraction=seen.fraction or any(time.microsecond for time in times),
            widths=self._widths(rows),
        )

    def _widths(self, rows: Sequence[Row]) -> dict[str, int]:
        seen, cap = self.layout, _ORIGIN_CELLS[self.layout.width >= _WIDE]
        needed = {
            "level": max((bool(row.level) for row in rows), default=False),
            "origin": max((cell_len(row.origin) for row in rows), default=0),
        }
        for place, name in enumerate(seen.fields):
            needed[name] = max((cell_len(row.cells[place]) for row in rows), default=0)
        known = {name: width for name, width in seen.widths.items() if name in (*needed, *OWN_COLUMNS)}
        return known | {name: max(known.get(name, 0), min(width, cap)) for name, width in needed.items()}

    def _time_shown(self, times: Sequence[datetime]) -> str:
        days = {time.astimezone(self.layout.zone).strftime("%Y-%m-%d") for time in times}
        if not days:
            return "none"
        self._first_day = self._first_day or min(days)
        years = {day[:4] for day in days} | {self._first_day[:4]}
        return "full" if len(years) > 1 else "date" if days != {self._first_day} else "time"


def _may_have_moved(old: Snapshot, new: Snapshot) -> bool:
    """Whether rows may have gone, or come before others: those of several runs are merged by time."""
    is_merged = len(old.runs) > 1 or len(new.runs) > 1
    return is_merged or (old.dropped, old.inserted) != (new.dropped, new.inserted)
