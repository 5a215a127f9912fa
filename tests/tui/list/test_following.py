from __future__ import annotations

from logtui.engine.read.batch import Records
from tests.tui.fakes import incident
from tests.tui.screen import screen


async def test_a_key_starts_following_the_end_and_stops_it() -> None:
    async with screen(endless=True) as driver:
        await driver.press("F")
        await driver.until(lambda: driver.message == "following the end")
        assert driver.log_list.following
        await driver.press("F")
        await driver.until(lambda: driver.message == "not following")
        assert not driver.log_list.following


async def test_the_end_of_records_that_have_all_been_read_is_not_followed() -> None:
    async with screen() as driver:
        await driver.press("G")
        assert driver.is_on(driver.log_list.window.count - 1)
        assert not driver.log_list.following


async def test_records_that_a_changed_filter_brings_back_are_not_new() -> None:
    async with screen(endless=True) as driver:
        await driver.press("G")
        await driver.until(lambda: "following" in driver.status)
        await driver.filter("level:error")
        await driver.press("k")
        await driver.until(lambda: not driver.log_list.following)
        await driver.press("X")
        await driver.until(lambda: "300 records" in driver.status)
        assert "new" not in driver.status
        driver.reader.push(Records(incident(7)))
        await driver.until(lambda: "paused +7 new" in driver.status)
