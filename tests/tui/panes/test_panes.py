"""Fields, patterns, values and marks beside the list, and the way back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from logtui.engine.read.batch import Records
from logtui.tui.app import LogtuiApp
from logtui.tui.panes.pane import Pane
from logtui.tui.query.query_bar import QueryBar
from logtui.tui.record.detail import Detail
from logtui.tui.session.session_state import Keeper
from logtui.tui.session.start import Start
from tests.tui.fakes import START, FakeReader, incident, records, session_of
from tests.tui.screen import Driver, screen

if TYPE_CHECKING:
    from pathlib import Path


def lines_of(driver: Driver) -> list[str]:
    return [choice.text.plain for choice in driver.app.main.query_one(Pane).listing.choices]


def filter_of(driver: Driver) -> str:
    return driver.app.main.query_one(QueryBar).text


async def go_to(driver: Driver, text: str) -> None:
    """Move the pane's cursor to the first line with a text."""
    pane, panes = driver.app.main.query_one(Pane), driver.app.main.parts.panes
    await driver.until(lambda: panes.is_current or pane.kind == "marks", "a current listing")
    await driver.until(lambda: any(text in line for line in lines_of(driver)), text)
    place = next(number for number, line in enumerate(lines_of(driver)) if text in line)
    await driver.press("g", *["j"] * place)


async def test_the_fields_pane_includes_and_excludes_values() -> None:
    async with screen() as driver:
        await driver.press("f")
        await go_to(driver, " billing")
        assert any("service" in line and "100%" in line and "2 values" in line for line in lines_of(driver))
        await driver.press("plus")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 150)
        assert filter_of(driver) == "service:billing"
        await go_to(driver, " error")
        await driver.press("minus")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 144)
        assert filter_of(driver) == "service:billing -level:error"
        await driver.press("escape", "backspace")
        await driver.until(lambda: filter_of(driver) == "service:billing")
        await driver.press("backspace")
        await driver.until(lambda: filter_of(driver) == "")
        await driver.press("alt+right")
        await driver.until(lambda: filter_of(driver) == "service:billing")


async def test_a_heading_of_the_fields_opens_the_table_of_its_values() -> None:
    async with screen() as driver:
        await driver.press("f")
        await go_to(driver, "service")
        await driver.press("enter")
        await driver.until(lambda: len(driver.app.screen_stack) > 1)
        assert "billing" in driver.app.screen.text.plain  # type: ignore[attr-defined]


async def test_patterns_narrow_the_list_and_are_compared_with_the_time_before() -> None:
    rows = [{"message": f"request {number} served"} for number in range(20)]
    rows += [{"message": f"pool exhausted: {number} wait", "level": "error"} for number in range(5)]
    async with screen(records(rows)) as driver:
        await driver.press("P")
        await go_to(driver, "request <*> served")
        await driver.press("escape", *["e"])
        await driver.until(lambda: driver.is_on(20))
        await driver.press("C")
        await go_to(driver, "new")
        assert "pool exhausted: <*> wait" in lines_of(driver)[0]
        assert "gone" in lines_of(driver)[1]
        await driver.press("g", "enter")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 5)


async def test_the_values_pane_follows_the_cursor() -> None:
    async with screen() as driver:
        await driver.press("plus")
        await go_to(driver, "billing")
        driver.log_list.go(1)
        await go_to(driver, "api")
        await driver.press("minus")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 150)
        assert filter_of(driver) == "-service:api"


async def test_pane_and_details_take_turns_and_q_closes_them_first() -> None:
    async with screen() as driver:
        await driver.press("f")
        assert driver.app.main.query_one(Pane).is_open
        await driver.press("escape", "enter")
        assert driver.app.main.query_one(Detail).has_class("-open")
        await driver.press("M")
        assert not driver.app.main.query_one(Detail).has_class("-open")
        await driver.press("q")
        assert not driver.app.main.query_one(Pane).is_open
        assert driver.app.is_running


