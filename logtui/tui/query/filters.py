"""The filter of the list: preview while typing, apply, restore; the tables of its pipes, hints and offers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from logtui.engine.search.request import Request
from logtui.errors import LogtuiError, QueryError
from logtui.tui.query.query_bar import QueryBar
from logtui.tui.screens.text import FRAME

if TYPE_CHECKING:
    from textual.timer import Timer

    from logtui.engine.search.suggestions import Suggestions
    from logtui.engine.window.row_window import RowWindow
    from logtui.tui.query.views import View
    from logtui.tui.screens.main import MainScreen

_PREVIEW_SECONDS: Final = 0.3
_GO_TO: Final = "goto "
_QUIT: Final = ("q", "quit")


class Filters:
    """Keeps the applied filter and the one being tried.

    Args:
        screen: The main screen.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._applied = ""
        self.text = ""
        self.context = 0
        self.is_restored = False
        self._request: Request | None = None
        self._offered: str | None = None
        self._left: View | None = None
        self._timer: Timer | None = None

    @property
    def _bar(self) -> QueryBar:
        return self._screen.query_one(QueryBar)

    def begin(self, text: str, *, is_restored: bool = False) -> None:
        """Apply the first filter; an error is shown for mending.

        Args:
            text: The filter.
            is_restored: Whether it is that of the last time, not of the command line.
        """
        if text and not self._try(text, show_error=True):
            self._screen.set_focus(self._bar.input)
        elif text:
            self._accept(text)
        self.is_restored = is_restored

    def preview(self, text: str) -> None:
        """Try what is typed once typing pauses, unless it may become a command; errors are kept for `apply`."""
        self._stop_timer()
        if self._left is None:
            self._left = self._screen.views.here()
        if text and (text.startswith(_GO_TO) or _GO_TO.startswith(text)):
            return
        self._timer = self._screen.set_timer(_PREVIEW_SECONDS, lambda: self._try(text, show_error=False))

    def apply(self, text: str) -> None:
        """Make a text the filter, or show what is wrong with it and leave the list as it is.

        `goto TIME` and `q` are commands, as those who know `:` from elsewhere expect.
        """
        self._stop_timer()
        if self._command(text.strip()):
            return
        before = self._left
        if self._try(text, show_error=True):
            if before is not None and text.strip() != before.text:
                self._screen.views.left(before)
            self._left = None
            self._accept(text)
            self._screen.set_focus(self._screen.log_list)

    def _command(self, text: str) -> bool:
        """Perform a command; false if the text is none."""
        time = text.removeprefix(_GO_TO)
        if time != text:
            self.restore()
            self._screen.searching.submitted("time", time)
        elif text in _QUIT:
            self.restore()
            self._screen.quit()
        else:
            return False
        return True

    def show(self, text: str) -> None:
        """Make a text the filter that a key, not typing, came up with."""
        self._bar.set_text(text)
        if self._try(text, show_error=True):
            self._applied = text.strip()
            self._bar.remember(self._applied)
            self._screen.chips.filtered(self._applied)

    def show_context(self, records: int) -> None:
        """Show that many records before and behind each match."""
        self.context = records
        self._screen.bridge.filter(self._request, records)

    def tabulate(self, pipe: str) -> None:
        """Show the table that a pipe makes of the shown records."""
        query = f"{self.text or '*'} | {pipe}"
        try:
            request = Request.of(query, zone=self._screen.zone, day=self._screen.day)
        except QueryError as error:
            self._screen.say(str(error), error=True)
            return
        self._screen.bridge.tabulate(
            request, self._screen.size.width - FRAME, lambda table: self._table_of(query, table)
        )

    def restore(self) -> None:
        """Go back to the applied filter."""
        self._stop_timer()
        self._left = None
        self._bar.set_text(self._applied)
        self._try(self._applied, show_error=False)
        self._screen.set_focus(self._screen.log_list)

    def settle(self, window: RowWindow) -> None:
        """Say where a filter that matches nothing would have matched, once that is known.

        Args:
            window: The newest window.
        """
        if self._request is not None and self._request.condition.needs_day and self._screen.day is not None:
            self._switch(self.text, self._request_of(self.text, lenient=True))
            return
        if self._request is None or not window.exact or window.count or not window.snapshot.rows:
            return
        if self._offered != self.text:
            self._offered = self.text
            self._screen.bridge.offers(self._request, self._show_offers)

    def _show_offers(self, found: Suggestions | LogtuiError) -> None:
        if isinstance(found, LogtuiError):
            return
        hint = self._hint_of_emptiness()
        offers = [f"{each.count:,} match {each.text}" for each in found.found]
        self._screen.log_list.explain_emptiness([hint, *offers] if hint else offers)

    def _hint_of_emptiness(self) -> str | None:
        """What the filter should have said to match something."""
        if self._request is None:
            return None
        hint = self._request.condition.hint(self._screen.log_list.window.snapshot.sample, is_empty=True)
        return hint.message if hint else None

    def _accept(self, text: str) -> None:
        self._applied = text.strip()
        self._bar.remember(self._applied)
        self._screen.chips.filtered(self._applied)
        if self._request is None:
            return
        hint = self._request.condition.hint(self._screen.log_list.window.snapshot.sample, is_empty=False)
        if hint is not None:
            self._screen.say(hint.message)
        if self._request.condition.pipes:
            width = self._screen.size.width - FRAME
            self._screen.bridge.tabulate(self._request, width, self._show_table)

    def _show_table(self, table: str | LogtuiError) -> None:
        self._table_of(self._applied, table)

    def _table_of(self, title: str, table: str | LogtuiError) -> None:
        if isinstance(table, LogtuiError):
            self._screen.say(str(table), error=True)
        else:
            self._screen.show_table(title, table)

    def _try(self, text: str, *, show_error: bool) -> bool:
        """Filter by a text; False if it is wrong."""
        wanted = text.strip()
        if wanted == self.text and not show_error:
            return True
        try:
            request = self._request_of(wanted, lenient=not show_error)
            if request is not None and show_error:
                request.condition.check(self._screen.log_list.window.snapshot.sample)
        except QueryError as error:
            if show_error:
                self._bar.show_error(error)
            return False
        if wanted != self.text:
            self._switch(wanted, request)
        return True

    def _request_of(self, text: str, *, lenient: bool) -> Request | None:
        if not text:
            return None
        request = Request.of(text, zone=self._screen.zone, lenient=lenient, day=self._screen.day)
        return replace(request, newest=self._screen.bridge.newest()) if request.condition.needs_newest else request

    def _switch(self, text: str, request: Request | None) -> None:
        self.text = text
        self.is_restored = False
        self._request = request
        self._offered = None
        self._screen.log_list.explain_emptiness([])
        self._screen.bridge.filter(request, self.context)
        self._screen.log_list.highlight(matches=request.condition.spans if request else lambda _text: [])
        self._screen.show_status()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
