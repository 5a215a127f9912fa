"""Applies filters to the list, with a preview while typing, tables of pipes, and hints if nothing matches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rich.text import Text

from logtui.engine.search.request import Request
from logtui.errors import LogtuiError, QueryError
from logtui.tui.query.tabulating import table_text
from logtui.tui.query.trail import Trail, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.suggestions import Suggestions
    from logtui.engine.window.row_window import RowWindow
    from logtui.tui.list.log_list import LogList
    from logtui.tui.list.searching import Searching
    from logtui.tui.messages import Messages
    from logtui.tui.query.chips import Chips
    from logtui.tui.query.query_bar import QueryBar
    from logtui.tui.viewer import Viewer

_PREVIEW_SECONDS: Final = 0.3
"""Pause in typing after which the typed filter is previewed."""

_CONTEXTS: Final = (0, 1, 3, 5, 10, 25)
"""Numbers of records before and after each match that the user can choose from."""

_GO_TO: Final = "goto "
_QUIT: Final = ("q", "quit")


class Filters:
    """Keeps the applied filter and the filter that is being previewed.

    Args:
        viewer: The screen.
        messages: Reports errors and hints.
        log_list: The list, which shows the matches.
        bar: The query bar.
        chips: The chips of the filter.
        searching: Goes to a time that is typed in place of a filter.
    """

    def __init__(
        self,
        viewer: Viewer,
        messages: Messages,
        log_list: LogList,
        bar: QueryBar,
        chips: Chips,
        searching: Searching,
    ) -> None:
        self._viewer = viewer
        self._messages = messages
        self._list = log_list
        self._bar = bar
        self._chips = chips
        self._searching = searching
        self.trail: Final = Trail()
        self._applied = ""
        self.text = ""
        self._context = 0
        self.is_restored = False
        self._request: Request | None = None
        self._offered: str | None = None
        self._left: View | None = None
        self._timer: Timer | None = None

    @property
    def here(self) -> View:
        """The present view: the applied filter and the cursor's record."""
        return View(self.text, self._viewer.key)

    def begin(self, text: str, *, is_restored: bool = False) -> None:
        """Apply the first filter, or show its error in the query bar.

        Args:
            text: The text of the filter.
            is_restored: Whether it comes from the last session, and not from the command line.
        """
        if text and not self._try(text, show_error=True):
            self._bar.edit()
        elif text:
            self._accept(text)
        self.is_restored = is_restored

    def preview(self, text: str) -> None:
        """Preview the typed text once typing pauses, unless it may become a command; only `apply` shows errors."""
        self._stop_timer()
        if self._left is None:
            self._left = self.here
        if text and (text.startswith(_GO_TO) or _GO_TO.startswith(text)):
            return
        self._timer = self._bar.set_timer(_PREVIEW_SECONDS, lambda: self._try(text, show_error=False))

    def apply(self, text: str) -> None:
        """Apply a text as the filter, or show its error and leave the list unchanged.

        `goto TIME` and `q` are performed as commands, because users of other tools type them after `:`.
        """
        self._stop_timer()
        if self._command(text.strip()):
            return
        before = self._left
        if self._try(text, show_error=True):
            if before is not None and text.strip() != before.text:
                self.trail.leave(before)
            self._left = None
            self._accept(text)
            self._viewer.focus_list()

    def _command(self, text: str) -> bool:
        """Perform a command; returns false if the text is not a command."""
        time = text.removeprefix(_GO_TO)
        if time != text:
            self.restore()
            self._searching.submitted("time", time)
        elif text in _QUIT:
            self.restore()
            self._viewer.quit()
        else:
            return False
        return True

    def show(self, text: str) -> None:
        """Apply a filter that was not typed but made by a key."""
        self._bar.set_text(text)
        if self._try(text, show_error=True):
            self._applied = text.strip()
            self._bar.remember(self._applied)
            self._chips.filtered(self._applied)

    def step_context(self, step: int) -> None:
        """Show more records around each match, or fewer with a negative step."""
        if not self.text:
            self._messages.say("there is no filter whose matches could have a context")
            return
        at = max(0, min(_CONTEXTS.index(self._context) + step, len(_CONTEXTS) - 1))
        self._context = _CONTEXTS[at]
        self._viewer.bridge.filter(self._request, self._context)
        around = f"{self._context} records around each match" if self._context else "matches alone"
        self._messages.say(around)

    def tabulate(self, pipe: str) -> None:
        """Show the table that a pipe makes of the shown records."""
        query = f"{self.text or '*'} | {pipe}"
        try:
            request = Request.of(query, zone=self._viewer.zone, day=self._viewer.day)
        except QueryError as error:
            self._messages.say(str(error), error=True)
            return
        self._make_table(query, request)

    def restore(self) -> None:
        """End the preview and return to the applied filter."""
        self._stop_timer()
        self._left = None
        self._bar.set_text(self._applied)
        self._try(self._applied, show_error=False)
        self._viewer.focus_list()

    def settle(self, window: RowWindow) -> None:
        """If the filter turns out to match nothing, report where it would have matched.

        Args:
            window: The newest window.
        """
        if self._request is not None and self._request.condition.needs_day and self._viewer.day is not None:
            self._switch(self.text, self._request_of(self.text, lenient=True))
            return
        if self._request is None or not window.exact or window.count or not window.snapshot.rows:
            return
        if self._offered != self.text:
            self._offered = self.text
            self._offer(self._request, window.snapshot.dataset)

    def _offer(self, request: Request, dataset: Dataset) -> None:
        """Search in a thread for records that a filter would match if it were changed."""

        def job(cancelled: Callable[[], bool]) -> Suggestions:
            return dataset.suggest(replace(request, cancelled=cancelled))

        self._viewer.bridge.run("offers", job, self._show_offers)

    def _show_offers(self, found: Suggestions | LogtuiError) -> None:
        if isinstance(found, LogtuiError):
            return
        hint = self._hint_of_emptiness()
        offers = [f"{each.count:,} match {each.text}" for each in found.found]
        self._list.explain_emptiness([hint, *offers] if hint else offers)

    def _hint_of_emptiness(self) -> str | None:
        """A hint on what to change in a filter that matches nothing; None if there is none."""
        if self._request is None:
            return None
        hint = self._request.condition.hint(self._viewer.window.snapshot.sample, is_empty=True)
        return hint.message if hint else None

    def _accept(self, text: str) -> None:
        self._applied = text.strip()
        self._bar.remember(self._applied)
        self._chips.filtered(self._applied)
        if self._request is None:
            return
        if self._request.condition.pipes:
            self._make_table(self._applied, self._request)
        snapshot = self._viewer.window.snapshot
        hint = self._request.condition.hint(snapshot.sample, is_empty=False) if snapshot.rows else None
        if hint is not None:
            self._messages.say(hint.message)

    def _make_table(self, title: str, request: Request) -> None:
        """Send the shown records through the pipes of a request in a thread, then show the table."""
        bridge, width = self._viewer.bridge, self._viewer.text_width
        wait = "" if self._viewer.window.is_complete else ", once all records are read"
        self._messages.say(f"making the table{wait} …")
        bridge.run(
            "table",
            lambda cancelled: table_text(request, bridge.exact_window(cancelled), width),
            lambda table: self._show_table(title, table),
        )

    def _show_table(self, title: str, table: str | LogtuiError) -> None:
        if isinstance(table, LogtuiError):
            self._messages.say(str(table), error=True)
        else:
            self._messages.say("")
            self._viewer.show_text(title, Text(table or "nothing matched", no_wrap=True), wide=True)

    def _try(self, text: str, *, show_error: bool) -> bool:
        """Filter by a text; returns false if it is not valid."""
        wanted = text.strip()
        if wanted == self.text and not show_error:
            return True
        try:
            request = self._request_of(wanted, lenient=not show_error)
            if request is not None and show_error:
                request.condition.check(self._viewer.window.snapshot.sample)
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
        request = Request.of(text, zone=self._viewer.zone, lenient=lenient, day=self._viewer.day)
        return replace(request, newest=self._viewer.bridge.newest()) if request.condition.needs_newest else request

    def _switch(self, text: str, request: Request | None) -> None:
        self.text = text
        self.is_restored = False
        self._request = request
        self._offered = None
        self._viewer.bridge.cancel("table")
        self._list.explain_emptiness([])
        self._viewer.bridge.filter(request, self._context)
        self._list.highlight(matches=request.condition.spans if request else lambda _text: [])
        self._viewer.show_status()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