async def test_an_id_is_followed_through_all_sources_and_back() -> None:
    rows = [{"message": f"m{n}", "source": f"{'ab'[n % 2]}.log", "@trace_id": f"t{n % 3}"} for n in range(30)]
    async with screen(records(rows)) as driver:
        driver.log_list.go(4)
        await driver.press("o")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 10)
        assert filter_of(driver) == "trace_id:t1"
        await driver.until(lambda: driver.cursor_message == "m4")
        await driver.press("backspace")
        await driver.until(lambda: driver.log_list.window.count == 30)
        await driver.until(lambda: driver.cursor_message == "m4")


async def test_zooming_narrows_the_time_and_comes_back() -> None:
    async with screen() as driver:
        await driver.counted()
        driver.log_list.go(150)
        await driver.press("z")
        await driver.until(lambda: driver.log_list.window.exact and 60 < driver.log_list.window.count < 100)
        assert driver.cursor_message == "request 150 served"
        await driver.press("Z")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 300)


async def test_time_steps_move_the_cursor_by_minutes() -> None:
    async with screen() as driver:
        await driver.press("full_stop")
        await driver.until(lambda: driver.is_on(60))
        await driver.press("comma")
        await driver.until(lambda: driver.is_on(0))


async def test_the_time_since_the_record_before_is_shown() -> None:
    rows = [{}, {"timestamp": START + timedelta(seconds=61.5)}, {"timestamp": START + timedelta(hours=3)}]
    async with screen(records(rows)) as driver:
        await driver.press("T")
        await driver.pilot.pause()
        assert "+61.5 INFO" in driver.lines[1]
        assert "+3.0h INFO" in driver.lines[2]


async def test_marks_and_notes_are_visited_listed_and_taken_away() -> None:
    async with screen() as driver:
        driver.log_list.go(5)
        await driver.press("m")
        driver.log_list.go(40)
        await driver.press("c")
        await driver.type("the first one")
        await driver.press("enter")
        await driver.press("g", "u")
        await driver.until(lambda: driver.is_on(5))
        assert driver.lines[5].startswith("◆")
        await driver.press("u")
        await driver.until(lambda: driver.is_on(40))
        await driver.press("U")
        await driver.until(lambda: driver.is_on(5))
        await driver.press("m", "u", "M")
        await go_to(driver, "the first one")
        assert len(lines_of(driver)) == 2


async def test_marks_filter_and_place_are_kept_for_the_next_time(tmp_path: Path) -> None:
    keeper = Keeper(["a.log"], tmp_path)
    app = LogtuiApp(session_of(FakeReader([Records(incident())])), Start(keeper=keeper))
    async with app.run_test() as pilot:
        driver = Driver(app, pilot, FakeReader([]))
        await driver.until(lambda: driver.log_list.window.count == 300)
        await driver.filter("service:api")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 150)
        driver.log_list.go(20)
        await driver.press("m", "q")
    kept = keeper.load()
    assert (kept.filter, len(kept.marks)) == ("service:api", 1)
    again = LogtuiApp(session_of(FakeReader([Records(incident())])), Start(keeper=keeper))
    async with again.run_test() as pilot:
        driver = Driver(again, pilot, FakeReader([]))
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 150)
        await driver.until(lambda: driver.is_on(20))
        assert "X clears it" in driver.message
        await driver.until(lambda: "by the last filter, X clears it" in driver.status)
        await driver.press("X")
        await driver.until(lambda: "last filter" not in driver.status)
    assert Keeper(["a.log"], tmp_path, fresh=True).load().filter == ""


