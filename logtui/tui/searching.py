"""Jumps of the cursor: search hits, levels, times."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from logtui.engine.predicate import Predicate, TextPredicate, at_line, level_in, literal, since
from logtui.errors import LogtuiError, QueryError
from logtui.model.times import parse_time
from logtui.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from logtui.engine.window import RecordKey
    from logtui.tui.screens.main import MainScreen

_WAIT_SECONDS: Final = 0.15
_MOST_WAITING: Final = 50
_SYNTAX: Final = (":", '"', "(", "/", " AND ", " OR ", "NOT ")


class Searching:
    """Keeps the search and moves the cursor; the scanning happens in threads.

    Args:
        screen: The main screen.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._text = ""
        self._predicate: TextPredicate | None = None
        self._origin = 0
        self._jumping = False
        self._waiting: deque[Callable[[], None]] = deque(maxlen=_MOST_WAITING)
        self._timer: Timer | None = None

    def ask(self) -> None:
        """Ask what to search."""
        self._origin = self._screen.log_list.cursor
        self._screen.query_one(Prompt).ask("search", " search › ")

    def ask_time(self) -> None:
        """Ask for a time."""
        self._screen.query_one(Prompt).ask("time", " go to time › ")

    def go_to(self, key: RecordKey | None, moment: datetime | None) -> None:
        """Go to a record, or to the first one that is not older than a moment."""
        log_list = self._screen.log_list
        row = log_list.window.row_of(key) if key is not None else None
        if row is not None:
            log_list.reveal(row)
        elif moment is not None:
            self._jump(
                since(moment),
                f"record at or after {moment.astimezone(self._screen.zone):%Y-%m-%d %H:%M:%S}",
                -1,
                forward=True,
            )
        else:
            back = self._screen.keymap.first("views.back")
            self._screen.say(f"that record is not among the shown ones; {back} goes back")

    def go_to_line(self, source: str, line: int) -> None:
        """Go to the record that begins at a line of a source."""
        self._jump(at_line(source, line), f"record at line {line:,} of {source}", -1, forward=True)

    def minute_on(self) -> None:
        """Go a minute on."""
        self.step_time(60)

    def minute_back(self) -> None:
        """Go a minute back."""
        self.step_time(-60)

    def hour_on(self) -> None:
        """Go an hour on."""
        self.step_time(3_600)

    def hour_back(self) -> None:
        """Go an hour back."""
        self.step_time(-3_600)

    def day_on(self) -> None:
        """Go a day on."""
        self.step_time(86_400)

    def day_back(self) -> None:
        """Go a day back."""
        self.step_time(-86_400)

    def step_time(self, seconds: int) -> None:
        """Go some time forward or back from the cursor's record."""
        log_list = self._screen.log_list
        here = log_list.pages.row(log_list.cursor)
        if here is None or here.time is None:
            self._screen.say("this record has no time to go on from", error=True)
            return
        self.go_to(None, here.time + timedelta(seconds=seconds))

    def edited(self, purpose: str, text: str) -> None:
        """Search while typing, once typing pauses."""
        if purpose == "search":
            self._stop_timer()
            self._timer = self._screen.set_timer(_WAIT_SECONDS, lambda: self._search(text, last=False))

    def submitted(self, purpose: str, text: str) -> None:
        """Keep the search, or go to the time."""
        self._stop_timer()
        self._screen.set_focus(self._screen.log_list)
        if purpose == "time":
            self._go_to_time(text)
        elif text:
            self._search(text, last=True)
        else:
            self.jump_to_hit(forward=True)

    def cancelled(self, purpose: str) -> None:
        """End the search and go back to where it began."""
        self._stop_timer()
        self._screen.set_focus(self._screen.log_list)
        if purpose == "search":
            self.end()
            self._screen.log_list.reveal(self._origin)

    def end(self) -> None:
        """Stop highlighting hits."""
        self._text, self._predicate = "", None
        self._screen.bridge.cancel("find")
        self._jumping = False
        self._waiting.clear()
        self._screen.log_list.highlight(hits=lambda _text: [])

    def jump_to_hit(self, *, forward: bool) -> None:
        """Go to the next or previous hit of the search."""
        if self._predicate is None:
            self._screen.say(f"nothing is searched for yet, press {self._screen.keymap.first('search')} first")
            return
        self._step(self._predicate, f"“{self._text}”", forward=forward)

    def jump_to_level(self, *levels: str, forward: bool) -> None:
        """Go to the next or previous record of some levels."""
        self._step(level_in(*levels), levels[0], forward=forward)

    def _step(self, predicate: Predicate, what: str, *, forward: bool) -> None:
        """Jump from the cursor; the next jumps wait for the present one, so that no key press is lost."""
        if self._jumping:
            self._waiting.append(lambda: self._step(predicate, what, forward=forward))
        else:
            self._jump(predicate, what, self._screen.log_list.cursor, forward=forward)

    def _search(self, text: str, *, last: bool) -> None:
        if text == self._text and not last:
            return
        self._predicate = _predicate(text) if text else None
        self._text = text
        self._screen.log_list.highlight(hits=self._predicate.spans if self._predicate else lambda _text: [])
        if self._predicate is not None:
            self._jump(self._predicate, f"“{text}”", self._origin - 1, forward=True, again=last)

    def _go_to_time(self, text: str) -> None:
        log_list = self._screen.log_list
        here = log_list.pages.row(log_list.cursor)
        now = here.time if here is not None and here.time is not None else datetime.now(UTC)
        try:
            moment = parse_time(text, now=now.astimezone(self._screen.zone), zone=self._screen.zone).start
        except LogtuiError as error:
            self._screen.say(str(error), error=True)
            return
        self._jump(
            since(moment),
            f"record at or after {moment.astimezone(self._screen.zone):%Y-%m-%d %H:%M:%S}",
            -1,
            forward=True,
        )

    def _jump(self, predicate: Predicate, what: str, row: int, *, forward: bool, again: bool = False) -> None:
        """Find in a thread, then move the cursor; `again` looks from the start if there is nothing below."""
        window = self._screen.log_list.window

        def look(cancelled: Callable[[], bool]) -> int | None:
            found = window.find(row, predicate, forward=forward, cancelled=cancelled)
            return window.find(-1, predicate, cancelled=cancelled) if found is None and again else found

        def arrive(found: object) -> None:
            self._jumping = False
            if isinstance(found, int):
                self._screen.log_list.reveal(found)
            elif isinstance(found, LogtuiError):
                self._screen.say(str(found), error=True)
            else:
                where = "" if row < 0 else " below" if forward else " above"
                so_far = "" if window.exact else " so far"
                self._waiting.clear()
                self._screen.say(f"no {what}{where}{so_far}")
            if self._waiting:
                self._waiting.popleft()()

        self._jumping = True
        self._screen.bridge.run("find", look, arrive)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None


def _predicate(text: str) -> TextPredicate:
    """Plain text is searched as it stands; what looks like a query is read as one."""
    if any(mark in text for mark in _SYNTAX):
        try:
            return TextPredicate(text)
        except QueryError:
            pass
    return TextPredicate(literal(text))
