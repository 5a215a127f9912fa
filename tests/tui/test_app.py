"""The screen as users drive it, on records without files."""

from __future__ import annotations

import asyncio
import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from textual import events
from textual.widgets import Input, Static
from typer.testing import CliRunner

from logtui.cli.main import app
from logtui.engine.read.batch import Records
from logtui.tui.app import LogtuiApp
from logtui.tui.keys.actions import ACTIONS
from logtui.tui.keys.keynames import shown_key
from logtui.tui.list.histogram_view import HistogramView
from logtui.tui.list.prompt import Prompt
from logtui.tui.panes.pane import Pane
from logtui.tui.query.query_bar import QueryBar
from logtui.tui.record.detail import Detail
from logtui.tui.record.export_screen import ExportScreen
from logtui.tui.screens.places import PLACES
from logtui.tui.screens.text import TextScreen
from tests.tui.fakes import FakeReader, incident, records, session_of
from tests.tui.screen import screen

if TYPE_CHECKING:
    from pathlib import Path

    from textual.message import Message


async def test_rows_are_shown_and_the_status_tells_everything() -> None:
    async with screen() as driver:
        assert "request 0 served" in driver.lines[0]
        await driver.until(lambda: "300 records" in driver.status)
        for word in ("python", "UTC", "done", "row 1"):
            assert word in driver.status


LOSSY: list[dict[str, Any]] = [{"format": "json"}] * 6 + [
    {"format": "json", "level": None, "message": "lost its level"},
    {"format": "json", "timestamp": None},
    {"format": "generic"},
]


async def test_the_status_says_what_reading_has_left_open_and_the_notices_show_it() -> None:
    async with screen(records(LOSSY), size=(120, 40)) as driver:
        await driver.until(lambda: "no level 1  no time 1  loosely read 1" in driver.status)
        await driver.press("exclamation_mark")
        await driver.until(lambda: isinstance(driver.app.screen, TextScreen))
        assert isinstance(driver.app.screen, TextScreen)
        assert "app.log: 1 without a level, such as\n  line 7: lost its level" in driver.app.screen.text.plain


async def test_a_narrow_status_says_the_first_thing_left_open_and_how_many_more() -> None:
    async with screen(records(LOSSY), size=(60, 24)) as driver:
        await driver.until(lambda: "no level 1 +2 more" in driver.status)


async def test_rows_are_shown_while_reading_goes_on() -> None:
    async with screen(endless=True) as driver:
        driver.reader.push(Records(incident(50)))
        await driver.until(lambda: driver.log_list.window.count == 350)
        assert driver.log_list.cursor == 0


async def test_a_filter_reduces_the_rows() -> None:
    async with screen() as driver:
        await driver.filter("level:error")
        await driver.until(lambda: driver.log_list.window.count == 12)
        await driver.until(lambda: "12/300" in driver.status)
        assert all("connection refused" in line for line in driver.lines[:12])


async def test_typing_previews_and_escape_restores() -> None:
    async with screen() as driver:
        await driver.filter("level:warn")
        await driver.until(lambda: driver.log_list.window.count == 24)
        await driver.press("colon", "ctrl+u")
        await driver.type("level:error")
        await driver.until(lambda: driver.log_list.window.count == 12)
        await driver.press("escape")
        await driver.until(lambda: driver.log_list.window.count == 24)
        assert driver.app.main.query_one(QueryBar).text == "level:warn"
        assert driver.log_list.has_focus


async def test_an_error_is_shown_under_its_place_and_the_list_stays() -> None:
    async with screen() as driver:
        await driver.press("colon")
        await driver.type("level:error service:(")
        await driver.until(lambda: driver.log_list.window.count == 12, "the preview of what makes sense")
        await driver.press("enter")
        bar = driver.app.main.query_one(QueryBar)
        await driver.until(lambda: bar.error_text)
        caret = bar.error_text.index("^")
        assert caret == len(" filter › ") + len("level:error service:")
        assert driver.log_list.window.count == 12
        await driver.press("escape")
        assert not bar.error_text


async def test_the_tab_key_completes_fields_and_values() -> None:
    async with screen() as driver:
        bar = driver.app.main.query_one(QueryBar)
        await driver.until(lambda: driver.log_list.window.count == 300)
        await driver.press("colon")
        await driver.type("lev")
        await driver.until(lambda: "level:" in choices(bar))
        await driver.press("tab")
        assert bar.text == "level:"
        await driver.until(lambda: "error" in choices(bar))
        await driver.type("e")
        await driver.press("tab")
        assert bar.text == "level:error"
        await driver.press("enter")
        await driver.until(lambda: driver.log_list.window.count == 12)
        assert not choices(bar)


