"""Going to other views, which are a filter and a place in it, and back."""

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
"""Fields that tie records of one doing together, the surest first."""

_ZOOM: Final = 4


class Views:
    """Goes to other views and back.

    Args:
        viewer: The screen.
        messages: Tells where there is no way.
        log_list: Where the cursor is put.
        histogram: Its span is what zooming begins with.
        filters: Applies the filter of a view.
        searching: Goes to a record.
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
        """Go to another filter; `back` returns."""
        if text != self._filters.text:
            self._filters.trail.leave(self._filters.here)
            self._filters.show(text)

    def show_at(self, text: str, key: RecordKey) -> None:
        """Go to a record among those of a filter."""
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
        """The view before this one."""
        self._travel(self._filters.trail.back(self._filters.here), "this is the first view")

    def forward(self) -> None:
        """The view that was left by going back."""
        self._travel(self._filters.trail.forward(self._filters.here), "this is the newest view")

    def zoom_in(self) -> None:
        """Show a quarter of the time that the histogram spans, around the cursor."""
        histogram, moment = self._histogram.histogram, self._viewer.moment
        if moment is None or not histogram.buckets:
            self._messages.say("there is no time to zoom into", error=True)
            return
        span = max(histogram.step, histogram.step * histogram.buckets // _ZOOM)
        middle = int(moment.timestamp() * 1_000_000) * 1_000
        self.between(middle - span // 2, middle + span // 2)

    def zoom_out(self) -> None:
        """Show all times again."""
        self._limit(None, None)

    def between(self, low: int, high: int) -> None:
        """Show the records between two times, epoch nanoseconds."""
        self._limit(moment_of(low), moment_of(high))

    def follow_id(self) -> None:
        """Show all records that share the cursor's trace, request or session id, in all sources."""
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
    """Plain name and value of what a frame of one row or of none holds, by the name in small letters."""
    values = record.row(0, named=True) if record.height else {}
    plain = ((column.removeprefix(FIELD_PREFIX), value) for column, value in values.items() if value is not None)
    return {name.lower(): (name, str(value)) for name, value in plain}
