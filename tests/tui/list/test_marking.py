"""Marks by keys."""

from __future__ import annotations

from tests.tui.fakes import records
from tests.tui.screen import screen


async def test_without_marks_the_key_that_sets_one_is_told() -> None:
    async with screen() as driver:
        await driver.press("u")
        await driver.until(lambda: driver.message == "no marks here: m marks a record")


async def test_beyond_the_last_mark_and_before_the_first_there_is_none() -> None:
    async with screen() as driver:
        await driver.press("j", "m", "u")
        await driver.until(lambda: driver.message == "no mark below")
        await driver.press("U")
        await driver.until(lambda: driver.message == "no mark above")
        assert driver.is_on(1)


async def test_marking_says_how_many_there_are_and_again_takes_the_mark_away() -> None:
    async with screen() as driver:
        await driver.press("m", "j", "m")
        await driver.until(lambda: driver.message == "marked · 2 in all")
        await driver.press("m")
        await driver.until(lambda: driver.message == "mark removed")
        assert [line[0] for line in driver.lines[:2]] == ["◆", "▌"]


async def test_without_a_record_there_is_nothing_to_mark() -> None:
    async with screen(records([])) as driver:
        await driver.press("m")
        await driver.until(lambda: driver.message == "there is no record to mark")
        await driver.press("c")
        assert driver.app.main.focused is driver.log_list
