"""Alerts on the screen: firing first, matched records, muted, acknowledged, flagged in the histogram."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from logtui.alerts.rules import Count, Rule
from logtui.tui.kept import Keeper
from logtui.tui.widgets.histogram import HistogramView
from logtui.tui.widgets.pane import Pane
from tests.tui.fakes import START, FakeBatch, records
from tests.tui.screen import screen

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.screen import Driver

RULES = (
    Rule("calm", Count(99), window="1m"),
    Rule("connections refused", Count(3), query="level:error", window="1m", severity="critical"),
)


def shown(driver: Driver) -> list[str]:
    return [choice.text.plain for choice in driver.app.main.query_one(Pane).listing.choices]


async def opened(driver: Driver) -> None:
    await driver.until(lambda: driver.app.main.alerting.evaluations, "an evaluation")
    await driver.press("a")
    await driver.until(lambda: shown(driver), "the alerts")


async def test_firing_rules_come_first_with_their_changes() -> None:
    async with screen(rules=RULES) as driver:
        await opened(driver)
        first, change, *_ = shown(driver)
        assert first.startswith("ALERTING connections refused  critical · 3, fires at >= 3")
        assert "16:05:00  firing at 3" in change
        assert shown(driver)[-1].startswith("OK       calm")
        assert "alerts 1" in driver.status
        view = driver.app.main.query_one(HistogramView)
        await driver.until(lambda: "!" in view.render_line(view.size.height - 1).text, "a flag")


async def test_opening_a_firing_shows_its_records_and_backspace_returns() -> None:
    async with screen(rules=RULES) as driver:
        await opened(driver)
        await driver.press("j", "enter")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 3)
        assert all("connection refused" in line for line in driver.lines[:3])
        await driver.press("escape", "backspace")
        await driver.until(lambda: driver.log_list.window.count == 300)


async def test_muting_and_acknowledging_are_kept(tmp_path: Path) -> None:
    keeper = Keeper(["app.log"], tmp_path)
    async with screen(rules=RULES, keeper=keeper) as driver:
        await opened(driver)
        await driver.press("x")
        await driver.until(lambda: "acknowledged" in shown(driver)[0])
        await driver.press("m")
        await driver.until(lambda: "muted" in shown(driver)[0])
        assert "alerts" not in driver.status
    async with screen(rules=RULES, keeper=Keeper(["app.log"], tmp_path)) as driver:
        await opened(driver)
        assert shown(driver)[0].endswith("muted · acknowledged")
        await driver.press("m")
        await driver.until(lambda: "muted" not in shown(driver)[0])


async def test_records_that_arrive_may_fire_a_rule() -> None:
    calm = records([{"timestamp": START + timedelta(seconds=20 * number)} for number in range(10)])
    rule = Rule("errors", Count(2), query="level:error", window="1m")
    async with screen(calm, endless=True, rules=[rule]) as driver:
        await driver.until(lambda: driver.app.main.alerting.evaluations, "an evaluation")
        late = [{"timestamp": START + timedelta(minutes=4, seconds=number), "level": "error"} for number in range(4)]
        driver.reader.push(FakeBatch(records(late, first=10)))
        await driver.until(lambda: "firing now: errors" in driver.message)


async def test_without_rules_the_pane_says_how_to_have_some() -> None:
    async with screen() as driver:
        await driver.press("a")
        await driver.until(lambda: driver.app.main.query_one(Pane).listing.empty.startswith("no rules"))
