"""The mouse is for the screen or for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.tui.screen import screen
from tests.tui.terminal.helpers import terminal

if TYPE_CHECKING:
    from pathlib import Path

ON, OFF = "\x1b[?1000h\x1b[?1003h", "\x1b[?1003l\x1b[?1000l"


async def test_a_message_says_who_has_the_mouse() -> None:
    async with screen() as driver:
        await driver.press("f2")
        await driver.until(
            lambda: driver.message == "mouse off: the terminal selects text; F2 switches it on again", "off"
        )
        await driver.press("f2")
        await driver.until(lambda: driver.message == "mouse on")


def test_f2_gives_the_mouse_to_the_terminal_and_takes_it_back(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("2025-10-07 16:00:00 INFO one\n")
    with terminal(tmp_path, "open", log, env={"VISUAL": "true"}) as shown:
        assert ON in shown.until_written("1 records")
        shown.press("f2")
        shown.until_written(OFF)
        shown.press("v")
        shown.until_written("\x1b[?1049l")
        assert ON in shown.until_written(OFF), "the library switches it on when the screen comes back"
        shown.press("f2")
        shown.until_written(ON)
        shown.press("q")
        assert "\x1b[?1000l" in shown.until_written("\x1b[?1049l")


def test_the_settings_leave_the_mouse_to_the_terminal(tmp_path: Path) -> None:
    log, config = tmp_path / "app.log", tmp_path / "config.toml"
    log.write_text("2025-10-07 16:00:00 INFO one\n")
    config.write_text("[screen]\nmouse = false\n")
    with terminal(tmp_path, "open", log, "--config", config) as shown:
        begun = shown.until_written("1 records")
        assert begun.rindex(OFF) > begun.rindex("\x1b[?1003h")
