"""Every action of the registry is a command of the screen."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from logtui.tui.keys.actions import ACTIONS, TYPING
from tests.tui.screen import screen


async def test_the_screen_has_a_command_for_every_action_and_no_other() -> None:
    async with screen() as driver:
        assert sorted(driver.app.main._commands) == sorted(action.id for action in ACTIONS)


async def test_a_command_is_called_without_a_key() -> None:
    async with screen() as driver:
        driver.app.main.perform("down")
        driver.app.main.perform("down")
        assert driver.log_list.cursor == 2


async def test_a_number_is_for_the_next_command_alone() -> None:
    async with screen() as driver:
        await driver.press("3", "ctrl+w", "j")
        assert driver.log_list.cursor == 1
        await driver.press("3", "j", "j")
        assert driver.log_list.cursor == 5


@pytest.mark.parametrize("command", sorted(TYPING))
async def test_a_command_that_opens_an_input_does_not_open_one_over_another(command: str) -> None:
    async with screen() as driver:
        await driver.press("slash")
        assert isinstance(driver.app.main.focused, Input)
        assert not driver.app.main.check_action("perform", (command,))
        await driver.press("escape")
        assert driver.app.main.check_action("perform", (command,))
