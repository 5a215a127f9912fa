"""Opens and closes the details, and keeps them up to date with the cursor's record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.engine.window.context import around
from logtui.model.record import NO_RECORDS
from logtui.tui.list.histogram_view import nanoseconds_of

if TYPE_CHECKING:
    import polars as pl

    from logtui.tui.list.histogram_view import HistogramView
    from logtui.tui.list.log_list import LogList
    from logtui.tui.record.detail import Detail
    from logtui.tui.viewer import Viewer

_AROUND: Final = 50


class Inspecting:
    """Shows the cursor's record in the detail pane while that is open.

    Args:
        viewer: The screen.
        log_list: The list, which keeps its cursor in view when the pane takes room from it.
        detail: The detail pane.
        histogram: The histogram, which marks the time of the record.
    """

    def __init__(self, viewer: Viewer, log_list: LogList, detail: Detail, histogram: HistogramView) -> None:
        self._viewer = viewer
        self._list = log_list
        self._detail = detail
        self._histogram = histogram

    @property
    def is_open(self) -> bool:
        """Whether the detail pane is open."""
        return self._detail.has_class("-open")

    def toggle(self) -> None:
        """Open or close the detail pane."""
        self._detail.toggle_class("-open")
        self.refresh()
        self._list.call_after_refresh(self._list.keep_visible)

    def close(self) -> None:
        """Close the detail pane."""
        self._detail.remove_class("-open")

    def focus(self) -> None:
        """Move the keyboard focus to the detail pane."""
        self._detail.screen.set_focus(self._detail)

    def scroll(self, lines: int) -> None:
        """Scroll down by some lines, or up if negative."""
        self._detail.scroll_relative(y=lines, animate=False, immediate=True)

    def refresh(self) -> None:
        """Show the cursor's record, and mark its time in the histogram."""
        record = self._viewer.record
        self._histogram.mark(nanoseconds_of(record))
        if self.is_open:
            self._detail.show(record, self._around)

    def _around(self) -> pl.DataFrame:
        """Read the cursor's record and its neighbours in the source."""
        key = self._viewer.key
        return NO_RECORDS if key is None else around(self._viewer.window, key, _AROUND)
