"""Counts the records for the histogram in a thread, over the bulk of the times or over all times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.errors import LogtuiError

if TYPE_CHECKING:
    from textual.timer import Timer

    from logtui.engine.summaries.histogram import Histogram
    from logtui.engine.window.row_window import RowWindow
    from logtui.tui.list.histogram_view import HistogramView
    from logtui.tui.messages import Messages
    from logtui.tui.viewer import Viewer

_MOST_BARS: Final = 200
_FEWEST_BARS: Final = 10
_PAUSE_SECONDS: Final = 1 / 6
"""Pause between two counts while the inputs are read."""

_LIVE_PAUSE_SECONDS: Final = 1.0
"""Pause between two counts while records arrive as they are written, few at a time."""


class Counting:
    """Keeps the histogram up to date with the list, running one count at a time.

    Args:
        viewer: The screen.
        messages: Reports errors.
        view: The histogram.
    """

    def __init__(self, viewer: Viewer, messages: Messages, view: HistogramView) -> None:
        self._viewer = viewer
        self._messages = messages
        self._view = view
        self._counted: RowWindow | None = None
        self._pause: Timer | None = None
        self._is_whole = False

    def keep_up(self) -> None:
        """Count the rows of a newer window, once the pause since the last count is over."""
        if self._pause is None:
            self.count()

    def count(self) -> None:
        """Count the rows of the list in a thread, unless a count is running or the histogram is hidden."""
        if self._counted is not None or self._view.has_class("-hidden"):
            return
        window, whole = self._viewer.window, self._is_whole
        self._counted = window
        bars = max(_FEWEST_BARS, min(_MOST_BARS, self._viewer.size.width))
        self._viewer.bridge.run(
            "histogram",
            lambda _cancelled: window.histogram(bars, whole=whole),
            lambda histogram: self._show(histogram, is_whole=whole),
        )

    def walk(self) -> None:
        """Focus the histogram; hide it if it has the focus, and show it if it is hidden."""
        if self._view.has_focus or self._view.has_class("-hidden"):
            self._view.toggle_class("-hidden")
            self._viewer.focus_list()
            self.count()
        else:
            self._view.screen.set_focus(self._view)

    def toggle_all_times(self) -> None:
        """Switch the histogram between all times and the bulk of the times."""
        if not self._is_whole and not self._view.histogram.outside:
            self._messages.say("no record is elsewhere: the histogram shows all times")
            return
        self._is_whole = not self._is_whole
        shown, other = ("all times", "the bulk of them") if self._is_whole else ("the bulk", "all times")
        self._messages.say(f"{shown}; {self._viewer.shown_key('all_times')} shows {other}")
        self.count()

    def _show(self, histogram: Histogram | LogtuiError, *, is_whole: bool) -> None:
        counted, self._counted = self._counted, None
        if isinstance(histogram, LogtuiError):
            self._messages.say(f"histogram: {histogram}", error=True)
            return
        self._view.show(histogram, is_whole=is_whole)
        if is_whole != self._is_whole:
            self.count()
            return
        is_live = counted is not None and counted.snapshot.state == "live"
        pause = _LIVE_PAUSE_SECONDS if is_live else _PAUSE_SECONDS
        self._pause = self._view.set_timer(pause, lambda: self._end_pause(counted))

    def _end_pause(self, counted: RowWindow | None) -> None:
        self._pause = None
        if counted is not self._viewer.window:
            self.count()
