"""Performs actions on the lines of the side pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.engine.summaries.field_series import field_series
from logtui.errors import LogtuiError, QueryError
from logtui.query import refined
from logtui.tui.panes.charts import chart, drawn_height, spans_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.style import Style

    from logtui.engine.summaries.field_series import FieldSeries
    from logtui.tui.list.display import Display
    from logtui.tui.list.searching import Searching
    from logtui.tui.messages import Messages
    from logtui.tui.panes.alerting import Alerting
    from logtui.tui.panes.choices import Choice
    from logtui.tui.query.filters import Filters
    from logtui.tui.query.views import Views
    from logtui.tui.viewer import Viewer


class Choosing:
    """Opens, includes, excludes, draws, mutes or acknowledges the subject of a line of the pane.

    Args:
        viewer: The screen.
        messages: Reports actions that are not possible.
        display: Shows, hides, moves and resizes columns.
        searching: Moves the cursor to records.
        filters: Shows the tables of pipes.
        views: Applies changed filters.
        alerting: Mutes and acknowledges alerts.
    """

    def __init__(
        self,
        viewer: Viewer,
        messages: Messages,
        display: Display,
        searching: Searching,
        filters: Filters,
        views: Views,
        alerting: Alerting,
    ) -> None:
        self._viewer = viewer
        self._messages = messages
        self._display = display
        self._searching = searching
        self._filters = filters
        self._views = views
        self._alerting = alerting

    def choose(self, choice: Choice, how: str, styles: Mapping[str, Style]) -> None:
        """Perform an action on a line of the pane; actions that the line does not support do nothing.

        Args:
            choice: The line.
            how: The action: `open`, `include`, `exclude`, `left`, `right`, `chart`, `mute` or `acknowledge`.
            styles: The styles of the pane, which a chart uses.
        """
        if choice.column:
            self._arrange(choice.column, how)
        elif how == "chart":
            self._draw(choice.field, styles)
        elif how in ("mute", "acknowledge"):
            self._handle(choice, how)
        elif not (how == "open" and self._opens(choice)) and choice.clause:
            self._refine(choice.clause, exclude=how == "exclude")

    def _opens(self, choice: Choice) -> bool:
        """Go to the records or the table of a line; false if the line has none."""
        if choice.alert:
            self._alerting.go_to(choice.alert, choice.time)
        elif choice.older:
            self._alerting.fetch_older(choice.older)
        elif choice.place is not None:
            self._searching.go_to_line(choice.place.source, choice.place.line)
        elif choice.key is not None or choice.time is not None:
            self._searching.go_to(choice.key, choice.time)
        elif choice.pipe:
            self._filters.tabulate(choice.pipe)
        else:
            return False
        return True

    def _arrange(self, column: str, how: str) -> None:
        """Show or hide, move or resize a column."""
        if how == "open":
            self._display.toggle_column(column)
        elif how in ("include", "exclude"):
            self._display.resize_column(column, 1 if how == "include" else -1)
        elif how in ("left", "right"):
            self._display.move_column(column, -1 if how == "left" else 1)

    def _draw(self, field: str, styles: Mapping[str, Style]) -> None:
        """Show a chart of a field's numbers over time."""
        if not field:
            return
        viewer, window = self._viewer, self._viewer.window.core
        spans, height = spans_for(viewer.text_width), drawn_height(viewer.size.height)

        def show(series: FieldSeries | LogtuiError) -> None:
            if isinstance(series, LogtuiError):
                self._messages.say(str(series), error=True)
            else:
                viewer.show_text(f"{series.field} over time", chart(series, height, viewer.zone, styles), wide=True)

        viewer.bridge.run("chart", lambda cancelled: field_series(window, field, spans, cancelled), show)

    def _handle(self, choice: Choice, how: str) -> None:
        """Mute a rule or acknowledge an alert."""
        if choice.alert and how == "mute":
            self._alerting.mute(choice.alert)
        elif choice.alert:
            self._alerting.acknowledge(choice.alert)

    def _refine(self, clause: str, *, exclude: bool) -> None:
        try:
            text = refined(self._filters.text, clause, exclude=exclude)
        except QueryError as error:
            self._messages.say(str(error), error=True)
            return
        self._views.show(text)
