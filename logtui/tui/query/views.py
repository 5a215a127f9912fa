"""Views: a filter and a place in it, with the way back to earlier ones."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from logtui.errors import QueryError
from logtui.model.record import FIELD_PREFIX
from logtui.model.times import moment_of
from logtui.query import limited, value_clause
from logtui.tui.list.histogram_view import HistogramView

if TYPE_CHECKING:
    from logtui.model.keys import RecordKey
    from logtui.tui.screens.main import MainScreen

_CORRELATIONS: Final = (
    "trace_id", "traceid", "trace", "request_id", "requestid", "req_id", "correlation_id", "correlationid",
    "x_request_id", "x-request-id", "transaction_id", "span_id", "session_id", "session", "case_id", "order_id",
    "job_id", "user_id", "user", "tenant",
)  # fmt: skip
"""Fields that tie records of one doing together, the surest first."""

_ZOOM: Final = 4
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class View(NamedTuple):
    """A filter, and the record that the cursor was on."""

    text: str
    key: RecordKey | None


class Views:
    """Goes to other views and back.

    Args:
        screen: The main screen.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._behind: list[View] = []
        self._ahead: list[View] = []

    def show(self, text: str) -> None:
        """Go to another filter; `back` returns."""
        if text != self._screen.filters.text:
            self._behind.append(self._here())
            self._ahead.clear()
            self._screen.filters.show(text)

    def show_at(self, text: str, key: RecordKey) -> None:
        """Go to a record among those of a filter."""
        if text == self._screen.filters.text:
            self._screen.searching.go_to(key, None)
            return
        before = self._here()
        self._screen.log_list.stick_to(key)
        self._screen.filters.show(text)
        self.left(before)

    def left(self, view: View) -> None:
        """Remember a view that has been left by typing another filter."""
        self._behind.append(view)
        self._ahead.clear()

    def back(self) -> None:
        """The view before this one."""
        self._travel(self._behind, self._ahead, "this is the first view")

    def forward(self) -> None:
        """The view that was left by going back."""
        self._travel(self._ahead, self._behind, "this is the newest view")

    def here(self) -> View:
        """The present view."""
        return self._here()

    def zoom_in(self) -> None:
        """Show a quarter of the time that the histogram spans, around the cursor."""
        histogram = self._screen.query_one(HistogramView).histogram
        row = self._screen.log_list.pages.row(self._screen.log_list.cursor)
        if row is None or row.time is None or not histogram.buckets:
            self._screen.say("there is no time to zoom into", error=True)
            return
        span = max(histogram.step, histogram.step * histogram.buckets // _ZOOM)
        middle = int(row.time.timestamp() * 1_000_000) * 1_000
        self.between(middle - span // 2, middle + span // 2)

    def zoom_out(self) -> None:
        """Show all times again."""
        self._limit(None, None)

    def between(self, low: int, high: int) -> None:
        """Show the records between two times, epoch nanoseconds."""
        self._limit(moment_of(low), moment_of(high))

    def follow_id(self) -> None:
        """Show all records that share the cursor's trace, request or session id, in all sources."""
        log_list = self._screen.log_list
        record = log_list.window.page(log_list.cursor, 1)
        if record.height:
            values = record.row(0, named=True)
            known = {
                name.removeprefix(FIELD_PREFIX).lower(): (name, value)
                for name, value in values.items()
                if value is not None
            }
            for wanted in _CORRELATIONS:
                if wanted in known:
                    name, value = known[wanted]
                    self.show(value_clause(name.removeprefix(FIELD_PREFIX), str(value)))
                    self._screen.say(
                        f"all records with {wanted} {value}; {self._screen.keymap.first('views.back')} goes back"
                    )
                    return
        self._screen.say("this record has no trace, request or session id to follow", error=True)

    def _limit(self, low: datetime | None, high: datetime | None) -> None:
        try:
            self.show(limited(self._screen.filters.text, low, high))
        except QueryError as error:
            self._screen.say(str(error), error=True)

    def _here(self) -> View:
        log_list = self._screen.log_list
        return View(self._screen.filters.text, log_list.window.key_of(log_list.cursor))

    def _travel(self, source: list[View], target: list[View], otherwise: str) -> None:
        if not source:
            self._screen.say(otherwise)
            return
        target.append(self._here())
        view = source.pop()
        self._screen.log_list.stick_to(view.key)
        self._screen.filters.show(view.text)
