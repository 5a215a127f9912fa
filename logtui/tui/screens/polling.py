"""Polls the bridge for windows, the outcomes of jobs, and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logtui.engine.window.row_window import RowWindow
    from logtui.tui.screens.parts import Parts, Widgets
    from logtui.tui.viewer import Viewer


class Polling:
    """Updates the screen with what the bridge provides.

    Args:
        viewer: The screen.
        widgets: The widgets of the screen.
        parts: The parts of the screen.
    """

    def __init__(self, viewer: Viewer, widgets: Widgets, parts: Parts) -> None:
        self._viewer = viewer
        self._widgets = widgets
        self._parts = parts
        self._notices = 0

    def poll(self) -> None:
        """Show what is new since the last call."""
        bridge = self._viewer.bridge
        for outcome in bridge.outcomes():
            outcome.then(outcome.value)
        window = bridge.poll()
        if window is not None:
            self._take(window)
        self._parts.alerting.look()

    def _take(self, window: RowWindow) -> None:
        log_list, parts = self._widgets.log_list, self._parts
        is_first = not log_list.pages.count
        log_list.placeholder = self._why_empty(window)
        log_list.show(window)
        self._tell_problems(window)
        if is_first or window.generation:
            parts.inspecting.refresh()
        if log_list.following and window.snapshot.done and window.exact:
            log_list.follow(on=False)
        parts.counting.keep_up()
        self._viewer.show_status()
        parts.filters.settle(window)
        parts.searching.settle()
        parts.panes.refresh()

    def _tell_problems(self, window: RowWindow) -> None:
        """Report problems with the filter or the input that are new since the last window."""
        say, snapshot = self._widgets.hint_line.say, window.snapshot
        news = snapshot.notices[self._notices :]
        self._notices += len(news)
        if window.error:
            say(f"filter: {window.error}", error=True)
        if len(news) > 1:
            say(f"{len(news)} notices, press {self._viewer.shown_key('notices')} to read them", error=True)
        elif news:
            say(news[0], error=True)
        if snapshot.error:
            say(snapshot.error, error=True)

    def _why_empty(self, window: RowWindow) -> str:
        if not window.exact or (not window.snapshot.rows and window.snapshot.state == "reading"):
            return "reading …"
        if window.snapshot.rows:
            return f"no record matches this filter   ({self._viewer.shown_key('filter')} changes it)"
        return "no records" if window.snapshot.done else "waiting for records …"
