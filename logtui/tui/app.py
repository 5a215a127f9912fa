"""The application: themes, palette, suspending and quitting; no data work."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType

from logtui.tui.bridge import Bridge
from logtui.tui.keys.actions import ACTIONS
from logtui.tui.keys.turns import Turns
from logtui.tui.screens.main import screen_class
from logtui.tui.session.start import Start
from logtui.tui.terminal.mouse import Mouse
from logtui.tui.terminal.steady import Steady
from logtui.tui.terminal.themes import THEMES, default_variables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.dom import DOMNode
    from textual.driver import Driver
    from textual.screen import Screen

    from logtui.engine.live.session import Session

_TWICE_SECONDS: Final = 2.0
_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SIGNALLED: Final = 128
"""What shells add to the number of the signal that ended a program."""


class LogtuiApp(App[None]):
    """Shows one session.

    Args:
        session: The inputs; its threads are started when the screen is up.
        start: What the screen begins with.
    """

    CSS_PATH = "app.tcss"
    TITLE = "logtui"
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+z", "suspend_process", "Suspend", show=False, priority=True)]

    def __init__(self, session: Session, start: Start | None = None) -> None:
        begun = start or Start()
        self._mouse: Final = Mouse(is_on=begun.preferences.mouse)
        self._steady: Final = Steady()
        self._first_theme = begun.preferences.theme
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)  # else there would be shades of grey
        self.bridge: Final = Bridge(session)
        self.main = screen_class(begun.preferences.keymap)(self.bridge, begun, self._mouse)
        self._turns: Final = Turns(super().on_event, self._path_of_keys)
        self._asked_to_quit = float("-inf")
        self._early_signal = 0

    def get_driver_class(self) -> type[Driver]:
        """The terminal's driver, which knows whether the mouse is on and whether there is still a terminal."""
        return self._mouse.driver_class(self._steady.driver_class(super().get_driver_class()))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Level colours for themes that do not set them."""
        return default_variables(dark=self.current_theme.dark)

    def get_default_screen(self) -> Screen[None]:
        """The main screen."""
        return self.main

    async def on_event(self, event: events.Event) -> None:
        """Hand an event on, keys one after the other; what was said before an action is gone with it."""
        is_new = not (isinstance(event, events.InputEvent) and event.is_forwarded)
        if is_new and isinstance(event, events.Key | events.Paste | events.MouseDown):
            self.main.hush()
        if is_new and isinstance(event, events.Key):
            await self._turns.take(event)
        else:
            await super().on_event(event)

    async def on_ready(self) -> None:
        """Take keys, those too that were pressed before."""
        await self._turns.begin()

    def _path_of_keys(self) -> list[DOMNode]:
        return (self.focused or self.screen).ancestors_with_self

    def on_mount(self) -> None:
        """Choose the theme, mind signals and start the threads."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._first_theme
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in _ENDING:
                loop.add_signal_handler(number, self._leave, _SIGNALLED + number)
        if self._early_signal:
            self.exit(return_code=_SIGNALLED + self._early_signal)
        self.app_resume_signal.subscribe(self, lambda _app: self.refresh())
        self.bridge.start()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """The palette: every action of the registry, and the theme."""
        for action in ACTIONS:
            keys = self.main.keymap.shown(action)
            yield SystemCommand(action.title, keys, partial(self.main.run_action, action.call))
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)
        yield SystemCommand("Suspend", "^Z", self.action_suspend_process)

    def action_help_quit(self) -> None:
        """Ctrl+C: quits when pressed twice."""
        now = time.monotonic()
        if now - self._asked_to_quit <= _TWICE_SECONDS:
            self._leave(0)
            return
        self._asked_to_quit = now
        self.main.say("press ^C again to quit")

    def action_suspend_process(self) -> None:
        """Ctrl+Z: suspends the whole job, what writes into its pipe too, as the terminal does for other programs."""
        if not self.is_headless:
            self.app_suspend_signal.publish(self)
            os.killpg(os.getpgrp(), signal.SIGTSTP)

    def end_when_up(self, number: int, _frame: object) -> None:
        """A signal that came too early to leave in order: leave once the screen is up."""
        self._early_signal = number

    def _leave(self, code: int) -> None:
        if self.main.log_list.is_attached:
            self.main.keep()
        self.exit(return_code=code)


def run(session: Session, start: Start) -> int:
    """Show a session until the user quits.

    Args:
        session: The opened inputs; closed at the end.
        start: What the screen begins with.

    Returns:
        The exit code: 0, or 128 and the number of the signal that ended it, or 1 after a crash.
    """
    app = LogtuiApp(session, start)
    for number in _ENDING:
        signal.signal(number, app.end_when_up)
    try:
        app.run()
    finally:
        app.bridge.close()
    return app.return_code or 0
