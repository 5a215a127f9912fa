"""Alerts on the screen: firing first, matched records, muted, acknowledged, flagged in the histogram."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from textual.widgets import Label

from logtui.alerts.conditions import Count
from logtui.alerts.rules import Rule
from logtui.engine.read.batch import Records
from logtui.tui.list.histogram_view import HistogramView
from logtui.tui.panes.mute_screen import MuteScreen
from logtui.tui.panes.pane import Pane
from logtui.tui.session.session_state import Keeper
from tests.tui.fakes import START, records
from tests.tui.screen import screen

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.screen import Driver

RULES = (
    Rule("calm", Count(99, ">=", window="1m"), interval="1m"),
    Rule("connections refused", Count(3, ">=", window="1m"), query="level:error", interval="1m", severity="critical"),
)


def shown(driver: Driver) -> list[str]:
    return [choice.text.plain for choice in driver.app.main.query_one(Pane).listing.choices]


async def opened(driver: Driver) -> None:
    await driver.until(lambda: driver.app.main.parts.local_alerts.evaluations, "an evaluation")
    await driver.press("a")
    await driver.until(lambda: shown(driver), "the alerts")


async def test_firing_rules_come_first_with_their_changes() -> None:
    async with screen(rules=RULES) as driver:
        await opened(driver)
        first, limit, calm, _, history, change, *_ = shown(driver)
        assert first == "ALERTING connections refused"
        assert limit == "  ▆▆█▆█ now 3 · count >= 3 in 1m · critical"
        assert calm == "OK       calm"
        assert history == "History · 3"
        assert "16:05:00  firing at 3  connections refused" in change
        assert "alerts 1: connections refused" in driver.status
        view = driver.app.main.query_one(HistogramView)
        await driver.until(lambda: any("!" in view.render_line(y).text for y in range(view.size.height)), "a flag")


@pytest.mark.parametrize("moves", [(), ("j", "j")])
async def test_opening_an_alert_goes_to_the_record_that_made_it_fire_and_backspace_returns(
    moves: tuple[str, ...],
) -> None:
    async with screen(rules=RULES) as driver:
        await opened(driver)
        await driver.press(*moves, "enter")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 12)
        await driver.until(lambda: driver.is_on(11))
        assert any("16:04:59" in line and "connection refused" in line for line in driver.lines)
        await driver.press("g", "enter")
        await driver.until(lambda: driver.is_on(11))
        await driver.press("escape", "backspace")
        await driver.until(lambda: driver.log_list.window.count == 300)


async def test_a_rule_that_counts_nothing_when_it_fires_leads_to_the_silence() -> None:
    quiet = records([{"timestamp": START + timedelta(minutes=minute)} for minute in (0, 1, 2, 3, 4)])
    rule = Rule("silence", Count(1, operator="<", window="1m"), query="level:error", interval="1m")
    async with screen(quiet, rules=[rule]) as driver:
        await opened(driver)
        await driver.press("enter")
        await driver.until(lambda: driver.message.startswith("silence counted no record"))
        assert driver.is_on(0)


async def test_only_firing_alerts_are_opened_and_acknowledged() -> None:
    async with screen(rules=RULES) as driver:
        await opened(driver)
        await driver.press("j", "x")
        await driver.until(lambda: driver.message == "only firing alerts can be acknowledged: calm is not firing")
        await driver.press("enter")
        await driver.until(lambda: driver.message == "calm has not fired")
        assert not any("acknowledged" in line for line in shown(driver))


async def test_nothing_is_cut_off_beside_the_list() -> None:
    name = "connections refused by the database that holds the orders of all customers"
    rules = [Rule(name, Count(3, ">=", window="1m"), query="level:error", interval="1m", severity="critical")]
    async with screen(rules=rules, size=(120, 40)) as driver:
        await opened(driver)
        pane = driver.app.main.query_one(Pane)
        text = " ".join(pane.render_line(y).text.strip() for y in range(6))
        await driver.until(lambda: name in " ".join(pane.render_line(y).text.strip() for y in range(6)), text)
        assert "…" not in text


async def test_times_are_those_of_the_zone_of_the_screen() -> None:
    async with screen(rules=RULES, zone=ZoneInfo("Europe/Berlin")) as driver:
        await opened(driver)
        assert any("18:05:00  firing at 3" in line for line in shown(driver))


async def test_muting_and_acknowledging_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "ann")
    keeper = Keeper(["app.log"], tmp_path)
    async with screen(rules=RULES, keeper=keeper) as driver:
        await opened(driver)
        await driver.press("x")
        await driver.until(lambda: "acknowledged by ann" in shown(driver)[0])
        await driver.press("m", "up", "down", "down", "down", "enter")
        await driver.until(lambda: "muted" in shown(driver)[0])
        assert "alerts" not in driver.status
    async with screen(rules=RULES, keeper=Keeper(["app.log"], tmp_path)) as driver:
        await opened(driver)
        assert shown(driver)[0].endswith(" · muted · acknowledged by ann")
        await driver.press("m")
        await driver.until(lambda: "muted" not in shown(driver)[0])


async def test_a_mute_with_a_typed_duration_ends_by_itself() -> None:
    async with screen(rules=RULES) as driver:
        await opened(driver)
        await driver.press("m")
        await driver.until(lambda: isinstance(driver.app.screen, MuteScreen), "the question")
        await driver.type("soon")
        await driver.press("enter")
        note = driver.app.screen.query_one("#mute-note", Label)
        await driver.until(lambda: "expected a duration, got 'soon'" in str(note.content), "the problem")
        await driver.paste("1s")
        await driver.press("enter")
        await driver.until(lambda: "muted until" in shown(driver)[0])
        assert "alerts" not in driver.status
        await driver.until(lambda: "muted" not in shown(driver)[0], "the end of the mute")
        assert driver.message == "no longer muted: connections refused"
        assert "alerts 1" in driver.status


async def test_groups_have_lines_and_acknowledgements_of_their_own() -> None:
    rule = Rule("errors", Count(0, window="1m"), query="level:error", interval="1m", group_by=("service",))
    frame = records([{"level": "error", "service": service} for service in ("api", "billing", "api")])
    async with screen(frame, rules=[rule]) as driver:
        await opened(driver)
        await driver.press("j", "x")
        await driver.until(lambda: any("acknowledged" in line for line in shown(driver)))
        first, _, second, *_ = shown(driver)
        assert first == "ALERTING errors · service=api"
        assert second.startswith("ALERTING errors · service=billing · acknowledged")
        await driver.press("enter")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 1)
        assert "service:billing" in driver.app.main.filter


async def test_all_of_the_history_is_listed_as_the_cursor_comes_to_it() -> None:
    rule = Rule("flapping", Count(0, window="1s"), query="level:error", interval="1s")
    frame = records([{"level": "error" if number % 2 else "info"} for number in range(700)])
    async with screen(frame, rules=[rule]) as driver:
        await opened(driver)
        pane = driver.app.main.query_one(Pane)
        assert "History · 699" in shown(driver)
        assert pane.option_count == 200
        pane.scroll_end(animate=False)
        await driver.until(lambda: pane.option_count == 400, "the next page")
        await driver.press("G")
        await driver.until(lambda: pane.highlighted == len(shown(driver)) - 1, "the oldest change")
        assert "16:00:02  firing at 1" in shown(driver)[-1]


async def test_a_scrolled_history_stays_in_place_while_records_arrive() -> None:
    rule = Rule("flapping", Count(0, window="1s"), query="level:error", interval="1s")
    frame = records([{"level": "error" if number % 2 else "info"} for number in range(300)])
    async with screen(frame, endless=True, rules=[rule]) as driver:
        await opened(driver)
        pane = driver.app.main.query_one(Pane)
        pane.scroll_end(animate=False)
        await driver.until(lambda: pane.scroll_y > 150)
        scrolled, listed = pane.scroll_y, shown(driver)
        driver.reader.push(Records(records([{"level": "info"}], first=300)))
        await driver.until(lambda: shown(driver) != listed, "the next evaluation")
        assert pane.scroll_y == scrolled


async def test_records_that_arrive_may_fire_a_rule() -> None:
    calm = records([{"timestamp": START + timedelta(seconds=20 * number)} for number in range(10)])
    rule = Rule("errors", Count(2, ">=", window="1m"), query="level:error", interval="1m")
    async with screen(calm, endless=True, rules=[rule]) as driver:
        await driver.until(lambda: driver.app.main.parts.local_alerts.evaluations, "an evaluation")
        late = [{"timestamp": START + timedelta(minutes=4, seconds=number), "level": "error"} for number in range(4)]
        driver.reader.push(Records(records(late, first=10)))
        await driver.until(lambda: "firing now   (a shows them): errors" in driver.message)


async def test_without_rules_the_pane_says_how_to_have_some() -> None:
    async with screen() as driver:
        await driver.press("a")
        await driver.until(lambda: driver.app.main.query_one(Pane).listing.empty.startswith("no rules"))


async def test_the_newest_alert_is_named_in_the_room_that_the_rest_of_the_status_line_leaves() -> None:
    rule = Rule("errors of " + "all services " * 10, Count(3, ">=", window="1m"), query="level:error", interval="1m")
    async with screen(rules=[rule]) as driver:
        await driver.until(lambda: "alerts 1: errors of all services" in driver.status)
        assert "…" in driver.status
        assert driver.status.endswith("row 1  done  UTC ")
        await driver.pilot.resize_terminal(50, 24)
        await driver.until(lambda: "errors of" not in driver.status)
        assert "300 records  alerts 1" in driver.status
