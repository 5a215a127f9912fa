"""The alerts of servers in the pane: rules of real servers are listed, muted, acknowledged and made on the screen."""

from __future__ import annotations

from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Label, Select

from logtui.alerts.conditions import Count
from logtui.alerts.keeping.base import GroupState, HistoryEntry, HistoryEvent, Look
from logtui.alerts.keeping.sql import SqlStore
from logtui.alerts.rules import Rule
from logtui.alerts.served.opening import served_alerts
from logtui.alerts.states import Instance, State
from logtui.engine.live.session import Session
from logtui.engine.live.store_feed import remote_feeds
from logtui.engine.search.request import Request
from logtui.tui.app import LogtuiApp
from logtui.tui.list.histogram_view import HistogramView
from logtui.tui.panes.mute_screen import MuteScreen
from logtui.tui.panes.pane import Pane
from logtui.tui.panes.rule_screen import RuleScreen
from logtui.tui.session.start import Start
from tests.cli.helpers import logtui
from tests.server.running import Server
from tests.tui.fakes import START, FakeReader
from tests.tui.screen import Driver, screen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from textual.screen import Screen

SECOND = 1_000_000_000
SINCE = int(START.timestamp()) * SECOND
ERRORS = Rule("errors", Count(2), query="level:error", group_by=("service",), severity="critical")
CALM = Rule("calm", Count(99, ">=", window="1m"), interval="1m")


def firing(service: str, since: int = SINCE) -> GroupState:
    return GroupState((("service", service),), Instance(State.ALERTING, since, 5.0, 1, is_notified=True, fired=since))


def fired(alert_id: str, at: int) -> HistoryEntry:
    return HistoryEntry(at, alert_id, HistoryEvent.FIRING, State.OK, State.ALERTING, 5.0, (("service", "api"),))


def keep(folder: Path, alert_id: str, *states: GroupState, history: tuple[HistoryEntry, ...] = ()) -> None:
    with closing(SqlStore(f"sqlite:///{folder / 'alerts.sqlite'}")) as store:
        lease = store.lease("test", 0)
        assert lease
        store.keep([Look(store.rule(alert_id), SINCE, states=states, history=history)], lease)


def kept(folder: Path) -> str:
    """Keep a rule of which one of two groups fires; its id."""
    with closing(SqlStore(f"sqlite:///{folder / 'alerts.sqlite'}")) as store:
        alert_id = store.add(ERRORS, SINCE - SECOND).id
    calm = GroupState((("service", "web"),), Instance(State.OK, SINCE, 1.0))
    keep(folder, alert_id, firing("api"), calm, history=(fired(alert_id, SINCE),))
    return alert_id


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Server]:
    """A server that evaluates nothing, with an alert that fires."""
    with Server(tmp_path / "data", "--role", "front") as server:
        kept(server.folder)
        yield server


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}"


def place(server: Server) -> str:
    return f"127.0.0.1:{server.port}"


def shown(driver: Driver) -> list[str]:
    return [choice.text.plain for choice in driver.app.main.query_one(Pane).listing.choices]


def empty(driver: Driver) -> str:
    return driver.app.main.query_one(Pane).listing.empty


def top(driver: Driver) -> Screen[object]:
    return driver.app.screen


@asynccontextmanager
async def beside(*servers: str, key: str = "", rules: tuple[Rule, ...] = ()) -> AsyncIterator[Driver]:
    """A screen on local records with the alerts of servers, once the pane has asked for them."""
    async with screen(rules=rules, servers=served_alerts(servers, [], key)) as driver:
        await driver.press("a")
        await driver.until(lambda: driver.app.main.parts.alerting.alerts or "waiting" not in empty(driver), "an answer")
        yield driver


async def test_rules_of_a_server_stand_among_those_of_the_screen_and_are_seen_everywhere(front: Server) -> None:
    async with beside(url(front), rules=(CALM,)) as driver:
        await driver.until(lambda: len(shown(driver)) >= 7, "both")
        first, limit, calm, _, history, change, created, *_ = shown(driver)
        assert first == f"ALERTING errors · service=api @ {place(front)} · 1 of 2 groups firing"
        assert limit == "  █ now 5 · count > 2 in 5m · critical"
        assert calm == "OK       calm"
        assert history == "History · 2"
        assert change == f"10-07 16:00:00  firing at 5  errors · service=api @ {place(front)}"
        assert created.endswith(f"created  errors @ {place(front)}")
        assert "alerts 1: errors" in driver.status
        await driver.press("escape", "f")
        assert "alerts 1: errors" in driver.status
        view = driver.app.main.query_one(HistogramView)
        await driver.until(lambda: any("!" in view.render_line(y).text for y in range(view.size.height)), "a flag")


