"""Driving the screen: start it on fakes, wait for what is expected, read what it shows."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from datetime import UTC
from typing import TYPE_CHECKING

from textual.widgets import Input

from logtui.engine.read.batch import Records
from logtui.tui.app import LogtuiApp
from logtui.tui.list.histogram_view import HistogramView
from logtui.tui.session.preferences import Preferences
from logtui.tui.session.start import Start
from logtui.tui.session.status_bar import HintLine, StatusBar
from tests.tui.fakes import FakeReader, incident, session_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from datetime import tzinfo
    from pathlib import Path

    import polars as pl
    from textual.message import Message
    from textual.pilot import Pilot

    from logtui.alerts.rules import Rule
    from logtui.alerts.served.base import ServedAlerts
    from logtui.tui.list.log_list import LogList
    from logtui.tui.session.session_state import Keeper

_DEADLINE = 60.0


class Driver:
    """A running screen."""

    def __init__(self, app: LogtuiApp, pilot: Pilot[None], reader: FakeReader) -> None:
        self.app = app
        self.pilot = pilot
        self.reader = reader

    @property
    def log_list(self) -> LogList:
        return self.app.main.log_list

    @property
    def status(self) -> str:
        return self.app.main.query_one(StatusBar).plain

    @property
    def message(self) -> str:
        return self.app.main.query_one(HintLine).message

    @property
    def cursor_message(self) -> str:
        row = self.log_list.pages.row(self.log_list.cursor)
        return row.message if row else ""

    @property
    def lines(self) -> list[str]:
        """The texts of the lines that the list shows."""
        height = self.log_list.size.height
        return [self.log_list.render_line(y).text for y in range(height)]

    async def until(self, condition: Callable[[], object], what: str = "condition", within: float = _DEADLINE) -> None:
        deadline = time.monotonic() + within
        while not condition():
            assert time.monotonic() < deadline, f"{what} did not come true; status: {self.status}; {self.message}"
            await self.pilot.pause(0.01)

    async def counted(self) -> HistogramView:
        """The histogram, once it counts all records of the list."""
        view = self.app.main.query_one(HistogramView)
        await self.until(lambda: view.histogram.records == self.log_list.window.count, "the histogram")
        return view

    def is_on(self, row: int) -> bool:
        return self.log_list.cursor == row

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        await self.pilot.press(*(_KEYS.get(character, character) for character in text))

    async def paste(self, text: str) -> None:
        """Put a text into the input that has or gets the keyboard, at once, in place of what is there."""
        await self.until(lambda: isinstance(self.app.screen.focused, Input), "an input")
        await self.press("ctrl+u")
        focused = self.app.screen.focused
        assert isinstance(focused, Input)
        focused.insert_text_at_cursor(text)

    async def filter(self, text: str) -> None:
        await self.press("colon")
        await self.type(text)
        await self.press("enter")


_KEYS = {" ": "space", ":": "colon", "(": "left_parenthesis", ")": "right_parenthesis", ".": "full_stop"} | {
    "/": "slash", "-": "minus", "_": "underscore",
}  # fmt: skip


@asynccontextmanager
async def screen(
    *frames: pl.DataFrame,
    endless: bool = False,
    query: str = "",
    follow: bool = False,
    size: tuple[int, int] = (80, 24),
    preferences: Preferences | None = None,
    rules: Sequence[Rule] = (),
    rules_file: Path | None = None,
    servers: Sequence[ServedAlerts] = (),
    keeper: Keeper | None = None,
    zone: tzinfo = UTC,
    hook: Callable[[Message], None] | None = None,
) -> AsyncIterator[Driver]:
    """A screen on these records, once all of them are shown."""
    shown = frames or (incident(),)
    reader = FakeReader([Records(frame) for frame in shown], endless=endless)
    start = Start(
        query,
        follow,
        rules=rules,
        rules_file=rules_file,
        servers=servers,
        keeper=keeper,
        zone=zone,
        preferences=preferences or Preferences(),
    )
    app = LogtuiApp(session_of(reader), start)
    async with app.run_test(size=size, message_hook=hook) as pilot:
        driver = Driver(app, pilot, reader)
        total = sum(frame.height for frame in shown)
        await driver.until(lambda: driver.log_list.window.snapshot.rows == total, "reading")
        await driver.until(lambda: driver.log_list.window.exact, "filtering")
        yield driver