async def test_the_tab_key_leaves_the_bar_only_if_no_typed_text_would_be_lost() -> None:
    async with screen() as driver:
        bar = driver.app.main.query_one(QueryBar)
        await driver.until(lambda: driver.log_list.window.count == 300)
        await driver.press("colon")
        await driver.type("zzzz")
        await driver.press("tab")
        assert (bar.text, bar.input.has_focus) == ("zzzz", True)
        await driver.press("enter")
        await driver.until(lambda: not bar.input.has_focus, "the filter to be applied")
        await driver.press("colon", "tab")
        assert not bar.input.has_focus


def choices(bar: QueryBar) -> str:
    return str(bar.query_one("#query-choices", Static).visual) if bar.has_class("-choosing") else ""


async def test_pipes_show_their_table_over_the_list() -> None:
    async with screen() as driver:
        await driver.filter("level:error OR level:warn | stats count() by level")
        await driver.until(lambda: isinstance(driver.app.screen, TextScreen), "the table")
        shown = driver.app.screen
        assert isinstance(shown, TextScreen)
        assert shown.text.plain.split() == ["level", "count", "─────", "─────", "warn", "24", "error", "12"]
        await driver.press("escape")
        await driver.until(lambda: driver.log_list.window.count == 36)


async def test_a_filter_that_matches_nothing_says_where_it_would() -> None:
    async with screen() as driver:
        await driver.filter("level:error nowhere")
        await driver.until(lambda: any("12 match level:error" in line for line in driver.lines), "the offer")
        assert any("no record matches this filter" in line for line in driver.lines)
        await driver.press("colon", "ctrl+u", "enter")
        await driver.until(lambda: driver.log_list.window.count == 300)


async def test_a_hint_is_shown_beside_the_answer() -> None:
    async with screen() as driver:
        await driver.filter("connection or refused")
        await driver.until(lambda: driver.message == "or is searched for as a word; the operator is OR")


async def test_the_filter_of_the_command_line_is_applied() -> None:
    async with screen(query="level:error") as driver:
        await driver.until(lambda: driver.log_list.window.count == 12)
        assert driver.app.main.query_one(QueryBar).text == "level:error"


async def test_keys_typed_at_once_end_up_in_the_prompt() -> None:
    async with screen() as driver:
        for key in ("slash", *"refused"):
            driver.app.post_message(events.Key(key, "/" if key == "slash" else key))
        field = driver.app.main.query_one(Prompt).query_one(Input)
        await driver.until(lambda: field.value == "refused")
        await driver.press("escape", "slash", "slash")
        await driver.until(lambda: field.value == "/")


async def test_errors_and_warnings_are_jumped_to() -> None:
    async with screen() as driver:
        for key, row in (("e", 24), ("e", 49), ("E", 24), ("w", 29), ("W", 19)):
            await driver.press(key)
            await driver.until(partial(driver.is_on, row), f"{key} to {row}")
        await driver.press("g", "E")
        await driver.until(lambda: driver.message == "no error above")


async def test_keys_pressed_while_a_jump_is_under_way_are_not_lost() -> None:
    async with screen() as driver:
        await driver.press(*"eeeee")
        await driver.until(lambda: driver.log_list.cursor == 124)


async def test_searching_jumps_and_highlights_without_hiding() -> None:
    async with screen() as driver:
        await driver.press("slash")
        await driver.type("refused by")
        await driver.press("enter")
        await driver.until(lambda: driver.log_list.cursor == 24)
        await driver.press("n")
        await driver.until(lambda: driver.log_list.cursor == 49)
        await driver.press("N")
        await driver.until(lambda: driver.log_list.cursor == 24)
        assert driver.log_list.window.count == 300
        await driver.press("slash", "g", "escape")
        assert driver.log_list.cursor == 24


async def test_the_cursor_sticks_to_its_record_when_the_filter_changes() -> None:
    async with screen() as driver:
        await driver.press("G", "E")
        await driver.until(lambda: driver.log_list.cursor == 274)
        await driver.filter("level:error")
        await driver.until(lambda: driver.log_list.window.count == 12)
        assert driver.log_list.cursor == 10
        await driver.press("colon", "ctrl+u", "enter")
        await driver.until(lambda: driver.log_list.window.count == 300)
        assert driver.log_list.cursor == 274