async def test_a_rule_of_a_server_is_muted_with_a_reason_and_acknowledged_by_name(
    front: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USER", "ann")
    async with beside(url(front)) as driver:
        await driver.press("x")
        await driver.until(lambda: "acknowledged by ann" in shown(driver)[0], "the acknowledgement")
        await driver.press("m")
        await driver.until(lambda: isinstance(top(driver), MuteScreen), "the question")
        await driver.type("45m")
        await driver.press("tab")
        await driver.paste("new release")
        await driver.press("enter")
        await driver.until(lambda: "(new release)" in shown(driver)[0], "the mute")
        assert "alerts" not in driver.status
        assert driver.message == f"errors is muted for 45m @ {place(front)}"
        history = front.request("GET", "/api/v1/alerts/history").body
        assert b"by ann" in history
        assert b": new release" in history
        await driver.press("m")
        await driver.until(lambda: "muted" not in shown(driver)[0], "the end of the mute")
        await driver.until(lambda: "alerts 1" in driver.status)


async def test_a_rule_of_the_filter_is_made_on_a_server(front: Server) -> None:
    async with beside(url(front)) as driver:
        await driver.press("n")
        await driver.until(lambda: isinstance(top(driver), RuleScreen), "the form")
        top(driver).query_one("#rule-source", Select).value = place(front)
        note = top(driver).query_one("#rule-note", Label)
        await driver.until(lambda: f"Enter adds it to {place(front)}" in str(note.content))
        await driver.paste("errors")
        await driver.press("enter")
        preview = top(driver).query_one("#rule-preview", Label)
        await driver.until(lambda: "there is a rule named 'errors' already" in str(preview.content), "the refusal")
        await driver.paste("many")
        await driver.press("enter")
        await driver.until(lambda: any(f"many @ {place(front)}" in line for line in shown(driver)), "the new rule")
        made = front.request("GET", "/api/v1/alerts").body
        assert b'"many"' in made


async def test_the_whole_history_of_a_server_comes_page_by_page(front: Server) -> None:
    with closing(SqlStore(f"sqlite:///{front.folder / 'alerts.sqlite'}")) as store:
        alert_id = store.rules()[0].id
    entries = tuple(fired(alert_id, SINCE + number * SECOND) for number in range(250))
    keep(front.folder, alert_id, history=entries)
    async with beside(url(front)) as driver:
        await driver.until(lambda: "History · 100" in shown(driver), "the newest page")
        assert shown(driver)[-1] == f"Enter fetches the older history of {place(front)}"
        await driver.press("G", "enter")
        await driver.until(lambda: "History · 252" in shown(driver), "all")
        assert "created" in shown(driver)[-1]


async def test_a_server_that_is_gone_is_told_in_a_line_and_its_last_state_stays(front: Server) -> None:
    async with beside(url(front), rules=(CALM,)) as driver:
        await driver.until(lambda: len(shown(driver)) >= 7, "both")
        front.kill()
        await driver.until(lambda: shown(driver)[0] == f"{url(front)}: Connection refused", "the problem")
        assert shown(driver)[1].startswith("ALERTING errors")
        await driver.press("j", "m")
        await driver.until(lambda: isinstance(top(driver), MuteScreen), "a screen that answers")


async def test_a_key_without_the_scope_is_told_in_a_line(front: Server) -> None:
    made = logtui("keys", "create", "--name", "sender", "--scope", "ingest", "--data", front.folder)
    async with beside(url(front), key=made.stdout.decode().strip()) as driver:
        await driver.until(lambda: "scope" in empty(driver), empty(driver))
    made = logtui("keys", "create", "--name", "reader", "--scope", "read", "--data", front.folder)
    async with beside(url(front), key=made.stdout.decode().strip()) as driver:
        await driver.press("x")
        await driver.until(lambda: "scope" in driver.message, "the refusal")
        assert "acknowledged" not in shown(driver)[0]


async def test_an_alert_that_fires_on_a_server_is_told_and_leads_to_its_records(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        address = url(server)
        session = Session(*remote_feeds([address], Request.of("")))
        app = LogtuiApp(session, Start(servers=served_alerts([address], [])))
        rule = b"""{"name": "bad", "query": "level:error", "interval": "1s", "allowed_lateness": "0s",
                    "condition": {"type": "count", "threshold": 2, "window": "10s"}}"""
        assert server.request("POST", "/api/v1/alerts", rule).status == 201
        async with app.run_test(size=(80, 24)) as pilot:
            driver = Driver(app, pilot, FakeReader([]))
            await driver.until(lambda: driver.app.main.parts.alerting.alerts, "the rule")
            levels = ("error", "info", "error", "error", "info")
            now = datetime.now(UTC).isoformat()
            server.post([{"timestamp": now, "level": level, "message": f"{level} came"} for level in levels])
            await driver.until(lambda: f"1 alert firing now   (a shows them): bad @ {place(server)}" in driver.message)
            await driver.press("a")
            await driver.until(lambda: shown(driver)[0].startswith("ALERTING bad"), "the alert")
            await driver.press("enter")
            await driver.until(lambda: driver.app.main.filter == "level:error", "the filter")
            await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 3)
        server.stop()


async def test_the_alerts_in_a_data_folder_are_shown_and_muted_without_a_server(tmp_path: Path) -> None:
    for name in ("store", "journal"):
        (tmp_path / name).mkdir()
    servers = served_alerts([], [tmp_path / "store"])
    async with screen(servers=servers) as driver:
        await driver.press("a")
        await driver.until(lambda: empty(driver).startswith("no rules"), "no alerts")
        assert not (tmp_path / "alerts.sqlite").exists()
        kept(tmp_path)
        await driver.until(lambda: shown(driver), "the alerts")
        assert shown(driver)[0] == f"ALERTING errors · service=api @ {tmp_path.name} · 1 of 2 groups firing"
        await driver.press("m", "enter")
        await driver.until(lambda: "muted until" in shown(driver)[0], "the mute")
        await driver.press("m")
        await driver.until(lambda: "muted" not in shown(driver)[0], "the end of the mute")
        await driver.press("x")
        await driver.until(lambda: "acknowledged" in shown(driver)[0])
