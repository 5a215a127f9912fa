"""Jumps to what has not been read yet: they wait, say so, arrive, and can be given up."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from logtui.engine.read.batch import Batch, Records
from logtui.tui.app import LogtuiApp
from logtui.tui.session.start import Start
from tests.tui.fakes import START, FakeReader, records, session_of
from tests.tui.screen import Driver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import polars as pl


class HeldReader(FakeReader):
    """Stays in the middle of its input until it is told to end."""

    def __init__(self, first: pl.DataFrame) -> None:
        super().__init__([Records(first)])
        self.progress.bytes_read = 300
        self._ended = threading.Event()

    def batches(self) -> Iterator[Batch]:
        while not self._ended.wait(0.005) and not self.closed.is_set():
            while self._batches:
                yield self._batches.pop(0)
        yield from super().batches()

    def end(self) -> None:
        self.progress.bytes_read = 1_000
        self._ended.set()


def part(first: int, count: int, **last: str) -> pl.DataFrame:
    rows: list[dict[str, str]] = [{} for _ in range(count - 1)]
    return records([*rows, last], first)


@asynccontextmanager
async def reading(query: str = "") -> AsyncIterator[tuple[Driver, HeldReader]]:
    """A screen of which the first 100 records have been read and the others have not."""
    reader = HeldReader(part(0, 100))
    app = LogtuiApp(session_of(reader), Start(query))
    async with app.run_test(size=(120, 40)) as pilot:
        driver = Driver(app, pilot, reader)
        await driver.until(lambda: driver.log_list.window.snapshot.rows == 100 and driver.log_list.window.exact)
        yield driver, reader


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (["e"], "waiting for error"),
        (["slash", *"late", "enter"], "waiting for “late”"),
        (["t", *"16", "colon", *"03", "enter"], "waiting for record at or after 2025-10-07 16:03:00"),
        ([*"181", "G"], "waiting for row 181"),
    ],
    ids=["error", "search", "time", "row"],
)
async def test_a_jump_waits_for_its_record_and_then_goes_there(keys: list[str], told: str) -> None:
    async with reading() as (driver, reader):
        await driver.press(*keys)
        await driver.until(lambda: told in driver.status, told)
        reader.push(Records(part(100, 50)))
        await driver.until(lambda: driver.log_list.window.snapshot.rows == 150)
        assert told in driver.status
        reader.push(Records(part(150, 31, level="error", message="late")))
        await driver.until(lambda: driver.is_on(180), "the jump")
        await driver.until(lambda: "waiting" not in driver.status)


async def test_escape_gives_the_jump_up() -> None:
    async with reading() as (driver, reader):
        await driver.press("e")
        await driver.until(lambda: "waiting for error" in driver.status)
        await driver.press("escape")
        await driver.until(lambda: "waiting" not in driver.status)
        assert driver.message == "no longer waiting for error"
        reader.push(Records(part(100, 50, level="error")))
        await driver.until(lambda: driver.log_list.window.snapshot.rows == 150 and driver.log_list.window.exact)
        assert driver.is_on(0)


async def test_a_jump_in_vain_says_so_once_all_is_read() -> None:
    async with reading() as (driver, reader):
        await driver.press("e")
        await driver.until(lambda: "waiting for error" in driver.status)
        reader.end()
        await driver.until(lambda: driver.message == "no error below")
        assert "waiting" not in driver.status


async def test_the_end_is_that_of_the_whole_input() -> None:
    async with reading() as (driver, reader):
        await driver.press("G")
        await driver.until(lambda: "waiting for the end · reading 30%" in driver.status)
        reader.push(Records(part(100, 50)))
        reader.end()
        await driver.until(lambda: "done" in driver.status and "waiting" not in driver.status)
        assert driver.is_on(149)


async def test_a_jump_backwards_does_not_wait() -> None:
    async with reading() as (driver, _):
        await driver.press("e")
        await driver.until(lambda: "waiting for error" in driver.status)
        await driver.press("E")
        await driver.until(lambda: driver.message == "no error above")
        assert "waiting" not in driver.status


async def test_a_clock_in_a_filter_is_on_the_day_of_the_log() -> None:
    moment = f"{START:%H}:01"
    async with reading(query=f"ts:>={moment}") as (driver, _):
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 40)
        await driver.press("colon")
        await driver.paste(f"ts:<{moment}")
        await driver.press("enter")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 60)