async def test_the_cursor_sticks_to_its_record_when_a_preview_finds_nothing() -> None:
    async with screen() as driver:
        await driver.press("G", "E")
        await driver.until(lambda: driver.log_list.cursor == 274)
        await driver.press("colon")
        await driver.type("nowhere")
        await driver.until(lambda: driver.log_list.window.count == 0)
        await driver.press("ctrl+u")
        await driver.type("level:error")
        await driver.until(lambda: driver.log_list.window.count == 12)
        assert driver.log_list.cursor == 10


async def test_a_count_repeats_and_goes_to_a_row() -> None:
    async with screen() as driver:
        await driver.press("1", "2", "j")
        assert driver.log_list.cursor == 12
        await driver.press("5", "k")
        assert driver.log_list.cursor == 7
        await driver.press("1", "0", "0", "G")
        assert driver.log_list.cursor == 99
        await driver.press("g", "g")
        assert driver.log_list.cursor == 0


async def test_pages_and_ends() -> None:
    async with screen() as driver:
        height = driver.log_list.size.height
        await driver.press("space")
        assert driver.log_list.cursor == height - 1
        await driver.press("b", "end")
        assert driver.log_list.cursor == 299
        await driver.press("ctrl+u", "home")
        assert (driver.log_list.cursor, driver.log_list.scroll_offset.y) == (0, 0)


async def test_following_pauses_when_scrolling_up_and_counts_what_is_new() -> None:
    async with screen(endless=True) as driver:
        await driver.press("G")
        await driver.until(lambda: "following" in driver.status)
        driver.reader.push(Records(incident(40, first=300)))
        await driver.until(lambda: driver.log_list.cursor == 339)
        await driver.press("k")
        driver.reader.push(Records(incident(7, first=340)))
        await driver.until(lambda: "paused +7 new" in driver.status)
        assert driver.log_list.cursor == 338
        await driver.press("G")
        await driver.until(lambda: driver.log_list.cursor == 346 and "following" in driver.status)


async def test_details_show_fields_and_pretty_json() -> None:
    raw = json.dumps({"msg": "[red]hi[/red]", "user": {"id": 7}})
    frame = records([{"message": "[red]hi[/red]", "raw": raw, "format": "json", "@user": "7"}])
    async with screen(frame) as driver:
        await driver.press("enter")
        detail = driver.app.main.query_one(Detail)
        await driver.until(lambda: detail.display and detail.text)
        for part in ("[red]hi[/red]", "user", '    "id": 7', "2025-10-07 16:00:00 UTC"):
            assert part in detail.text
        await driver.press("q")
        await driver.until(lambda: not detail.display)
        assert driver.app.is_running


async def test_brackets_in_logs_are_shown_as_they_are() -> None:
    frame = records([{"message": "[red]text[/red] [/] [[ [@click=app.quit]x"}])
    async with screen(frame) as driver:
        assert "[red]text[/red] [/] [[ [@click=app.quit]x" in driver.lines[0]
        driver.reader.notices.append("[/red] strange file")
        await driver.press("enter", "exclamation_mark")


async def test_help_lists_every_action() -> None:
    async with screen() as driver:
        await driver.press("question_mark")
        await driver.until(lambda: isinstance(driver.app.screen, TextScreen))
        shown = driver.app.screen
        assert isinstance(shown, TextScreen)
        assert all(action.title in shown.text.plain for action in ACTIONS)
        await driver.press("escape")
        await driver.until(lambda: driver.app.screen is driver.app.main)


async def test_the_palette_offers_every_action() -> None:
    async with screen() as driver:
        titles = [command.title for command in driver.app.get_system_commands(driver.app.main)]
        assert set(titles) >= {action.title for action in ACTIONS}


@pytest.mark.parametrize(("name", "lines"), [("out.csv", 13), ("out.jsonl", 12), ("out.txt", 12)])
async def test_export_writes_the_shown_records(tmp_path: Path, name: str, lines: int) -> None:
    async with screen(query="level:error") as driver:
        await driver.press("x")
        await driver.until(lambda: isinstance(driver.app.screen, ExportScreen))
        await driver.paste(str(tmp_path / name))
        await driver.press("enter")
        await driver.until(lambda: driver.message.startswith("wrote 12 records"))
        assert len((tmp_path / name).read_text().splitlines()) >= lines


async def test_export_refuses_a_suffix_it_does_not_know() -> None:
    async with screen() as driver:
        await driver.press("x", "ctrl+u")
        await driver.type("out.docx")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ExportScreen)


async def test_a_time_is_gone_to() -> None:
    async with screen() as driver:
        await driver.press("t")
        await driver.type("16:02")
        await driver.press("enter")
        await driver.until(lambda: driver.log_list.cursor == 120)


