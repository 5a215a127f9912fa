"""Which side pane is open and what is in it; the listings are made in threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.errors import LogtuiError
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

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from logtui.engine.window.row_window import RowWindow
    from logtui.tui.list.display import Display
    from logtui.tui.list.marks import Marks
    from logtui.tui.messages import Messages
    from logtui.tui.panes.alerting import Alerting
    from logtui.tui.panes.pane import Pane
    from logtui.tui.record.inspecting import Inspecting
    from logtui.tui.viewer import Viewer


class Panes:
    """Opens, fills and closes the side pane.

    Args:
        viewer: The screen.
        messages: Tells why there is nothing to list.
        pane: Where listings are shown.
        inspecting: Closes the details when the pane takes their place.
        marks: Listed.
        display: Knows the columns.
        alerting: Knows the alerts.
    """

    def __init__(
        self,
        viewer: Viewer,
        messages: Messages,
        pane: Pane,
        inspecting: Inspecting,
        marks: Marks,
        display: Display,
        alerting: Alerting,
    ) -> None:
        self._viewer = viewer
        self._messages = messages
        self._pane = pane
        self._inspecting = inspecting
        self._marks = marks
        self._display = display
        self._alerting = alerting
        self._filled_for: RowWindow | None = None
        self._is_filling = False
        self._moment: datetime | None = None

    def fields(self) -> None:
        """Open the fields, or close them."""
        self._toggle("fields")

    def patterns(self) -> None:
        """Open the patterns, or close them."""
        self._moment = None
        self._toggle("patterns")

    def compare(self) -> None:
        """Open the patterns that are new, gone or changed since the cursor's time."""
        if self._viewer.moment is None:
            self._messages.say("this record has no time to compare before and after", error=True)
            return
        self._moment = self._viewer.moment
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
        self._viewer.bridge.cancel("pane")
        self._is_filling = False
        if was_open:
            self._viewer.focus_list()
        return was_open

    def refresh(self) -> None:
        """Bring the open pane up to date with the newest window, one listing at a time."""
        pane, window = self._pane, self._viewer.window
        if not pane.is_open or self._is_filling or window is self._filled_for:
            return
        if pane.kind == "marks":
            self._show(marks_listing(self._marks.all(), pane.styles_of_parts))
        elif pane.kind == "columns":
            self._filled_for = window
            self._show(columns_listing(window.snapshot.sample, self._display.columns, pane.styles_of_parts))
        elif pane.kind == "alerts":
            alerting = self._alerting
            self._filled_for = window
            self._show(alerts_listing(alerting.evaluations, alerting, pane.styles_of_parts, self._viewer.zone))
        elif pane.kind == "values":
            self._filled_for = window
            self._show(values_listing(self._viewer.record, pane.styles_of_parts))
        elif window.exact or not pane.listing.title:
            self._filled_for, self._is_filling = window, True
            self._viewer.bridge.run("pane", self._job(pane.kind, window), self._show)

    @property
    def is_current(self) -> bool:
        """Whether the listing is that of the newest window."""
        return not self._is_filling and self._filled_for is self._viewer.window

    def again(self) -> None:
        """Fill the pane anew, because something else than the window has changed."""
        self._filled_for = None
        self.refresh()

    def moved(self) -> None:
        """The cursor is on another record."""
        if self._pane.kind == "values":
            self.again()

    def _toggle(self, kind: str) -> None:
        if self._pane.kind == kind:
            self.close()
            return
        self._inspecting.close()
        self._viewer.bridge.cancel("pane")
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
            self._messages.say(str(listing), error=True)
        elif self._pane.is_open:
            self._pane.show(listing)
