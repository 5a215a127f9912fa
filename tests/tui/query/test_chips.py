"""The filter's clauses as chips: switched off and on, negated, taken away, kept."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from logtui.engine.read.batch import Records
from logtui.tui.app import LogtuiApp
from logtui.tui.query.chip import Chip, merged
from logtui.tui.query.chip_bar import ChipBar, chips_line
from logtui.tui.session.session_state import Keeper
from logtui.tui.session.start import Start
from tests.tui.fakes import FakeReader, incident, session_of
from tests.tui.screen import Driver, screen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

CLAUSES = st.lists(st.sampled_from("abcdef"), unique=True)
CHIPS = st.lists(st.builds(Chip, st.sampled_from("abcdef"), st.booleans()), unique_by=lambda chip: chip.text)


def bar(driver: Driver) -> ChipBar:
    return driver.app.main.query_one(ChipBar)


def line(driver: Driver) -> str:
    return str(bar(driver).render())


async def shows(driver: Driver, text: str, count: int) -> None:
    log_list = driver.log_list
    await driver.until(
        lambda: driver.app.main.parts.filters.text == text and log_list.window.exact and log_list.window.count == count
    )


async def test_a_clause_is_switched_off_and_on_again() -> None:
    async with screen() as driver:
        assert not bar(driver).has_class("-open")
        await driver.filter("level:error service:api")
        await shows(driver, "level:error service:api", 6)
        await driver.press("backslash")
        assert line(driver).split() == ["where", "level:error", "service:api"]
        await driver.press("right", "enter")
        await shows(driver, "level:error", 12)
        assert line(driver).split() == ["where", "level:error", "○", "service:api"]
        await driver.press("escape")
        await driver.until(lambda: not bar(driver).has_focus)
        assert bar(driver).has_class("-open"), "what is off stays in sight"
        await driver.press("backslash", "enter")
        await shows(driver, "level:error service:api", 6)
        await driver.press("escape")
        await driver.until(lambda: not bar(driver).has_class("-open"))


async def test_a_clause_is_negated_and_taken_away_and_back_returns() -> None:
    async with screen() as driver:
        await driver.filter("level:error")
        await shows(driver, "level:error", 12)
        await driver.press("backslash", "n")
        await shows(driver, "-level:error", 288)
        await driver.press("x")
        await shows(driver, "", 300)
        assert not bar(driver).has_focus
        await driver.press("backspace")
        await shows(driver, "-level:error", 288)


async def test_a_click_switches_a_chip() -> None:
    async with screen() as driver:
        await driver.filter("level:error (served OR refused)")
        await driver.press("backslash")
        await driver.pilot.pause()
        await driver.pilot.click(ChipBar, offset=(12, 0))
        await driver.until(lambda: driver.app.main.parts.filters.text == "served OR refused")


async def test_without_a_filter_there_is_nothing_to_go_to() -> None:
    async with screen() as driver:
        await driver.press("backslash")
        await driver.until(lambda: "there is no filter" in driver.message)
        assert not bar(driver).has_focus


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Driver]:
    session = session_of(FakeReader([Records(incident())]))
    app = LogtuiApp(session, Start(keeper=Keeper(["app.log"], folder)))
    async with app.run_test(size=(100, 30)) as pilot:
        driver = Driver(app, pilot, FakeReader([]))
        await driver.until(lambda: app.main.query(ChipBar) and driver.log_list.window.count)
        yield driver
        app.main.quit()


async def test_what_is_off_is_kept_for_the_next_time(tmp_path: Path) -> None:
    async with opened(tmp_path) as driver:
        await driver.filter("level:error service:billing")
        await driver.press("backslash", "l", "space", "escape")
        await shows(driver, "level:error", 12)
    async with opened(tmp_path) as driver:
        await driver.until(lambda: bar(driver).has_class("-open"))
        assert driver.app.main.parts.chips.all == (Chip("level:error"), Chip("service:billing", is_on=False))


@given(CHIPS, CLAUSES)
def test_merging_keeps_places_and_what_is_off(chips: list[Chip], clauses: list[str]) -> None:
    after = merged(chips, clauses)
    assert sorted(chip.text for chip in after if chip.is_on) == sorted(clauses)
    assert {chip.text for chip in after if not chip.is_on} == {
        chip.text for chip in chips if not chip.is_on and chip.text not in clauses
    }
    stayed = [chip.text for chip in chips if chip.text in {each.text for each in after}]
    assert [chip.text for chip in after][: len(stayed)] == stayed


@pytest.mark.parametrize("width", [10, 30, 80])
@given(count=st.integers(1, 12), at=st.integers(0, 11))
def test_the_chip_with_the_cursor_is_always_in_sight(width: int, count: int, at: int) -> None:

    chips = [Chip(f"field{number}:x") for number in range(count)]
    at = min(at, count - 1)
    plain = chips_line(chips, at, width, dict.fromkeys(("on", "off", "current", "label"), Style())).plain
    assert f"field{at}:x" in plain
