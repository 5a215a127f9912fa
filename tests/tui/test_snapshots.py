"""Pictures of the screen: the list at 80x24, details at 160x45, an error in the query bar."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from logtui.tui.app import LogtuiApp
from logtui.tui.widgets.histogram import HistogramView
from logtui.tui.widgets.log_list import LogList
from logtui.tui.widgets.query_bar import QueryBar
from tests.tui.fakes import FakeBatch, FakeReader, incident, records, session_of
from tests.tui.screen import Driver

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl
    from textual.pilot import Pilot

    Compare = Callable[..., bool]

pytest.importorskip("pytest_textual_snapshot")


def app_on(frame: pl.DataFrame) -> LogtuiApp:
    return LogtuiApp(session_of(FakeReader([FakeBatch(frame)])))


async def loaded(pilot: Pilot[None]) -> Driver:
    app = pilot.app
    assert isinstance(app, LogtuiApp)
    driver = Driver(app, pilot, FakeReader([]))
    await driver.until(lambda: app.main.query(LogList))
    view = app.main.query_one(HistogramView)
    await driver.until(lambda: driver.log_list.window.snapshot.done and view.histogram.buckets)
    await driver.until(lambda: "done" in driver.status)
    return driver


def test_the_list_on_a_small_terminal(snap_compare: Compare) -> None:
    async def jump(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.press("e")
        await driver.until(lambda: driver.is_on(24))
        await driver.press("slash")
        await driver.type("served")
        await driver.press("enter")
        await driver.until(lambda: driver.is_on(25))
        await driver.until(lambda: not isinstance(driver.app.focused, Input))

    assert snap_compare(app_on(incident()), terminal_size=(80, 24), run_before=jump)


def test_details_on_a_large_terminal(snap_compare: Compare) -> None:
    raw = json.dumps({"level": "error", "msg": "[red]no[/red] markup", "user": {"id": 7}})
    row = {"message": "[red]no[/red] markup", "raw": raw, "format": "json", "level": "fatal", "@user.id": "7"}

    async def open_details(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.press("enter")
        await driver.pilot.pause()

    frame = records([row, {"message": "\x1b[31mcolours\x1b[0m", "raw": "a\nb\nc", "level": "warn"}, {"level": None}])
    assert snap_compare(app_on(frame), terminal_size=(160, 45), run_before=open_details)


def test_an_error_below_the_query(snap_compare: Compare) -> None:
    async def mistype(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.press("colon")
        driver.app.main.query_one(QueryBar).input.insert_text_at_cursor(
            "level:error service:("
        )  # at once, without a preview
        await driver.press("enter")
        await driver.pilot.pause()

    assert snap_compare(app_on(incident(20)), terminal_size=(80, 24), run_before=mistype)


def troubled() -> pl.DataFrame:
    """Half an hour of two services; one begins to fail after two thirds of it."""
    rows = []
    for number in range(240):
        is_failing = number >= 160 and number % 3 == 0
        text = (
            f"pool exhausted: {number % 40} requests wait"
            if is_failing
            else f"request {number} served in {number % 90} ms"
        )
        service = "checkout" if number % 3 == 0 else "cart"
        level = "error" if is_failing else "warn" if number % 40 == 7 else "info"
        rows.append({"message": text, "level": level, "service": service, "@tenant": f"company_{'abc'[number % 3]}"})
    return records(rows)


def test_fields_beside_the_list(snap_compare: Compare) -> None:
    async def open_fields(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.press("f")
        await driver.until(lambda: driver.app.main.panes.is_current)
        await driver.press("j", "j")
        await driver.pilot.pause()

    assert snap_compare(app_on(troubled()), terminal_size=(140, 36), run_before=open_fields)


def test_patterns_compared_on_a_small_terminal(snap_compare: Compare) -> None:
    async def compare(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.press("e")
        await driver.until(lambda: driver.is_on(162))
        await driver.press("m", "C")
        await driver.until(lambda: driver.app.main.panes.is_current)
        await driver.pilot.pause()

    assert snap_compare(app_on(troubled()), terminal_size=(80, 24), run_before=compare)
