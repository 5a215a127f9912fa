"""The details of the cursor's record: opened, closed, kept up to date."""

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
    """Shows the cursor's record while they are open.

    Args:
        viewer: The screen.
        log_list: Keeps its cursor in view when the details take room.
        detail: Where the record is shown.
        histogram: Marks the time of the record.
    """

    def __init__(self, viewer: Viewer, log_list: LogList, detail: Detail, histogram: HistogramView) -> None:
        self._viewer = viewer
        self._list = log_list
        self._detail = detail
        self._histogram = histogram

    @property
    def is_open(self) -> bool:
        """Whether they are on the screen."""
        return self._detail.has_class("-open")

    def toggle(self) -> None:
        """Show or hide them."""
        self._detail.toggle_class("-open")
        self.refresh()
        self._list.call_after_refresh(self._list.keep_visible)

    def close(self) -> None:
        """Hide them."""
        self._detail.remove_class("-open")

    def focus(self) -> None:
        """Give them the keyboard."""
        self._detail.screen.set_focus(self._detail)

    def scroll(self, lines: int) -> None:
        """Scroll down or, with negative lines, up."""
        self._detail.scroll_relative(y=lines, animate=False, immediate=True)

    def refresh(self) -> None:
        """Show the record that the cursor is on now, and its time."""
        record = self._viewer.record
        self._histogram.mark(nanoseconds_of(record))
        if self.is_open:
            self._detail.show(record, self._around)

    def _around(self) -> pl.DataFrame:
        """The cursor's record and its neighbours in its source."""
        key = self._viewer.key
        return NO_RECORDS if key is None else around(self._viewer.window, key, _AROUND)
