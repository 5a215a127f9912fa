"""A search scrolls sideways to a hit that is out of view, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.fakes import records
from tests.tui.screen import Driver, screen

if TYPE_CHECKING:
    import polars as pl


def long_and_short() -> pl.DataFrame:
    messages = ["start", "x" * 150 + " needle " + "y" * 100, "a needle that is in view", "größe " * 40 + "needle"]
    return records([{"message": message} for message in messages])


async def search(driver: Driver, text: str) -> None:
    await driver.press("slash")
    await driver.type(text)
    await driver.press("enter")


async def shows_hit(driver: Driver, row: int) -> None:
    await driver.until(lambda: driver.is_on(row) and "needle" in driver.lines[row], f"the hit of row {row}")


async def test_a_hit_beyond_the_edge_is_scrolled_to_and_escape_scrolls_back() -> None:
    async with screen(long_and_short()) as driver:
        await search(driver, "needle")
        await shows_hit(driver, 1)
        assert driver.log_list.pages.layout.left > 0
        await driver.press("n")
        await shows_hit(driver, 2)
        assert driver.log_list.pages.layout.left == 0
        await driver.press("n")
        await shows_hit(driver, 3)
        await driver.press("N", "N")
        await shows_hit(driver, 1)
        await driver.press("escape")
        await driver.until(lambda: "start" in driver.lines[0])
        assert driver.log_list.pages.layout.left == 0


async def test_wrapped_messages_are_not_scrolled_sideways() -> None:
    async with screen(long_and_short()) as driver:
        await driver.press("ctrl+w")
        assert driver.log_list.flow.wraps
        await search(driver, "needle")
        await driver.until(lambda: driver.is_on(1))
        await driver.press("n", "n")
        await driver.until(lambda: driver.is_on(3))
        assert driver.log_list.pages.layout.left == 0