async def test_the_histogram_counts_the_shown_records_and_can_be_hidden() -> None:
    async with screen() as driver:
        view = driver.app.main.query_one(HistogramView)
        await driver.until(lambda: view.histogram.frame["count"].sum() == 300)
        await driver.filter("level:error")
        await driver.until(lambda: view.histogram.frame["count"].sum() == 12)
        await driver.press("i", "i")
        assert not view.display


async def test_scrolling_reads_few_pages_and_rebuilds_nothing_on_the_way_back() -> None:
    async with screen(incident(5_000)) as driver:
        log_list = driver.log_list
        await driver.until(lambda: log_list.built)
        for _ in range(20):
            before = log_list.pages.reads
            await driver.press("space")
            await driver.pilot.pause()
            assert log_list.pages.reads - before <= 3
        await driver.until(lambda: log_list.cursor >= 300)
        await driver.press("b")
        built = log_list.built
        drawn = driver.lines
        assert any("request" in line for line in drawn)
        assert log_list.built - built <= 1, "only the line that the cursor left looks different"


@pytest.mark.slow
async def test_a_followed_flood_is_told_by_few_messages() -> None:
    posted: list[Message] = []

    def note(message: Message) -> None:
        if type(message).__module__.startswith("logtui") and all(message is not other for other in posted[-10:]):
            posted.append(message)

    batches, batch = 200, Records(incident(500))
    async with screen(endless=True, follow=True, hook=note) as driver:
        posted.clear()
        began = time.monotonic()
        for _ in range(batches):
            driver.reader.push(batch)
            await driver.pilot.pause(0.01)
        await driver.until(lambda: driver.log_list.cursor == 300 + batches * 500 - 1)
        assert 0 < len(posted) <= 20 * (time.monotonic() - began)


async def test_the_default_sizes_and_tiny_ones_do_not_break() -> None:
    for size in ((160, 45), (20, 5), (1, 1)):
        async with screen(size=size) as driver:
            await driver.press("enter", "j", "i", "question_mark")


async def test_quitting_does_not_wait_for_a_reader_that_never_ends() -> None:
    reader = FakeReader([Records(incident())], endless=True)
    app = LogtuiApp(session_of(reader))
    async with asyncio.timeout(30), app.run_test() as pilot:
        await pilot.press("q")
    assert not app.is_running


async def test_quitting_before_anything_is_shown_is_quiet() -> None:
    app = LogtuiApp(session_of(FakeReader([Records(incident())], endless=True)))
    app.exit()
    async with asyncio.timeout(10), app.run_test():
        pass
    assert app.return_code == 0


async def test_pressing_control_c_twice_quits() -> None:
    async with screen() as driver:
        await driver.press("ctrl+c")
        assert driver.app.is_running
        assert "again" in driver.message
        await driver.press("ctrl+c")
        await driver.until(lambda: not driver.app.is_running)


async def test_notices_are_counted_and_can_be_read() -> None:
    async with screen(endless=True) as driver:
        driver.reader.notices.append("missing.log: no such file")
        await driver.until(lambda: "notices 1" in driver.status)
        await driver.press("exclamation_mark")
        shown = driver.app.screen
        assert isinstance(shown, TextScreen)
        assert "missing.log" in shown.text.plain


async def test_an_empty_input_and_an_empty_answer_say_so() -> None:
    async with screen(incident(0)) as driver:
        await driver.until(lambda: any("no records" in line for line in driver.lines))
    async with screen() as driver:
        await driver.filter("nothingofthekind")
        await driver.until(lambda: any("no record matches" in line for line in driver.lines))


def test_the_key_help_names_every_action() -> None:
    page = CliRunner().invoke(app, ["help", "keys"]).stdout
    assert "{{" not in page
    for action in ACTIONS:
        assert f"| {action.title} | {action.id} |" in page
        assert all(f"`{shown_key(key)}`" in page for key in action.keys)


async def test_help_begins_with_the_keys_of_where_the_keyboard_is() -> None:
    async with screen() as driver:
        await driver.press("f")
        await driver.until(lambda: driver.app.main.query_one(Pane).has_focus)
        await driver.press("question_mark")
        await driver.until(lambda: isinstance(driver.app.screen, TextScreen))
        shown = driver.app.screen
        assert isinstance(shown, TextScreen)
        assert shown.text.plain.startswith("In a side pane\n")
        assert all(name in shown.text.plain for name in PLACES)
        assert shown.text.plain.count("In a side pane") == 1
