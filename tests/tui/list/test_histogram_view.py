"""Choosing times in the histogram by keyboard and mouse."""

from __future__ import annotations

from logtui.tui.list.histogram_view import HistogramView
from tests.tui.screen import Driver, screen


def view_of(driver: Driver) -> HistogramView:
    return driver.app.main.query_one(HistogramView)


async def test_arrows_walk_over_the_bars_and_the_list_follows() -> None:
    async with screen() as driver:
        view = await driver.counted()
        await driver.press("i")
        await driver.until(lambda: view.has_focus)
        await driver.press("right", "right")
        step = view.histogram.step // 10**9
        await driver.until(lambda: driver.is_on(2 * step))
        await driver.press("escape")
        await driver.until(lambda: driver.log_list.has_focus)


async def test_a_chosen_span_is_zoomed_into_and_backspace_returns() -> None:
    async with screen() as driver:
        view = await driver.counted()
        step = view.histogram.step // 10**9
        await driver.press("i")
        await driver.until(lambda: view.has_focus)
        await driver.press("shift+right", "shift+right", "shift+left", "enter")
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 2 * step)
        assert driver.log_list.has_focus
        await driver.press("backspace")
        await driver.until(lambda: driver.log_list.window.count == 300)


async def test_the_mouse_goes_to_a_bar_and_chooses_a_span() -> None:
    async with screen() as driver:
        view = await driver.counted()
        step, width = view.histogram.step // 10**9, view.size.width / view.histogram.buckets
        await driver.pilot.click(view, offset=(int(10 * width), 1))
        await driver.until(lambda: driver.is_on(10 * step))
        await driver.pilot.mouse_down(view, offset=(int(10 * width), 1))
        await driver.pilot.hover(view, offset=(int(14 * width), 1))
        await driver.pilot.mouse_up(view, offset=(int(14 * width), 1))
        await driver.until(lambda: driver.log_list.window.exact and driver.log_list.window.count == 5 * step)


async def test_the_key_hides_it_when_pressed_again() -> None:
    async with screen() as driver:
        view = await driver.counted()
        await driver.press("i")
        await driver.until(lambda: view.has_focus)
        await driver.press("i")
        await driver.until(lambda: view.has_class("-hidden"))
        assert driver.log_list.has_focus
        await driver.press("i")
        await driver.until(lambda: not view.has_class("-hidden"))
