"""The histogram above the list: counts of records over time, stacked by level."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, ClassVar, Final

import polars as pl
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from logtui.engine.summaries.histogram import Histogram, histogram_of
from logtui.tui.list.bars import BarMarks, BarStyles, bar_at, bar_strips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

_PARTS: Final = ("error", "warn", "info", "debug")


class HistogramView(Widget, can_focus=True):
    """Shows a histogram, in which a span of time can be chosen by keys and mouse.

    Args:
        key: The key that switches between all times and the bulk of the times.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "point(-1)", "Earlier", show=False),
        Binding("right,l", "point(1)", "Later", show=False),
        Binding("shift+left,H", "extend(-1)", "Choose more to the left", show=False),
        Binding("shift+right,L", "extend(1)", "Choose more to the right", show=False),
        Binding("enter,z", "zoom", "Show only the chosen span", show=False),
        Binding("escape,q,tab", "leave", "Back to the list", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"histogram--{part}" for part in _PARTS),
        "histogram--axis",
        "histogram--cursor",
        "histogram--column",
        "histogram--flag",
    }

    @dataclass
    class Pointed(Message):
        """The user has pointed at a time; the list is to go to the first record at or after it."""

        moment: int

    @dataclass
    class Chosen(Message):
        """The user has chosen a half-open range of time, epoch nanoseconds."""

        low: int
        high: int

    class Left(Message):
        """The user has asked to return to the list."""

    def __init__(self, key: str = "") -> None:
        super().__init__()
        self._key = key
        self._is_whole = False
        self.histogram: Histogram = histogram_of([], 1)
        self._cursor: int | None = None
        self._flags: tuple[int, ...] = ()
        self._zone: tzinfo = UTC
        self._at: int | None = None
        self._anchor: int | None = None
        self._is_dragging = False
        self._strips: list[Strip] | None = None

    def show(self, histogram: Histogram, *, is_whole: bool = False) -> None:
        """Show a histogram.

        Args:
            histogram: The counts.
            is_whole: Whether it was counted over all times, and not over the bulk of the times.
        """
        self._is_whole = is_whole
        if histogram.start != self.histogram.start or histogram.step != self.histogram.step:
            self._at = self._anchor = None
        self.histogram = histogram
        self._redraw()

    @property
    def chosen(self) -> range:
        """The numbers of the chosen buckets."""
        if self._at is None:
            return range(0)
        anchor = self._at if self._anchor is None else self._anchor
        return range(min(anchor, self._at), max(anchor, self._at) + 1)

    @property
    def _bucket(self) -> int | None:
        """The number of the bucket of the cursor's record."""
        return None if self._cursor is None else self.histogram.bucket_of(self._cursor)

    def mark(self, nanoseconds: int | None) -> None:
        """Mark the bucket of a time in epoch nanoseconds; None removes the mark."""
        bucket, self._cursor = self._bucket, nanoseconds
        if self._bucket != bucket:
            self._redraw()

    def show_times(self, zone: tzinfo) -> None:
        """Show times in a time zone."""
        self._zone = zone
        self._redraw()

    def flag(self, moments: Sequence[int]) -> None:
        """Flag the times when alerts fired, epoch nanoseconds."""
        if tuple(moments) != self._flags:
            self._flags = tuple(moments)
            self._redraw()

    def render_line(self, y: int) -> Strip:
        """Draw a line of the bars, or the axis."""
        if self._strips is None:
            marks = BarMarks(self._cursor, self._flags, self.chosen, self._zone, self._key, self._is_whole)
            self._strips = bar_strips(self.histogram, self.size.width, self.size.height, self._styles(), marks)
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)

    def on_focus(self) -> None:
        """Choose the bucket of the cursor's record."""
        if self._at is None and self.histogram.buckets:
            self._choose(self._bucket or 0, None)

    def on_blur(self) -> None:
        """Clear the choice."""
        self._choose(None, None)

    def action_point(self, bars: int) -> None:
        """Move to another bar, and the list to its records."""
        if self._at is not None:
            self._choose(self._within(self._at + bars), None)
            self.post_message(self.Pointed(self._start_of(self._at)))

    def action_extend(self, bars: int) -> None:
        """Extend or shrink the chosen span by some bars."""
        if self._at is not None:
            anchor = self._at if self._anchor is None else self._anchor
            self._choose(self._within(self._at + bars), anchor)

    def action_zoom(self) -> None:
        """Ask for only the records of the chosen span."""
        if self.chosen:
            low, high = self._start_of(self.chosen.start), self._start_of(self.chosen.stop)
            self.post_message(self.Chosen(low, high))

    def action_leave(self) -> None:
        """Ask to return to the list."""
        self.post_message(self.Left())

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Start choosing a span."""
        bar = bar_at(self.histogram, self.size.width, event.x)
        if bar is not None:
            self._is_dragging = True
            self.capture_mouse()
            self._choose(bar, bar)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Extend the chosen span to the mouse."""
        bar = bar_at(self.histogram, self.size.width, max(0, event.x))
        if self._is_dragging and bar is not None:
            self._choose(bar, self._anchor)

    def on_mouse_up(self, _event: events.MouseUp) -> None:
        """Ask for the records of the chosen span, or go to the clicked bar."""
        if not self._is_dragging:
            return
        self._is_dragging = False
        self.release_mouse()
        if len(self.chosen) > 1:
            self.action_zoom()
        elif self._at is not None:
            self.post_message(self.Pointed(self._start_of(self._at)))

    def _choose(self, at: int | None, anchor: int | None) -> None:
        self._at, self._anchor = at, anchor
        self._redraw()

    def _within(self, bar: int) -> int:
        return max(0, min(bar, self.histogram.buckets - 1))

    def _start_of(self, bar: int) -> int:
        return self.histogram.start + bar * self.histogram.step

    def on_resize(self, _event: events.Resize) -> None:
        """Draw at the new size."""
        self._redraw()

    def notify_style_update(self) -> None:
        """Draw with the new colours."""
        super().notify_style_update()
        self._strips = None

    def _redraw(self) -> None:
        self._strips = None
        self.refresh()

    def _styles(self) -> BarStyles:
        return BarStyles(
            base=self.rich_style,
            stack=tuple(self.get_component_rich_style(f"histogram--{part}", partial=True) for part in _PARTS),
            axis=self.get_component_rich_style("histogram--axis", partial=True),
            cursor=self.get_component_rich_style("histogram--cursor", partial=True),
            flag=self.get_component_rich_style("histogram--flag", partial=True),
            column=self.get_component_rich_style("histogram--column", partial=True),
        )


def nanoseconds_of(record: pl.DataFrame) -> int | None:
    """The time of a frame of one record in epoch nanoseconds; None if it has none."""
    return record["timestamp"].cast(pl.Int64)[0] if record.height else None
