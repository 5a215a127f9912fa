"""Opens the side pane and keeps its content up to date; slow listings are built in threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.errors import LogtuiError
from logtui.tui.panes.choices import (
    Listing,
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
        messages: Reports why there is nothing to list.
        pane: The widget that shows listings.
        inspecting: The details, which are closed when the pane takes their place.
        marks: The marks to list.
        display: Provides the columns.
        alerting: Provides the alerts.
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
        """Open or close the fields."""
        self._toggle("fields")

    def patterns(self) -> None:
        """Open or close the patterns."""
        self._moment = None
        self._toggle("patterns")

    def compare(self) -> None:
        """Open the patterns that differ before and after the time of the cursor's record."""
        if self._viewer.moment is None:
            self._messages.say("this record has no time to compare before and after", error=True)
            return
        self._moment = self._viewer.moment
        self._pane.kind = ""
        self._toggle("patterns")

    def alerts(self) -> None:
        """Open or close the alerts."""
        self._toggle("alerts")

    def columns(self) -> None:
        """Open or close the columns."""
        self._toggle("columns")

    def anomalies(self) -> None:
        """Open or close the anomalies."""
        self._toggle("anomalies")

    def values(self) -> None:
        """Open or close the values of the cursor's record."""
        self._toggle("values")

    def marks(self) -> None:
        """Open or close the marks."""
        self._toggle("marks")

    def close(self) -> bool:
        """Close the pane; returns whether it was open."""
        was_open = self._pane.is_open
        self._pane.close()
        self._viewer.bridge.cancel("pane")
        self._is_filling = False
        if was_open:
            self._viewer.focus_list()
        return was_open

    def refresh(self) -> None:
        """Fill the open pane for the newest window, unless that is done or a listing is still being built."""
        pane, window = self._pane, self._viewer.window
        if not pane.is_open or self._is_filling or window is self._filled_for:
            return
        if pane.kind == "marks":
            self._show(marks_listing(self._marks.all(), pane.styles_of_parts))
        elif pane.kind == "columns":
            self._filled_for = window
            self._show(columns_listing(window.snapshot.sample, self._display.columns, pane.styles_of_parts))
        elif pane.kind == "alerts":
            self._filled_for = window
            self._show(self._alerting.listing(pane.styles_of_parts))
        elif pane.kind == "values":
            self._filled_for = window
            self._show(values_listing(self._viewer.record, pane.styles_of_parts))
        elif window.exact or not pane.listing.title:
            self._filled_for, self._is_filling = window, True
            self._viewer.bridge.run("pane", self._job(pane.kind, window), self._show)

    @property
    def is_current(self) -> bool:
        """Whether the pane shows the newest window."""
        return not self._is_filling and self._filled_for is self._viewer.window

    def refill(self) -> None:
        """Refill the pane, because something besides the window has changed."""
        self._filled_for = None
        self.refresh()

    def cursor_moved(self) -> None:
        """Refill the pane if it shows the values of the cursor's record, because the cursor has moved."""
        if self._pane.kind == "values":
            self.refill()

    def _toggle(self, kind: str) -> None:
        if self._pane.kind == kind:
            self.close()
            return
        self._inspecting.close()
        self._viewer.bridge.cancel("pane")
        self._is_filling = False
        self._pane.open(kind)
        self.refill()

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
