"""The log list: one line per record, drawn from pages of a row window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from logtui.model.levels import LEVELS
from logtui.tui.harmless import fit, harmless_line
from logtui.tui.pages import Pages
from logtui.tui.strips import ListStyles, row_strip

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from datetime import datetime

    from textual import events
    from textual.geometry import Region

    from logtui.engine.window import RecordKey, RowWindow
    from logtui.tui.rows import Row

    Highlighter = Callable[[str], list[tuple[int, int]]]

_STRIPS: Final = 1_024
_SHIFT: Final = 10


def _nothing(_text: str) -> list[tuple[int, int]]:
    return []


class LogList(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows a row window with a cursor that sticks to its record."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "log-list--cursor",
        "log-list--gutter",
        "log-list--mark",
        "log-list--time",
        "log-list--origin",
        "log-list--note",
        "log-list--match",
        "log-list--hit",
        *(f"log-list--{level}" for level in LEVELS),
        *(f"log-list--{level}-message" for level in LEVELS),
    }

    @dataclass
    class Moved(Message):
        """The cursor is on another row."""

        row: int

    class Opened(Message):
        """The cursor's record was double-clicked."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.pages: Final = Pages()
        self.cursor = 0
        self.following = False
        self.built = 0
        self.unseen_from: int | None = None
        self.placeholder = ""
        self._explanation: list[str] = []
        self._anchor: RecordKey | None = None
        self._sought = False
        self._styles = ListStyles()
        self._stale_styles = True
        self._strips: LRUCache[tuple[Row, bool, datetime | None], Strip] = LRUCache(_STRIPS)
        self._marks: Container[RecordKey] = ()
        self._shows_delta = False
        self._matches: Highlighter = _nothing
        self._hits: Highlighter = _nothing

    @property
    def window(self) -> RowWindow:
        """The rows on show."""
        return self.pages.window

    @property
    def unseen(self) -> int:
        """Rows that arrived since following was paused."""
        return 0 if self.unseen_from is None else max(0, self.pages.count - self.unseen_from)

    def show(self, window: RowWindow) -> None:
        """Take a newer window; the cursor stays on its record.

        Args:
            window: A window of the same or a newer generation.
        """
        refiltered = window.generation != self.window.generation
        offset = self.cursor - self.scroll_offset.y
        self.pages.switch(window)
        if refiltered:
            self._sought = self._anchor is not None
        moved = refiltered or self._sought
        if self._sought:
            self._seek()
        self.cursor = max(0, min(self.cursor, window.count - 1))
        self.virtual_size = Size(0, window.count)
        if self.following:
            self.go(window.count - 1, user=False)
        elif moved:
            self.scroll_to(y=self.cursor - offset, animate=False, immediate=True)
        self.refresh()

    def highlight(self, *, matches: Highlighter | None = None, hits: Highlighter | None = None) -> None:
        """Change which words stand out.

        Args:
            matches: Finds the words of the filter; None keeps the present ones.
            hits: Finds the words of the search; None keeps the present ones.
        """
        self._matches = matches or self._matches
        self._hits = hits or self._hits
        self._redraw()

    def mark(self, marks: Container[RecordKey]) -> None:
        """Show which records are marked."""
        self._marks = marks
        self._redraw()

    def show_delta(self, *, on: bool) -> None:
        """Show the time since the record before, or stop doing so."""
        self._shows_delta = on
        self.pages.show_delta(on=on)
        self._redraw()

    def stick_to(self, key: RecordKey | None) -> None:
        """Have the next filter put the cursor on that record."""
        self._anchor = key

    def go(self, row: int, *, user: bool = True) -> None:
        """Put the cursor on a row and show it.

        Args:
            row: The row; beyond the ends means the end.
            user: Whether the user asked for it, which makes that record the one to stick to.
        """
        self._place(row, user=user)
        top, height = self.scroll_offset.y, max(1, self.scrollable_content_region.height)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, immediate=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, immediate=True)

    def keep_visible(self) -> None:
        """Scroll so that the cursor is in view."""
        self.go(self.cursor, user=False)

    def reveal(self, row: int) -> None:
        """Put the cursor on a row that may be far away, with some rows around it."""
        height = max(1, self.scrollable_content_region.height)
        if not self.scroll_offset.y <= row < self.scroll_offset.y + height:
            self._place(row, user=True)
            self.scroll_to(y=row - height // 3, animate=False, immediate=True)
        self.go(row)

    def move(self, rows: int) -> None:
        """Move the cursor by some rows."""
        self.go(self.cursor + rows)

    def page(self, pages: float) -> None:
        """Move the cursor by pages."""
        height = max(2, self.scrollable_content_region.height)
        step = int(pages * (height - 1))
        self._place(self.cursor + step, user=True)
        self.scroll_to(y=self.scroll_offset.y + step, animate=False, immediate=True)
        self.go(self.cursor)

    def shift(self, steps: int) -> None:
        """Scroll the messages sideways."""
        self.pages.shift(steps * _SHIFT)
        self._redraw()

    def follow(self, *, on: bool) -> None:
        """Stay at the end while rows arrive, or stop doing so."""
        self.following = on
        self.unseen_from = None
        if on:
            self.go(self.pages.count - 1, user=False)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Read the pages in view first, so that drawing a line is a look-up."""
        if self._stale_styles:
            self._restyle()
        top = self.scroll_offset.y
        if self.pages.prepare(top, top + self.size.height):
            self._redraw()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw the row at a line of the view."""
        number = self.scroll_offset.y + y
        row = self.pages.row(number)
        if row is None:
            return self._empty(y)
        before = self.pages.row(number - 1) if self._shows_delta else None
        key = (row, number == self.cursor, before.time if before else None)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._build(row, key[2], cursor=key[1])
        return strip

    def notify_style_update(self) -> None:
        """Have the styles resolved again before the next paint."""
        super().notify_style_update()
        self._stale_styles = True

    def on_resize(self, _event: events.Resize) -> None:
        """Fit the columns to the width."""
        self.pages.resize(self.scrollable_content_region.width)
        self._redraw()
        self.call_after_refresh(self.keep_visible)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Keep the cursor in view when the mouse scrolls."""
        super().watch_scroll_y(old_value, new_value)
        top, height = round(new_value), max(1, self.scrollable_content_region.height)
        if not top <= self.cursor < top + height:
            self._place(max(top, min(self.cursor, top + height - 1)), user=True)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; a double click opens the record."""
        self.go(self.scroll_offset.y + event.y)
        if event.chain > 1:
            self.post_message(self.Opened())

    def _place(self, row: int, *, user: bool) -> None:
        row = max(0, min(row, self.pages.count - 1))
        before, self.cursor = self.cursor, row
        if user:
            self._stick(row)
        if row != before:
            self.refresh_line(before)
            self.refresh_line(row)
            self.post_message(self.Moved(row))

    def _stick(self, row: int) -> None:
        """Make a row's record the one to stick to; moving away from the end pauses following."""
        self._sought = False
        shown = self.pages.row(row)
        self._anchor = shown.key if shown else None
        at_end = row >= self.pages.count - 1
        if self.following and not at_end:
            self.following, self.unseen_from = False, self.pages.count
        elif at_end and not self.following and self.window.snapshot.state == "live":
            self.following, self.unseen_from = self.pages.count > 1, None

    def _seek(self) -> None:
        """Find the record to stick to in a window that answers another filter."""
        row = self.window.nearest(self._anchor) if self._anchor else None
        if row is not None:
            self.cursor = row
        self._sought = row is None and not self.window.exact

    def explain_emptiness(self, lines: list[str]) -> None:
        """Say more below the placeholder of an empty list.

        Args:
            lines: Whole lines; none takes back what was said.
        """
        self._explanation = [harmless_line(line) for line in lines]
        self.refresh()

    def _empty(self, y: int) -> Strip:
        """A line without a record; in an empty list the first of them say why it is empty."""
        width = self.size.width
        lines = [self.placeholder, *([""] if self._explanation else []), *self._explanation]
        line = y - min(2, self.size.height - 1)
        if self.pages.count or not 0 <= line < len(lines):
            return Strip.blank(width, self._styles.base)
        text = fit(lines[line].center(width), width)
        return Strip([Segment(text, self._styles.base + self._styles.note)], width)

    def _build(self, row: Row, before: datetime | None, *, cursor: bool) -> Strip:
        self.built += 1
        return row_strip(
            row,
            self.pages.layout,
            self._styles,
            cursor=cursor,
            marked=row.key in self._marks,
            before=before,
            matches=self._matches(row.message),
            hits=self._hits(row.message),
        )

    def _redraw(self) -> None:
        self._strips.clear()
        self.refresh()

    def _restyle(self) -> None:
        self._stale_styles = False
        part = {name: self.get_component_rich_style(name, partial=True) for name in self.COMPONENT_CLASSES}
        styles = ListStyles(
            base=self.rich_style,
            cursor=self.rich_style + part["log-list--cursor"],
            gutter=part["log-list--gutter"],
            mark=part["log-list--mark"],
            time=part["log-list--time"],
            origin=part["log-list--origin"],
            note=part["log-list--note"],
            match=part["log-list--match"],
            hit=part["log-list--hit"],
            levels={level: part[f"log-list--{level}"] for level in LEVELS},
            messages={level: part[f"log-list--{level}-message"] for level in LEVELS},
        )
        if styles != self._styles:
            self._styles = styles
            self._redraw()
