"""The log list: shows the records of a row window, one per line unless they are wrapped or unfolded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from logtui.model.levels import LEVELS
from logtui.tui.list.flow import Flow, Place
from logtui.tui.list.layout import Column
from logtui.tui.list.pages import Pages
from logtui.tui.list.strips import ListStyles, Shown, Words, left_of_hit, row_strips
from logtui.tui.terminal.sanitize import fit, harmless_line

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import datetime, tzinfo

    from textual import events
    from textual.geometry import Region

    from logtui.engine.window.row_window import RowWindow
    from logtui.model.keys import RecordKey
    from logtui.tui.list.rows import Row
    from logtui.tui.list.strips import Highlighter

_STRIPS: Final = 1_024
"""Most records whose drawn lines are cached."""

_DELTA: Final = Column("delta")
_SHIFT: Final = 10
"""Cells of one step of horizontal scrolling."""


class LogList(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows a row window, with a cursor that stays on its record when the window or the filter changes.

    Args:
        head: The first lines of the input, sanitized, which are shown until there are records.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "log-list--cursor",
        "log-list--gutter",
        "log-list--mark",
        "log-list--time",
        "log-list--origin",
        "log-list--note",
        "log-list--context",
        "log-list--match",
        "log-list--hit",
        *(f"log-list--{level}" for level in LEVELS),
        *(f"log-list--{level}-message" for level in LEVELS),
    }

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
    """The size of all lines, as in the base class, but a change neither lays out nor repaints the whole screen."""

    @dataclass
    class Moved(Message):
        """The cursor has moved to another row."""

        row: int

    class Opened(Message):
        """The user has double-clicked a record."""

    def __init__(self, head: Sequence[str] = ()) -> None:
        super().__init__()
        self._head = tuple(head)
        self.pages: Final = Pages()
        self.cursor = 0
        self.following = False
        self.built = 0
        self.unseen_from: int | None = None
        self.placeholder = ""
        self._explanation: list[str] = []
        self._anchor: RecordKey | None = None
        self._sought = False
        self._settled = False
        self._styles = ListStyles()
        self._stale_styles = True
        self._strips: LRUCache[tuple[Row, Shown], list[Strip]] = LRUCache(_STRIPS)
        self._marks: Container[RecordKey] = ()
        self._words = Words()
        self.flow: Final = Flow(self.pages, lambda number: len(self._strips_of(number)))
        self._skipped = 0
        self._places: list[Place] | None = None

    @property
    def window(self) -> RowWindow:
        """The window that the list shows."""
        return self.pages.window

    @property
    def unseen(self) -> int:
        """The number of rows that arrived since following was paused."""
        return 0 if self.unseen_from is None else max(0, self.pages.count - self.unseen_from)

    def show(self, window: RowWindow) -> None:
        """Show a newer window, with the cursor on the same record.

        Args:
            window: A window of the same or a newer generation.
        """
        before, now = self.window.snapshot, window.snapshot
        dropped = now.dropped - before.dropped
        refiltered = window.generation != self.window.generation or dropped > 0 or now.inserted != before.inserted
        is_settled = self._settled and window.generation == self.window.generation
        if self.unseen_from is not None:
            self.unseen_from = self.unseen_from - dropped if is_settled else window.count
        self._settled = is_settled or window.is_complete
        offset = self.cursor - self.scroll_offset.y
        in_view = self._in_view
        self.pages.switch(window)
        if window.count or window.snapshot.done:
            self._head = ()
        if refiltered:
            self._sought = self._anchor is not None
        moved = refiltered or self._sought
        if self._sought:
            self._seek()
        self.cursor = max(0, min(self.cursor, window.count - 1))
        self._measure()
        if self.following:
            self.go(window.count - 1, user=False)
        elif moved:
            self.scroll_to(y=self.cursor - offset, animate=False, immediate=True)
        self._places = None
        if refiltered or not in_view or self._in_view != in_view:
            self.refresh()

    @property
    def _in_view(self) -> list[tuple[Row | None, bool]]:
        """The rows that fill the view, and whether the cursor is on each; empty if they do not fill it."""
        top, height = self.scroll_offset.y, self.size.height
        if not self.flow.is_plain or top + height > self.pages.count:
            return []
        return [(self.pages.row(number), number == self.cursor) for number in range(top, top + height)]

    def highlight(self, *, matches: Highlighter | None = None, hits: Highlighter | None = None) -> None:
        """Change which words are highlighted.

        Args:
            matches: Finds the words of the filter; None keeps the present finder.
            hits: Finds the words of the search; None keeps the present finder.
        """
        self._words = Words(matches or self._words.matches, hits or self._words.hits)
        self._redraw()

    def mark(self, marks: Container[RecordKey]) -> None:
        """Set the keys of the marked records."""
        self._marks = marks
        self._redraw()

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Set the columns before the message."""
        self.pages.arrange(columns)
        self._redraw()

    def show_times(self, zone: tzinfo, anchor: datetime | None) -> None:
        """Show times in a time zone, or relative to a moment."""
        self.pages.show_times(zone, anchor)
        self._redraw()

    def toggle_lines(self) -> bool:
        """Switch the cursor's record between all its lines and only the first; returns false if it has only one."""
        row = self.pages.row(self.cursor)
        if row is None or not row.more_lines:
            return False
        self.flow.toggle(row)
        self.reflow()
        return True

    def reflow(self) -> None:
        """Lay out the records again, because wrapping, unfolding or folding has changed."""
        self._skipped = 0
        self._measure()
        self._redraw()
        self.go(self.flow.start_of_fold(self.cursor), user=False)

    def stick_to(self, key: RecordKey | None, *, seek: bool = False) -> None:
        """Choose the record that the cursor goes to when the next filter is applied.

        Args:
            key: Key of the record; None for no record.
            seek: Whether to go there without waiting for a filter, as soon as the record has been read.
        """
        self._anchor, self._sought = key, seek

    def go(self, row: int, *, user: bool = True) -> None:
        """Put the cursor on a row and scroll it into view.

        Args:
            row: The row; clamped to the rows that exist.
            user: Whether the user asked for it; the cursor then stays on this record under later filters.
        """
        self._place(row, user=user)
        top, height = self.scroll_offset.y, self._height
        if self.cursor < top or (self._skipped and self.cursor == top):
            self._show_from(self.cursor)
        elif self.flow.is_plain:
            if self.cursor >= top + height:
                self._show_from(self.cursor - height + 1)
        elif not self._is_whole(self.cursor):
            self._show_from(self.flow.top_for(self.cursor, height))

    def keep_visible(self) -> None:
        """Scroll the cursor into view."""
        self.go(self.cursor, user=False)

    def reveal(self, row: int) -> None:
        """Put the cursor on a row that may be far away, and show some rows around it."""
        height = self._height
        if not self.scroll_offset.y <= row < self.scroll_offset.y + height:
            self._place(row, user=True)
            self._show_from(row - height // 3)
        self.go(row)

    def move(self, rows: int) -> None:
        """Move the cursor by some rows, but first scroll through a record that is taller than the list."""
        if self.flow.is_plain:
            self.go(self.cursor + rows)
        elif not self._move_within(rows):
            target = self.cursor
            for _ in range(abs(rows)):
                target = self.flow.after(target) if rows > 0 else max(0, self.flow.before(target))
            self.go(self.flow.start_of_fold(min(target, self.pages.count - 1)))

    def page(self, pages: float) -> None:
        """Move the cursor by a number of pages, which may be a fraction."""
        height = max(2, self._height)
        if not self.flow.is_plain:
            self._page_of_tall(pages)
            return
        step = int(pages * (height - 1))
        self._place(self.cursor + step, user=True)
        self._show_from(self.scroll_offset.y + step)
        self.go(self.cursor)

    def shift(self, steps: int) -> None:
        """Scroll the messages horizontally."""
        self._shift_by(steps * _SHIFT)

    def show_hit(self) -> None:
        """Scroll the messages sideways to the hit in the cursor's record if it is out of view; never wrapped ones."""
        row = self.pages.row(self.cursor)
        if row is None or self.flow.wraps:
            return
        left = self.pages.layout.left
        wanted = left_of_hit(row, self.pages.layout, self._shown(row, self.cursor), self._words)
        if wanted != left:
            self._shift_by(wanted - left)

    def unshift(self) -> None:
        """Scroll the messages back to their beginning."""
        if self.pages.layout.left:
            self._shift_by(-self.pages.layout.left)

    def _shift_by(self, cells: int) -> None:
        self.pages.shift(cells)
        self._redraw()

    def follow(self, *, on: bool) -> None:
        """Start or stop following the end while rows arrive."""
        self.following = on
        self.unseen_from = None
        if on:
            self.go(self.pages.count - 1, user=False)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Read the pages in view first, so that drawing a line reads nothing."""
        if self._stale_styles:
            self._restyle()
        top = self.scroll_offset.y
        if self.pages.prepare(top, top + self.size.height):
            self._redraw()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw the line at `y` of the view."""
        place = self.place_at(y)
        strips = [] if place is None else self._strips_of(place.number)
        return strips[place.line] if place is not None and place.line < len(strips) else self._empty(y)

    def place_at(self, y: int) -> Place | None:
        """Find the record and line at `y` of the view; None below the last record."""
        top = self.scroll_offset.y
        if self.flow.is_plain:
            return Place(top + y, 0) if top + y < self.pages.count else None
        if self._places is None:
            self._places = self.flow.places(top, self._skipped, self.size.height)
        return self._places[y] if y < len(self._places) else None

    def notify_style_update(self) -> None:
        """Resolve the styles again before the next paint."""
        super().notify_style_update()
        self._stale_styles = True

    def on_resize(self, _event: events.Resize) -> None:
        """Fit the columns to the new width."""
        self.pages.resize(self.scrollable_content_region.width)
        self._measure()
        self._redraw()
        self.call_after_refresh(self.keep_visible)

    def watch_virtual_size(self, before: Size, after: Size) -> None:
        """Update the scrollbar; if there are fewer lines, also the scroll position, after the cursor is placed."""
        if after.height < before.height:
            self.refresh(layout=True)
        else:
            self._scroll_update(after)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Move the cursor into view when the mouse scrolls."""
        super().watch_scroll_y(old_value, new_value)
        if round(new_value) != round(old_value):
            self._skipped = 0
        self._places = None
        last = self.place_at(self._height - 1)
        top, bottom = round(new_value), last.number if last else self.pages.count - 1
        # In an empty list no record is in view; the one that the cursor was on may come back with the next filter.
        if self.pages.count and not top <= self.cursor <= bottom:
            self._place(max(top, min(self.cursor, bottom)), user=True)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked record; a double click opens it."""
        place = self.place_at(event.y)
        if place is not None:
            self.go(place.number)
        if event.chain > 1:
            self.post_message(self.Opened())

    def _place(self, row: int, *, user: bool) -> None:
        row = max(0, min(row, self.pages.count - 1))
        before, self.cursor = self.cursor, row
        if user:
            self._stick(row)
        if row != before:
            if self.flow.is_plain:
                self.refresh_line(before)
                self.refresh_line(row)
            else:
                self.refresh()
            self.post_message(self.Moved(row))

    def _stick(self, row: int) -> None:
        """Keep the cursor on the record of a row from now on; a row before the end pauses following."""
        self._sought = False
        shown = self.pages.row(row)
        self._anchor = shown.key if shown else None
        at_end = row >= self.pages.count - 1
        if self.following and not at_end:
            self.following, self.unseen_from = False, self.pages.count
        elif at_end and not self.following and self.window.snapshot.state == "live":
            self.following, self.unseen_from = self.pages.count > 1, None

    def _seek(self) -> None:
        """Put the cursor on the record that it is to stay on, if that has been read."""
        row = self.window.nearest(self._anchor) if self._anchor else None
        if row is not None:
            self.cursor = row
        self._sought = row is None and not (self.window.exact and self.window.snapshot.caught_up)

    def explain_emptiness(self, lines: list[str]) -> None:
        """Set the explanation below the placeholder of an empty list.

        Args:
            lines: The lines; empty removes the explanation.
        """
        self._explanation = [harmless_line(line) for line in lines]
        self.refresh()

    def _empty(self, y: int) -> Strip:
        """Draw a line without a record; in an empty list, the first lines say why it is empty."""
        width = self.size.width
        if y < len(self._head) and not self.pages.count:
            return Strip([Segment(fit(f" {self._head[y]}", width), self._styles.base)], width)
        lines = [self.placeholder, *([""] if self._explanation else []), *self._explanation]
        line = y - min(2, self.size.height - 1)
        if self.pages.count or not 0 <= line < len(lines):
            return Strip.blank(width, self._styles.base)
        text = fit(lines[line].center(width), width)
        return Strip([Segment(text, self._styles.base + self._styles.note)], width)

    def _strips_of(self, number: int) -> list[Strip]:
        row = self.pages.row(number)
        if row is None:
            return []
        shown = self._shown(row, number)
        strips = self._strips.get((row, shown))
        if strips is None:
            self.built += 1
            strips = row_strips(row, self.pages.layout, self._styles, shown, self._words)
            self._strips[row, shown] = strips
        return strips

    def _shown(self, row: Row, number: int) -> Shown:
        above = self.pages.row(number - 1) if _DELTA in self.pages.layout.columns else None
        return Shown(
            is_cursor=number == self.cursor,
            is_marked=row.key in self._marks,
            is_open=self.flow.is_open(row),
            wraps=self.flow.wraps,
            before=above.time if above else None,
            repeats=self.flow.repeats(number),
        )

    @property
    def _height(self) -> int:
        return max(1, self.scrollable_content_region.height)

    def _measure(self) -> None:
        """Set the scrollable height; if records may be tall, any record can be scrolled to the top."""
        slack = 0 if self.flow.is_plain or not self.pages.count else self._height - 1
        self.virtual_size = Size(0, self.pages.count + slack)

    def _show_from(self, row: int) -> None:
        self._skipped, self._places = 0, None
        self.scroll_to(y=row, animate=False, immediate=True)
        self.refresh()

    def _is_whole(self, number: int) -> bool:
        """Whether all lines of a row are in view, or as many as fit."""
        places = [self.place_at(y) for y in range(self._height)]
        seen = sum(place is not None and place.number == number for place in places)
        return seen >= min(len(self._strips_of(number)), self._height)

    def _move_within(self, lines: int) -> bool:
        """Scroll within the cursor's record if it is taller than the list; returns false if nothing was scrolled."""
        hidden = len(self._strips_of(self.cursor)) - self._height
        if self.cursor != self.scroll_offset.y or hidden <= 0:
            return False
        skipped = max(0, min(self._skipped + lines, hidden))
        if skipped == self._skipped:
            return False
        self._skipped, self._places = skipped, None
        self.refresh()
        return True

    def _page_of_tall(self, pages: float) -> None:
        """Move by a page over tall records: the last one in view moves to the top, or the first one to the bottom."""
        lines = max(1, int(abs(pages) * (self._height - 1)))
        if self._move_within(lines if pages > 0 else -lines):
            return
        if pages > 0:
            last = self.place_at(min(lines, self._height - 1))
            target = last.number if last and last.number > self.scroll_offset.y else self.flow.after(self.cursor)
            self._show_from(min(target, self.pages.count - 1))
        else:
            self._show_from(self.flow.top_for(max(0, self.flow.before(self.scroll_offset.y)), lines))
            target = self.scroll_offset.y
        self.go(target)

    def _redraw(self) -> None:
        self._strips.clear()
        self._places = None
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
            context=part["log-list--context"],
            match=part["log-list--match"],
            hit=part["log-list--hit"],
            levels={level: part[f"log-list--{level}"] for level in LEVELS},
            messages={level: part[f"log-list--{level}-message"] for level in LEVELS},
        )
        if styles != self._styles:
            self._styles = styles
            self._redraw()
