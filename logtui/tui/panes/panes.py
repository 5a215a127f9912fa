"""Which side pane is open and what is in it; the listings are made in threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.engine.summaries.field_series import field_series
from logtui.errors import LogtuiError, QueryError
from logtui.query import refined
from logtui.tui.panes.charts import chart, drawn_height, spans_for
from logtui.tui.panes.choices import (
    Listing,
    alerts_listing,
    anomalies_listing,
    columns_listing,
    fields_listing,
    marks_listing,
    patterns_listing,
    values_listing,
)
from logtui.tui.panes.pane import Pane
from logtui.tui.record.detail import Detail
from logtui.tui.screens.text import FRAME, TextScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from logtui.engine.summaries.field_series import FieldSeries
    from logtui.engine.window.row_window import RowWindow
    from logtui.tui.screens.main import MainScreen


class Panes:
    """Opens, fills and closes the side pane.

    Args:
        screen: The main screen.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._filled_for: RowWindow | None = None
        self._is_filling = False
        self._moment: datetime | None = None

    @property
    def _pane(self) -> Pane:
        return self._screen.query_one(Pane)

    def fields(self) -> None:
        """Open the fields, or close them."""
        self._toggle("fields")

    def patterns(self) -> None:
        """Open the patterns, or close them."""
        self._moment = None
        self._toggle("patterns")

    def compare(self) -> None:
        """Open the patterns that are new, gone or changed since the cursor's time."""
        log_list = self._screen.log_list
        row = log_list.pages.row(log_list.cursor)
        if row is None or row.time is None:
            self._screen.say("this record has no time to compare before and after", error=True)
            return
        self._moment = row.time
        self._pane.kind = ""
        self._toggle("patterns")

    def alerts(self) -> None:
        """Open the alerts, or close them."""
        self._toggle("alerts")

    def columns(self) -> None:
        """Open the columns, or close them."""
        self._toggle("columns")

    def anomalies(self) -> None:
        """Open what is unusual about the records, or close it."""
        self._toggle("anomalies")

    def values(self) -> None:
        """Open the values of the cursor's record."""
        self._toggle("values")

    def marks(self) -> None:
        """Open the marks, or close them."""
        self._toggle("marks")

    def close(self) -> bool:
        """Close the pane; tells whether one was open."""
        was_open = self._pane.is_open
        self._pane.close()
        self._screen.bridge.cancel("pane")
        self._is_filling = False
        if was_open:
            self._screen.set_focus(self._screen.log_list)
        return was_open

    def refresh(self) -> None:
        """Bring the open pane up to date with the newest window, one listing at a time."""
        pane, window = self._pane, self._screen.log_list.window
        if not pane.is_open or self._is_filling or window is self._filled_for:
            return
        if pane.kind == "marks":
            self._show(marks_listing(self._screen.marking.marks.all(), pane.styles_of_parts))
        elif pane.kind == "columns":
            self._filled_for = window
            self._show(columns_listing(window.snapshot.sample, self._screen.shown.columns, pane.styles_of_parts))
        elif pane.kind == "alerts":
            alerting = self._screen.alerting
            self._filled_for = window
            self._show(alerts_listing(alerting.evaluations, alerting, pane.styles_of_parts, self._screen.zone))
        elif pane.kind == "values":
            record = window.page(self._screen.log_list.cursor, 1)
            self._filled_for = window
            self._show(values_listing(record, pane.styles_of_parts))
        elif window.exact or not pane.listing.title:
            self._filled_for, self._is_filling = window, True
            self._screen.bridge.run("pane", self._job(pane.kind, window), self._show)

    @property
    def is_current(self) -> bool:
        """Whether the listing is that of the newest window."""
        return not self._is_filling and self._filled_for is self._screen.log_list.window

    def again(self) -> None:
        """Fill the pane anew, because something else than the window has changed."""
        self._filled_for = None
        self.refresh()

    def moved(self) -> None:
        """The cursor is on another record."""
        if self._pane.kind == "values":
            self.again()

    def chosen(self, event: Pane.Chosen) -> None:
        """Open, include or exclude a choice."""
        choice = event.choice
        if choice.column:
            self._arrange(choice.column, event.how)
        elif event.how == "chart":
            self._draw(choice.field)
        elif event.how in ("mute", "acknowledge"):
            self._tell(choice.rule, event.how)
        elif event.how == "open" and choice.rule:
            self._screen.alerting.go_to(choice.rule, choice.time)
        elif event.how == "open" and choice.place is not None:
            self._screen.searching.go_to_line(choice.place.source, choice.place.line)
        elif event.how == "open" and (choice.key is not None or choice.time is not None):
            self._screen.searching.go_to(choice.key, choice.time)
        elif event.how == "open" and choice.pipe:
            self._screen.filters.tabulate(choice.pipe)
        elif choice.clause:
            self._refine(choice.clause, exclude=event.how == "exclude")

    def _arrange(self, column: str, how: str) -> None:
        """Show or hide, move or resize a column."""
        shown = self._screen.shown
        if how == "open":
            shown.toggle_column(column)
        elif how in ("include", "exclude"):
            shown.resize_column(column, 1 if how == "include" else -1)
        elif how in ("left", "right"):
            shown.move_column(column, -1 if how == "left" else 1)

    def _draw(self, field: str) -> None:
        """Show a field's numbers over time."""
        if not field:
            return
        screen, styles = self._screen, self._pane.styles_of_parts
        spans, height = spans_for(screen.size.width - FRAME), drawn_height(screen.size.height)

        def show(series: FieldSeries | LogtuiError) -> None:
            if isinstance(series, LogtuiError):
                screen.say(str(series), error=True)
            else:
                text = chart(series, height, screen.zone, styles)
                screen.app.push_screen(TextScreen(f"{series.field} over time", text, wide=True))

        window = screen.log_list.window.core
        screen.bridge.run("chart", lambda cancelled: field_series(window, field, spans, cancelled), show)

    def _tell(self, rule: str, how: str) -> None:
        """Mute or acknowledge an alert; in other panes this means nothing."""
        if rule and how == "mute":
            self._screen.alerting.mute(rule)
        elif rule:
            self._screen.alerting.acknowledge(rule)

    def _refine(self, clause: str, *, exclude: bool) -> None:
        try:
            text = refined(self._screen.filters.text, clause, exclude=exclude)
        except QueryError as error:
            self._screen.say(str(error), error=True)
            return
        self._screen.views.show(text)

    def _toggle(self, kind: str) -> None:
        if self._pane.kind == kind:
            self.close()
            return
        self._screen.query_one(Detail).remove_class("-open")
        self._screen.bridge.cancel("pane")
        self._is_filling = False
        self._pane.open(kind)
        self.again()

    def _job(self, kind: str, window: RowWindow) -> Callable[[Callable[[], bool]], Listing]:
        styles, moment = self._pane.styles_of_parts, self._moment
        if kind == "anomalies":
            return lambda cancelled: anomalies_listing(window.core, styles, cancelled)
        if kind == "fields":
            return lambda cancelled: fields_listing(window.core, styles, cancelled)
        return lambda cancelled: patterns_listing(window.core, styles, moment, cancelled)

    def _show(self, listing: Listing | LogtuiError) -> None:
        self._is_filling = False
        if isinstance(listing, LogtuiError):
            self._screen.say(str(listing), error=True)
        elif self._pane.is_open:
            self._pane.show(listing)
