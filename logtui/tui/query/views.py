"""Navigates between views, each of which is a filter and a record under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.errors import QueryError
from logtui.model.record import FIELD_PREFIX
from logtui.model.times import moment_of
from logtui.query import limited, value_clause

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

    from logtui.model.keys import RecordKey
    from logtui.tui.list.histogram_view import HistogramView
    from logtui.tui.list.log_list import LogList
    from logtui.tui.list.searching import Searching
    from logtui.tui.messages import Messages
    from logtui.tui.query.filters import Filters
    from logtui.tui.query.trail import View
    from logtui.tui.viewer import Viewer

_CORRELATIONS: Final = (
    "trace_id", "traceid", "trace", "request_id", "requestid", "req_id", "correlation_id", "correlationid",
    "x_request_id", "x-request-id", "transaction_id", "span_id", "session_id", "session", "case_id", "order_id",
    "job_id", "user_id", "user", "tenant",
)  # fmt: skip
"""Fields whose value is shared by the records of one request, trace or session, the most specific first."""

_ZOOM: Final = 4
"""The factor by which zooming in shortens the time on show."""


class Views:
    """Changes the filter and the cursor, and goes back to earlier views.

    Args:
        viewer: The screen.
        messages: Reports navigation that is not possible.
        log_list: The list, whose cursor is placed.
        histogram: The histogram, whose span is zoomed into.
        filters: Applies the filter of a view.
        searching: Moves the cursor to a record.
    """

    def __init__(
        self,
        viewer: Viewer,
        messages: Messages,
        log_list: LogList,
        histogram: HistogramView,
        filters: Filters,
        searching: Searching,
    ) -> None:
        self._viewer = viewer
        self._messages = messages
        self._list = log_list
        self._histogram = histogram
        self._filters = filters
        self._searching = searching

    def show(self, text: str) -> None:
        """Apply a filter as a new view, which `back` can leave again."""
        if text != self._filters.text:
            self._filters.trail.leave(self._filters.here)
            self._filters.show(text)

    def show_at(self, text: str, key: RecordKey) -> None:
        """Apply a filter and put the cursor on one of its records."""
        if text == self._filters.text:
            self._searching.go_to(key, None)
            return
        before = self._filters.here
        self._list.stick_to(key)
        self._filters.show(text)
        self._filters.trail.leave(before)

    def clear(self) -> None:
        """Show all records."""
        if not self._filters.text:
            self._messages.say("there is no filter: all records are shown")
            return
        self.show("")
        self._messages.say(f"all records are shown; {self._viewer.shown_key('views.back')} goes back to the filter")

    def back(self) -> None:
        """Return to the previous view."""
        self._travel(self._filters.trail.back(self._filters.here), "this is the first view")

    def forward(self) -> None:
        """Return to the view that `back` has left."""
        self._travel(self._filters.trail.forward(self._filters.here), "this is the newest view")

    def zoom_in(self) -> None:
        """Limit the filter to a quarter of the histogram's time span, centred on the cursor."""
        histogram, moment = self._histogram.histogram, self._viewer.moment
        if moment is None or not histogram.buckets:
            self._messages.say("there is no time to zoom into", error=True)
            return
        span = max(histogram.step, histogram.step * histogram.buckets // _ZOOM)
        middle = int(moment.timestamp() * 1_000_000) * 1_000
        self.between(middle - span // 2, middle + span // 2)

    def zoom_out(self) -> None:
        """Remove the limits of time from the filter."""
        self._limit(None, None)

    def between(self, low: int, high: int) -> None:
        """Limit the filter to the records between two times, in epoch nanoseconds."""
        self._limit(moment_of(low), moment_of(high))

    def follow_id(self) -> None:
        """Filter by the trace, request or session id of the cursor's record, across all sources."""
        known = _values_by_name(self._viewer.record)
        wanted = next((name for name in _CORRELATIONS if name in known), None)
        if wanted is None:
            self._messages.say("this record has no trace, request or session id to follow", error=True)
            return
        name, value = known[wanted]
        self.show(value_clause(name, value))
        back = self._viewer.shown_key("views.back")
        self._messages.say(f"all records with {wanted} {value}; {back} goes back")

    def _limit(self, low: datetime | None, high: datetime | None) -> None:
        try:
            self.show(limited(self._filters.text, low, high))
        except QueryError as error:
            self._messages.say(str(error), error=True)

    def _travel(self, view: View | None, otherwise: str) -> None:
        if view is None:
            self._messages.say(otherwise)
            return
        self._list.stick_to(view.key)
        self._filters.show(view.text)


def _values_by_name(record: pl.DataFrame) -> dict[str, tuple[str, str]]:
    """Map names in lower case to the original name and the value, for the values of a frame with at most one row."""
    values = record.row(0, named=True) if record.height else {}
    plain = ((column.removeprefix(FIELD_PREFIX), value) for column, value in values.items() if value is not None)
    return {name.lower(): (name, str(value)) for name, value in plain}
