"""Pictures of the screen, one for each thing that it shows."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input, Label

from logtui.alerts.conditions import Count
from logtui.alerts.rules import Rule
from logtui.engine.read.batch import Records
from logtui.tui.app import LogtuiApp
from logtui.tui.list.histogram_view import HistogramView
from logtui.tui.list.log_list import LogList
from logtui.tui.panes.pane import Pane
from logtui.tui.panes.rule_screen import RuleScreen
from logtui.tui.query.query_bar import QueryBar
from logtui.tui.screens.text import TextScreen
from logtui.tui.session.preferences import Preferences
from logtui.tui.session.start import Start
from logtui.tui.session.status_bar import HintLine
from tests.tui.fakes import START, FakeReader, incident, records, session_of
from tests.tui.screen import Driver

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl
    from textual.pilot import Pilot

    Compare = Callable[..., bool]

pytest.importorskip("pytest_textual_snapshot")


def app_on(frame: pl.DataFrame, *, rules: Sequence[Rule] = (), theme: str | None = None) -> LogtuiApp:
    preferences = Preferences(theme=theme) if theme else Preferences()
    return LogtuiApp(session_of(FakeReader([Records(frame)])), Start(rules=tuple(rules), preferences=preferences))


async def loaded(pilot: Pilot[None]) -> Driver:
    app = pilot.app
    assert isinstance(app, LogtuiApp)
    driver = Driver(app, pilot, FakeReader([]))
    await driver.until(lambda: app.main.query(LogList))
    await driver.until(lambda: driver.log_list.window.snapshot.done and driver.log_list.window.exact)
    await driver.counted()
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
        await driver.until(lambda: driver.app.main.parts.panes.is_current)
        await driver.press("j", "j")
        await driver.pilot.pause()

    assert snap_compare(app_on(troubled()), terminal_size=(140, 36), run_before=open_fields)


def test_patterns_compared_on_a_small_terminal(snap_compare: Compare) -> None:
    async def compare(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.press("e")
        await driver.until(lambda: driver.is_on(162))
        await driver.press("m", "C")
        await driver.until(lambda: driver.app.main.parts.panes.is_current)
        await driver.pilot.pause()

    assert snap_compare(app_on(troubled()), terminal_size=(80, 24), run_before=compare)


def test_anomalies_beside_the_list(snap_compare: Compare) -> None:
    rows = [
        {"timestamp": START + timedelta(seconds=6 * number), "level": level, "message": text, "service": "checkout"}
        for number in range(1_500)
        for level, text in (
            [("error", "pool exhausted: 40 requests wait"), ("error", "payment failed")]
            if 1_100 <= number < 1_150
            else [("info", f"request {number} served")]
        )
    ]

    async def open_anomalies(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.press("A")
        await driver.until(lambda: driver.app.main.parts.panes.is_current)
        await driver.pilot.pause()

    assert snap_compare(app_on(records(rows)), terminal_size=(140, 36), run_before=open_anomalies)


def test_alerts_in_light_colours(snap_compare: Compare) -> None:
    rules = [
        Rule("calm", Count(999, ">=", window="1m"), interval="1m"),
        Rule("pool exhausted", Count(5, ">=", window="1m"), query="level:error", interval="1m", severity="critical"),
    ]

    async def open_alerts(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.until(lambda: driver.app.main.parts.local_alerts.evaluations)
        await driver.press("a")
        await driver.until(lambda: driver.app.main.query_one(Pane).listing.choices)
        view = driver.app.main.query_one(HistogramView)
        await driver.until(lambda: "!" in view.render_line(view.size.height - 1).text)
        driver.app.main.query_one(HintLine).show_keys()
        await driver.pilot.pause()

    app = app_on(troubled(), rules=rules, theme="logtui-light")
    assert snap_compare(app, terminal_size=(140, 36), run_before=open_alerts)


def test_the_form_of_an_alert_rule_on_a_small_terminal(snap_compare: Compare) -> None:
    async def open_form(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.filter("level:error")
        await driver.until(lambda: driver.log_list.window.exact and driver.app.main.filter)
        await driver.counted()
        await driver.press("a", "n")
        await driver.until(lambda: isinstance(driver.app.screen, RuleScreen))
        await driver.paste("many errors")
        label = driver.app.screen.query_one("#rule-preview", Label)
        await driver.until(lambda: "would have fired" in str(label.content))
        driver.app.main.query_one(HintLine).show_keys()
        await driver.pilot.pause()

    assert snap_compare(app_on(troubled()), terminal_size=(80, 24), run_before=open_form)


def test_chips_and_what_one_of_them_hides(snap_compare: Compare) -> None:
    async def switch_off(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.press("colon")
        await driver.paste("level:>=warn service:checkout -pool")
        await driver.press("enter")
        await driver.until(lambda: driver.app.main.parts.filters.text == "level:>=warn service:checkout -pool")
        await driver.press("backslash", "right", "enter")
        await driver.until(lambda: driver.app.main.parts.filters.text == "level:>=warn -pool")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 5)
        await driver.until(lambda: "5/240" in driver.status)
        await driver.pilot.pause(0.2)

    assert snap_compare(app_on(troubled()), terminal_size=(80, 24), run_before=switch_off)


def test_a_stack_trace_unfolded_among_repeats(snap_compare: Compare) -> None:
    trace = "pool is exhausted\n  at shop.Pool.take(Pool.java:41)\n  at shop.Checkout.pay(Checkout.java:7)"
    rows = [{"message": "health check ok", "service": "api"} for _ in range(6)]
    rows += [{"message": trace, "raw": trace, "level": "error", "service": "checkout"}]
    rows += [{"message": f"order {number} paid", "service": "checkout"} for number in range(4)]

    async def unfold(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.press("R", "e")
        await driver.until(lambda: driver.is_on(6))
        await driver.press("s")
        await driver.until(lambda: any("Checkout.java:7" in line for line in driver.lines))
        driver.app.main.query_one(HintLine).show_keys()
        await driver.pilot.pause()

    assert snap_compare(app_on(records(rows)), terminal_size=(80, 24), run_before=unfold)


def test_a_field_drawn_over_time(snap_compare: Compare) -> None:
    rows = [{"message": "served", "@took": str(number % 40 + number * (number > 120))} for number in range(240)]

    async def draw(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.press("f")
        await driver.until(lambda: driver.app.main.parts.panes.is_current)
        await driver.press("G", "v")
        await driver.until(lambda: isinstance(driver.app.screen, TextScreen))
        await driver.pilot.pause()

    assert snap_compare(app_on(records(rows)), terminal_size=(110, 32), run_before=draw)


@pytest.mark.parametrize("keys", ["question_mark", "x"], ids=["help", "export"])
def test_dialogs_on_a_small_terminal(snap_compare: Compare, keys: str) -> None:
    async def open_dialog(pilot: Pilot[None]) -> None:
        driver = await loaded(pilot)
        await driver.press(keys)
        await driver.until(lambda: driver.app.screen is not driver.app.main)
        await driver.pilot.pause()

    assert snap_compare(app_on(incident()), terminal_size=(80, 24), run_before=open_dialog)
