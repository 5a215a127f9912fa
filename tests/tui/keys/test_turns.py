"""Keys that are pressed at once, or before the screen is up, do what they do one by one."""

from __future__ import annotations

from textual import events

from logtui.engine.read.batch import Records
from logtui.tui.app import LogtuiApp
from logtui.tui.list.histogram_view import HistogramView
from logtui.tui.session.start import Start
from tests.tui.fakes import FakeReader, incident, session_of
from tests.tui.screen import Driver, screen

BURST = {"t": "t", "1": "1", "6": "6", "colon": ":", "0": "0", "2": "2", "enter": "\r"}


def send_at_once(app: LogtuiApp) -> None:
    for key, character in BURST.items():
        app.post_message(events.Key(key, character))


async def test_a_burst_of_keys_goes_where_each_key_puts_the_next() -> None:
    async with screen() as driver:
        send_at_once(driver.app)
        await driver.until(lambda: driver.is_on(120), "the time")
        assert driver.log_list.has_focus


async def test_keys_before_the_screen_is_up_are_kept() -> None:
    reader = FakeReader([Records(incident())])
    app = LogtuiApp(session_of(reader), Start())
    send_at_once(app)
    async with app.run_test() as pilot:
        driver = Driver(app, pilot, reader)
        await driver.until(lambda: driver.is_on(120), "the time")


async def test_a_message_is_gone_with_the_next_key() -> None:
    async with screen() as driver:
        await driver.press("n")
        assert driver.message.startswith("nothing is searched for yet")
        await driver.press("j")
        assert not driver.message


async def test_all_times_are_one_key_away_and_the_key_again_leaves_the_few_out() -> None:
    far = incident().head(1).with_columns(timestamp=incident()["timestamp"][:1].dt.offset_by("-5y"))
    async with screen(far, incident()) as driver:
        view = driver.app.main.query_one(HistogramView)
        await driver.until(lambda: view.histogram.outside == 1, "the bulk")
        await driver.press("B")
        await driver.until(lambda: not view.histogram.outside, "all times")
        assert "all times (B)" in view.render_line(view.size.height - 1).text
        await driver.press("B")
        await driver.until(lambda: view.histogram.outside == 1, "the bulk again")
        assert "1 elsewhere (B)" in view.render_line(view.size.height - 1).text
