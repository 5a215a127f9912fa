"""The main screen offers what its parts take from it."""

from __future__ import annotations

from logtui.tui.messages import Messages
from logtui.tui.session.status_bar import HintLine
from logtui.tui.viewer import Viewer
from tests.tui.screen import screen


def missing(found: object, interface: type) -> list[str]:
    """What an object does not have of an interface."""
    return [name for name in vars(interface) if not name.startswith("_") and not hasattr(found, name)]


async def test_the_main_screen_is_a_viewer_and_its_hint_line_shows_messages() -> None:
    async with screen() as driver:
        assert missing(driver.app.main, Viewer) == []
        hint_line = driver.app.main.query_one(HintLine)
        assert missing(hint_line, Messages) == []
        hint_line.say("hello")
        await driver.until(lambda: driver.message == "hello")
