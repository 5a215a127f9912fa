"""Jumps of the cursor: search hits, levels, times."""

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
_MOST_WAITING: Final = 50
_SYNTAX: Final = (":", '"', "(", "/", " AND ", " OR ", "NOT ")


@dataclass(frozen=True, slots=True)
class Jump:
    """Where the cursor is to go.

    Args:
        request: What the record meets.
        what: The record in words.
        row: Where to start, this row not considered; None for the cursor.
        forward: Towards the end, else towards the start.
        again: Whether to look from the start if there is nothing below.
        waits: Whether to wait for the record if it may still be read.
    """

    request: Request
    what: str
    row: int | None = -1
    forward: bool = True
    again: bool = False
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows that have been looked at.

    Args:
        window: All rows of it.
    """

    window: RowWindow | None = None

    def last_in(self, window: RowWindow) -> int:
        """The last of these rows in a newer window, but for the one that may have grown; -1 if that is not known.

        Only one source without another filter adds its rows at the end.
        """
        before = self.window
        if before is None or before.generation != window.generation or len(window.snapshot.runs) > 1:
            return -1
        return before.count - 2


NOTHING_SEEN: Final = Seen()
"""No row."""


class Searching:
    """Keeps the search and moves the cursor; the scanning happens in threads.

    Args:
        viewer: The screen.
        messages: Tells what was not found.
        log_list: Where the cursor is moved.
        prompt: Asks what to look for.
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
        """Ask what to search."""
        self._origin = self._viewer.cursor
        self._prompt.ask("search", " search › ")

    def ask_time(self) -> None:
        """Ask for a time."""
        self._prompt.ask("time", " go to time › ")

    def go_to(self, key: RecordKey | None, moment: datetime | None) -> None:
        """Go to a record, or to the first one that is not older than a moment."""
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
        """Go to a row, once there are so many."""
        if row < self._list.pages.count or self._is_all_read:
            self._stop_waiting()
            self._list.reveal(row)
        else:
            self._wait(f"row {row + 1:,}", lambda: self.go_to_row(row))

    def settle(self) -> None:
        """Try again what waits for records that had not been read."""
        if self._awaited is not None and not self._jumping:
            self._awaited()

    def stop_waiting(self) -> bool:
        """Give up what waits for records that have not been read; false if nothing does."""
        waits_for_end = self._list.following and not self._is_all_read
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

    @property
    def _is_all_read(self) -> bool:
        return _is_all_read(self._viewer.window)

    def _wait(self, what: str, retry: Callable[[], None]) -> None:
        """Try again whenever there are more records."""
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
        """Go some time forward or back from the cursor's record."""
        here = self._viewer.moment
        if here is None:
            self._messages.say("this record has no time to go on from", error=True)
            return
        self.go_to(None, here + timedelta(seconds=seconds))

    def edited(self, purpose: str, text: str) -> None:
        """Search while typing, once typing pauses."""
        if purpose == "search":
            self._stop_timer()
            self._timer = self._prompt.set_timer(_WAIT_SECONDS, lambda: self._search(text, last=False))

    def submitted(self, purpose: str, text: str) -> None:
        """Keep the search, or go to the time."""
        self._stop_timer()
        self._viewer.focus_list()
        if purpose == "time":
            self._go_to_time(text)
        elif text:
            self._search(text, last=True)
        else:
            self.jump_to_hit(forward=True)

    def cancelled(self, purpose: str) -> None:
        """End the search and go back to where it began."""
        self._stop_timer()
        self._viewer.focus_list()
        if purpose == "search":
            self.end()
            self._list.reveal(self._origin)

    def end(self) -> None:
        """Stop highlighting hits."""
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
        """Jump from the cursor; the next jumps wait for the present one, so that no key press is lost."""
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
        if self._viewer.day is None and not self._is_all_read:
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
        """Find in a thread, then move the cursor.

        Args:
            jump: Where to.
            seen: Rows that were looked at in vain.
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
        if found is None and jump.forward and jump.waits and not _is_all_read(window):
            self._wait(jump.what, lambda: self._jump(jump, Seen(window)))
            return
        self._stop_waiting()
        if isinstance(found, int):
            self._list.reveal(found)
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


def _is_all_read(window: RowWindow) -> bool:
    snapshot = window.snapshot
    has_begun = bool(snapshot.rows) or snapshot.done or snapshot.caught_up
    return window.exact and has_begun and snapshot.state != "reading"


def _in_vain(jump: Jump, *, is_all: bool) -> str:
    where = "" if jump.row is not None and jump.row < 0 else " below" if jump.forward else " above"
    return f"no {jump.what}{where}{'' if is_all else ' so far'}"


def _request_for(text: str) -> Request:
    """Plain text is searched as it stands; what looks like a query is read as one."""
    if any(mark in text for mark in _SYNTAX):
        try:
            return Request.of(text)
        except QueryError:
            pass
    return Request.asking(containing(text))
