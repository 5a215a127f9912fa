"""How records are shown: wrapped, unfolded, folded, with context, in other columns and zones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from logtui.tui.panes.pane import Pane
from logtui.tui.session.session_state import Keeper
from tests.tui.fakes import START, incident, records
from tests.tui.screen import screen

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

TRACE = "boom\n  at one\n  at two\nCaused by: three"


def traces(count: int = 40) -> pl.DataFrame:
    return records(
        [{"message": "boom", "raw": TRACE} if n % 4 == 0 else {"message": f"calm {n}"} for n in range(count)]
    )


async def test_a_stack_trace_unfolds_and_folds_again() -> None:
    async with screen(traces()) as driver:
        assert "boom" in driver.lines[0]
        assert driver.lines[0].rstrip().endswith("⏎3")
        await driver.press("s")
        await driver.until(lambda: "at one" in driver.lines[1])
        assert "Caused by: three" in driver.lines[3]
        assert "calm 1" in driver.lines[4]
        await driver.press("s")
        await driver.until(lambda: "calm 1" in driver.lines[1])


async def test_all_records_unfold_and_the_end_is_reached() -> None:
    async with screen(traces()) as driver:
        await driver.press("S", "G")
        await driver.until(lambda: driver.is_on(39))
        assert "calm 39" in driver.lines[-1]
        await driver.press("g")
        await driver.until(lambda: "at one" in driver.lines[1])


async def test_a_record_taller_than_the_list_is_scrolled_through() -> None:
    tall = "first\n" + "\n".join(f"line {number}" for number in range(60))
    async with screen(records([{"message": "first", "raw": tall}, {"message": "next"}])) as driver:
        await driver.press("s", "j")
        await driver.until(lambda: "line 0" in driver.lines[0])
        assert driver.is_on(0)
        for _ in range(6):
            await driver.press("space")
        await driver.until(lambda: driver.is_on(1))
        assert "next" in "".join(driver.lines)
        await driver.press("g")
        await driver.until(lambda: "first" in driver.lines[0])


async def test_long_lines_wrap_and_nothing_of_them_is_lost() -> None:
    text = " ".join(f"word{number}" for number in range(60))
    async with screen(records([{"message": text, "raw": text}, {"message": "next"}])) as driver:
        await driver.press("ctrl+w")
        await driver.until(lambda: "…" not in driver.lines[0])
        shown = "".join(line[14:79] for line in driver.lines if "next" not in line)
        assert "".join(text.split()) in "".join(shown.split())


async def test_equal_neighbours_are_folded_with_a_count() -> None:
    rows = [{"message": "retry"}] * 30 + [{"message": "gave up"}]
    async with screen(records(rows)) as driver:
        await driver.press("R")
        await driver.until(lambda: "×30" in driver.lines[0])
        assert "gave up" in driver.lines[1]
        await driver.press("j")
        await driver.until(lambda: driver.is_on(30))
        await driver.press("k")
        await driver.until(lambda: driver.is_on(0))


async def test_context_is_shown_around_matches_and_counted_apart() -> None:
    async with screen(query="level:error") as driver:
        await driver.until(lambda: driver.log_list.window.count == 12)
        await driver.press("right_square_bracket")
        await driver.until(lambda: driver.log_list.window.count == 35)
        assert "12/300" in driver.status
        messages = [driver.log_list.pages.row(number) for number in range(3)]
        assert [row.is_match for row in messages if row] == [False, True, False]
        await driver.press("left_square_bracket")
        await driver.until(lambda: driver.log_list.window.count == 12)


async def test_columns_are_chosen_moved_and_kept(tmp_path: Path) -> None:
    frame = records([{"message": f"m{number}", "host": f"web-{number}", "service": "api"} for number in range(5)])
    async with screen(frame, keeper=Keeper(["a.log"], tmp_path)) as driver:
        await driver.press("O")
        pane = driver.app.main.query_one(Pane)
        await driver.until(lambda: any("host" in choice.text.plain for choice in pane.listing.choices))
        place = next(at for at, choice in enumerate(pane.listing.choices) if "host" in choice.text.plain)
        await driver.press(*["j"] * place, "enter")
        await driver.until(lambda: "api   web-0" in driver.lines[0] or "web-0" in driver.lines[0])
        await driver.press("less_than_sign")
        await driver.until(lambda: driver.lines[0].index("web-0") < driver.lines[0].index("api"))
        await driver.press("escape", "q")
    async with screen(frame, keeper=Keeper(["a.log"], tmp_path)) as driver:
        await driver.until(lambda: "web-0" in driver.lines[0])


async def test_times_are_shown_in_the_zone_in_utc_and_since_a_record() -> None:
    async with screen(zone=ZoneInfo("Asia/Tokyo")) as driver:
        await driver.until(lambda: "01:00:00" in driver.lines[0])
        assert driver.status.rstrip().endswith("Asia/Tokyo")
        await driver.press("r")
        await driver.until(lambda: "16:00:00" in driver.lines[0])
        await driver.press("j", "r")
        await driver.until(lambda: "-1.000" in driver.lines[0])
        assert "+0.000" in driver.lines[1]
        await driver.press("r")
        await driver.until(lambda: "01:00:00" in driver.lines[0])


async def test_a_typed_time_is_of_the_zone() -> None:
    async with screen(zone=ZoneInfo("Asia/Tokyo")) as driver:
        await driver.press("t")
        await driver.type("2025-10-08 01:02")
        await driver.press("enter")
        await driver.until(lambda: driver.is_on(120))


async def test_a_time_is_gone_to_by_a_command_too() -> None:
    async with screen() as driver:
        await driver.filter("goto 16:02")
        await driver.until(lambda: driver.is_on(120))
        assert driver.log_list.window.count == 300


async def test_a_command_that_is_typed_slowly_is_not_tried_as_a_filter() -> None:
    async with screen() as driver:
        await driver.press("colon")
        for text in ("goto", " 16:02"):
            await driver.type(text)
            await driver.pilot.pause(0.5)
            assert driver.log_list.window.count == 300
        await driver.press("enter")
        await driver.until(lambda: driver.is_on(120))


async def test_the_mouse_finds_the_record_of_a_line() -> None:
    async with screen(traces()) as driver:
        await driver.press("s")
        await driver.until(lambda: "at one" in driver.lines[1])
        await driver.pilot.click(driver.log_list, offset=(20, 2))
        await driver.until(lambda: driver.is_on(0))
        await driver.pilot.click(driver.log_list, offset=(20, 5))
        await driver.until(lambda: driver.is_on(2))


async def test_the_time_since_the_record_before_is_a_column() -> None:
    late = {"timestamp": START + timedelta(hours=2)}
    async with screen(records([{}, late])) as driver:
        await driver.press("T")
        await driver.until(lambda: "+2.0h" in driver.lines[1])
        await driver.press("T")
        await driver.until(lambda: "+2.0h" not in driver.lines[1])


async def test_scrolling_tall_records_by_the_mouse_keeps_the_cursor_in_view() -> None:
    async with screen(traces(400)) as driver:
        await driver.press("S")
        await driver.until(lambda: "at one" in driver.lines[1])
        driver.log_list.scroll_to(y=100, animate=False, immediate=True)
        await driver.until(lambda: driver.log_list.cursor >= 100)
        assert driver.log_list.place_at(0) is not None


async def test_nothing_shown_changes_without_a_filter_to_give_context_to() -> None:
    async with screen(incident()) as driver:
        await driver.press("right_square_bracket")
        await driver.until(lambda: "there is no filter" in driver.message)
