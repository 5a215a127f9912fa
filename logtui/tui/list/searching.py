"""Searches, and jumps of the cursor to hits, levels, times, lines and rows."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from logtui.engine.search.request import Request
from logtui.errors import LogtuiError, QueryError
from logtui.model.times import parse_time
from logtui.query import at_line, containing, level_in, not_before

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from logtui.engine.window.row_window import RowWindow
    from logtui.model.keys import RecordKey
    from logtui.tui.list.log_list import LogList
    from logtui.tui.list.prompt import Prompt
    from logtui.tui.messages import Messages
    from logtui.tui.viewer import Viewer

_WAIT_SECONDS: Final = 0.15
"""Pause in typing after which the typed text is searched for."""

_MOST_WAITING: Final = 50
"""Most jumps that wait for the running one."""

_SYNTAX: Final = (":", '"', "(", "/", " AND ", " OR ", "NOT ")
"""Parts of query syntax; a search text that contains one is parsed as a query."""


@dataclass(frozen=True, slots=True)
class Jump:
    """A search for the record that the cursor is to jump to.

    Args:
        request: The request that the record matches.
        what: A description of the record, for messages.
        row: The row to start from, which is excluded; None for the cursor's row.
        forward: Whether to search towards the end, or towards the start.
        again: Whether to search again from the start if nothing is found below.
        waits: Whether to wait for the record while more records may be read.
    """

    request: Request
    what: str
    row: int | None = -1
    forward: bool = True
    again: bool = False
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """The rows that have been searched in vain.

    Args:
        window: The window, all rows of which have been searched.
    """

    window: RowWindow | None = None

    def last_in(self, window: RowWindow) -> int:
        """Find the last of these rows in a newer window, except the one that may have grown; -1 if it is not known.

        It is known only for a single source under the same filter, because only then are new rows added at the end.
        """
        before = self.window
        if before is None or before.generation != window.generation:
            return -1
        if len(window.snapshot.runs) > 1 or before.snapshot.inserted != window.snapshot.inserted:
            return -1
        return before.count - 2


NOTHING_SEEN: Final = Seen()
"""No row has been searched."""


class Searching:
    """Keeps the present search and moves the cursor; records are searched in threads.

    Args:
        viewer: The screen.
        messages: Reports searches in vain.
        log_list: The list, whose cursor is moved.
        prompt: Asks for the search text or the time.
    """

    def __init__(self, viewer: Viewer, messages: Messages, log_list: LogList, prompt: Prompt) -> None:
        self._viewer = viewer
        self._messages = messages
        self._list = log_list
        self._prompt = prompt
        self._text = ""
        self._request: Request | None = None
        self._origin = 0
        self._jumping = False
        self._waiting: deque[Callable[[], None]] = deque(maxlen=_MOST_WAITING)
        self._awaited: Callable[[], None] | None = None
        self.waiting_for = ""
        self._timer: Timer | None = None

    def ask(self) -> None:
        """Ask for the search text."""
        self._origin = self._viewer.cursor
        self._prompt.ask("search", " search › ")

    def ask_time(self) -> None:
        """Ask for a time."""
        self._prompt.ask("time", " go to time › ")

    def go_to(self, key: RecordKey | None, moment: datetime | None) -> None:
        """Go to a record by its key, or without a key to the first record at or after a moment."""
        row = self._viewer.window.row_of(key) if key is not None else None
        if row is not None:
            self._list.reveal(row)
        elif moment is not None:
            self._go_to_moment(moment)
        else:
            back = self._viewer.shown_key("views.back")
            self._messages.say(f"that record is not among the shown ones; {back} goes back")

    def go_to_line(self, source: str, line: int) -> None:
        """Go to the record that begins at a line of a source."""
        self._jump(Jump(Request.asking(at_line(source, line)), f"record at line {line:,} of {source}"))

    def go_to_row(self, row: int) -> None:
        """Go to a row, as soon as so many rows exist."""
        if row < self._list.pages.count or self._viewer.window.is_complete:
            self._stop_waiting()
            self._list.reveal(row)
        else:
            self._wait(f"row {row + 1:,}", lambda: self.go_to_row(row))

    def settle(self) -> None:
        """Retry the jump that waits for records, because more have been read."""
        if self._awaited is not None and not self._jumping:
            self._awaited()

    def stop_waiting(self) -> bool:
        """Give up the jump that waits for records; returns false if none does."""
        waits_for_end = self._list.following and not self._viewer.window.is_complete
        if not self.waiting_for and not waits_for_end:
            return False
        if waits_for_end:
            self._list.follow(on=False)
        self._messages.say(f"no longer waiting for {self.waiting_for or 'the end'}")
        self._viewer.bridge.cancel("find")
        self._jumping = False
        self._waiting.clear()
        self._stop_waiting()
        return True

    def _wait(self, what: str, retry: Callable[[], None]) -> None:
        """Retry a jump whenever more records have been read."""
        self._awaited = retry
        if what != self.waiting_for:
            self.waiting_for = what
            self._messages.say(f"waiting for {what}; {self._viewer.shown_key('back')} stops waiting")
            self._viewer.show_status()

    def _stop_waiting(self) -> None:
        self._awaited = None
        if self.waiting_for:
            self.waiting_for = ""
            self._viewer.show_status()

    def step_time(self, seconds: int) -> None:
        """Go forward from the cursor's record by some time, or back if it is negative."""
        here = self._viewer.moment
        if here is None:
            self._messages.say("this record has no time to go on from", error=True)
            return
        self.go_to(None, here + timedelta(seconds=seconds))

    def edited(self, purpose: str, text: str) -> None:
        """Search for the typed text once typing pauses."""
        if purpose == "search":
            self._stop_timer()
            self._timer = self._prompt.set_timer(_WAIT_SECONDS, lambda: self._search(text, last=False))

    def submitted(self, purpose: str, text: str) -> None:
        """Keep the search for the typed text, or go to the typed time."""
        self._stop_timer()
        self._viewer.focus_list()
        if purpose == "time":
            self._go_to_time(text)
        elif text:
            self._search(text, last=True)
        else:
            self.jump_to_hit(forward=True)

    def cancelled(self, purpose: str) -> None:
        """End the search and return to the row where it began."""
        self._stop_timer()
        self._viewer.focus_list()
        if purpose == "search":
            self.end()
            self._list.reveal(self._origin)

    def end(self) -> None:
        """End the search and its highlighting, and scroll back to the beginning of the messages."""
        if self._request is not None:
            self._list.unshift()
        self._text, self._request = "", None
        self._viewer.bridge.cancel("find")
        self._jumping = False
        self._waiting.clear()
        self._stop_waiting()
        self._list.highlight(hits=lambda _text: [])

    def jump_to_hit(self, *, forward: bool) -> None:
        """Go to the next or previous hit of the search."""
        if self._request is None:
            self._messages.say(f"nothing is searched for yet, press {self._viewer.shown_key('search')} first")
            return
        self._step(self._request, f"“{self._text}”", forward=forward)

    def jump_to_level(self, *levels: str, forward: bool) -> None:
        """Go to the next or previous record of some levels."""
        self._step(Request.asking(level_in(*levels)), levels[0], forward=forward)

    def _step(self, request: Request, what: str, *, forward: bool) -> None:
        """Jump from the cursor; if a jump is running, wait for it first, so that no key press is lost."""
        if self._awaited is not None and not forward:
            self._jump(Jump(request, what, None, forward))
        elif self._jumping or self._awaited is not None:
            self._waiting.append(lambda: self._step(request, what, forward=forward))
        else:
            self._jump(Jump(request, what, None, forward))

    def _search(self, text: str, *, last: bool) -> None:
        if text == self._text and not last:
            return
        self._request = _request_for(text) if text else None
        self._text = text
        self._list.highlight(hits=self._request.condition.spans if self._request else lambda _text: [])
        if self._request is not None:
            self._jump(Jump(self._request, f"“{text}”", self._origin - 1, again=last, waits=last))

    def _go_to_time(self, text: str) -> None:
        now = self._viewer.day or datetime.now(UTC)
        try:
            moment = parse_time(text, now=now.astimezone(self._viewer.zone), zone=self._viewer.zone).start
        except LogtuiError as error:
            self._messages.say(str(error), error=True)
            return
        if self._viewer.day is None and not self._viewer.window.is_complete:
            self._wait(f"a record with a time, to go to {text}", lambda: self._go_to_time(text))
        else:
            self._go_to_moment(moment)

    def _go_to_moment(self, moment: datetime) -> None:
        self._jump(
            Jump(
                Request.asking(not_before(moment)),
                f"record at or after {moment.astimezone(self._viewer.zone):%Y-%m-%d %H:%M:%S}",
            )
        )

    def _jump(self, jump: Jump, seen: Seen = NOTHING_SEEN) -> None:
        """Search in a thread, then move the cursor.

        Args:
            jump: The jump.
            seen: The rows that have already been searched in vain.
        """
        window = self._viewer.window
        row = self._viewer.cursor if jump.row is None else jump.row
        after = max(row, seen.last_in(window)) if jump.forward else row
        again = jump.again and seen is NOTHING_SEEN

        def look(cancelled: Callable[[], bool]) -> int | None:
            found = window.find(after, jump.request, forward=jump.forward, cancelled=cancelled)
            return window.find(-1, jump.request, cancelled=cancelled) if found is None and again else found

        self._jumping = True
        self._viewer.bridge.run("find", look, lambda found: self._arrive(jump, window, found))

    def _arrive(self, jump: Jump, window: RowWindow, found: int | LogtuiError | None) -> None:
        self._jumping = False
        if found is None and jump.forward and jump.waits and not window.is_complete:
            self._wait(jump.what, lambda: self._jump(jump, Seen(window)))
            return
        self._stop_waiting()
        if isinstance(found, int):
            self._list.reveal(found)
            if jump.request is self._request:
                self._list.show_hit()
        elif found is not None:
            self._messages.say(str(found), error=True)
        else:
            self._waiting.clear()
            self._messages.say(_in_vain(jump, is_all=window.exact))
        if self._waiting:
            self._waiting.popleft()()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None


def _in_vain(jump: Jump, *, is_all: bool) -> str:
    where = "" if jump.row is not None and jump.row < 0 else " below" if jump.forward else " above"
    return f"no {jump.what}{where}{'' if is_all else ' so far'}"


def _request_for(text: str) -> Request:
    """Parse a search text as a query if it looks like a valid one, and else search for the text itself."""
    if any(mark in text for mark in _SYNTAX):
        try:
            return Request.of(text)
        except QueryError:
            pass
    return Request.asking(containing(text))