async def test_quitting_asks_once_if_marks_cannot_be_kept(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    app = LogtuiApp(session_of(FakeReader([Records(incident())])), Start(keeper=Keeper(["a.log"], blocked)))
    async with app.run_test() as pilot:
        driver = Driver(app, pilot, FakeReader([]))
        await driver.until(lambda: driver.log_list.window.count == 300)
        await driver.press("m")
        assert "cannot be kept" in driver.message


@pytest.mark.slow
async def test_an_incident_is_investigated_and_reported_by_keys_alone(tmp_path: Path) -> None:
    """Find the failing service, its first error, what is new since then; mark, note, export the report."""
    rows = [{"message": f"request {n} served", "service": "cart"} for n in range(50)]
    rows += [
        {"message": f"pool exhausted: {n} wait", "level": "error", "service": "checkout"}
        if n % 2
        else {"message": f"request {n} served", "service": "cart"}
        for n in range(20)
    ]
    async with screen(records(rows)) as driver:
        await driver.press("e")
        await driver.until(lambda: driver.is_on(51))
        await driver.press("C")
        await go_to(driver, "pool exhausted")
        await driver.press("enter")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 10)
        await driver.press("escape", "g", "m", "j", "m", "j", "m", "g", "c")
        await driver.type("deploy 14")
        await driver.press("enter", "x")
        await driver.press(*["backspace"] * 20)
        report = tmp_path / "incident.md"
        await driver.type(str(report))
        await driver.press("enter")
        await driver.until(lambda: "wrote the report" in driver.message)
    text = report.read_text()
    assert "- Records: 10 of 70" in text
    assert "| error | 10 |" in text
    assert "> deploy 14" in text
    assert text.count("\n### ") == 3
    assert "pool exhausted: 1 wait" in text
    assert "logtui open --query" in text


async def test_marked_records_are_exported_alone(tmp_path: Path) -> None:
    async with screen() as driver:
        await driver.press("m", "j", "j", "m", "x", "tab")
        await driver.paste(str(tmp_path / "marked.jsonl"))
        await driver.press("enter")
        await driver.until(lambda: "wrote 2 records" in driver.message)
    messages = [json.loads(line)["message"] for line in (tmp_path / "marked.jsonl").read_text().splitlines()]
    assert messages == ["request 0 served", "request 2 served"]


async def test_anomalies_are_listed_explained_and_jumped_to() -> None:
    calm = [
        {"timestamp": START + timedelta(seconds=number), "message": f"request {number} served"}
        for number in range(1_500)
    ]
    late = [
        {"timestamp": START + timedelta(seconds=1_300 + number), "level": "error", "message": "disk is full"}
        for number in range(5)
    ]
    frame = records([*calm[:1_301], *late, *calm[1_306:]])
    async with screen(frame) as driver:
        await driver.press("A")
        await go_to(driver, "disk is full")
        assert any("no message like this in the first" in line for line in lines_of(driver))
        await driver.press("enter")
        await driver.until(lambda: driver.is_on(1_301))
        await driver.press("plus")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 5)


async def test_a_calm_log_has_no_anomalies_to_list() -> None:
    async with screen() as driver:
        await driver.press("A")
        pane = driver.app.main.query_one(Pane)
        await driver.until(lambda: pane.listing.title.startswith("Anomalies"))
        assert lines_of(driver) == []


async def test_secrets_are_masked_on_request(tmp_path: Path) -> None:
    rows = [{"timestamp": START, "message": "login password=hunter2"}, {"timestamp": START, "message": "harmless"}]
    async with screen(records(rows)) as driver:
        await driver.press("x", "ctrl+t")
        await driver.paste(str(tmp_path / "shared.csv"))
        await driver.press("enter")
        await driver.until(lambda: "masked in 2 places" in driver.message)
    text = (tmp_path / "shared.csv").read_text()
    assert "hunter2" not in text
    assert "password=[masked:secret]" in text


@pytest.mark.parametrize(
    ("pane", "name", "expected"),
    [
        ("P", "out.csv", "connection refused by db-<*>,12,error,"),
        ("P", "out.md", "| pattern | count | level | trend |"),
        ("f", "out.jsonl", '"field":"level","value":"info"'),
        ("f", "out.txt", "source   app.log    300"),
        ("+", "out.json", '"field":"service","value":"billing"'),
    ],
)
async def test_what_a_pane_lists_is_exported(tmp_path: Path, pane: str, name: str, expected: str) -> None:
    async with screen() as driver:
        await driver.press(pane)
        await driver.until(
            lambda: driver.app.main.parts.panes.is_current and driver.app.main.query_one(Pane).listing.title
        )
        await driver.press("x")
        await driver.paste(str(tmp_path / name))
        await driver.press("enter")
        await driver.until(lambda: "rows to" in driver.message)
    assert expected in (tmp_path / name).read_text()
