"""The Textual application: themes, palette, signals, suspending and quitting; it reads no records."""

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
from logtui.tui.terminal.steady import Steady, has_terminal
from logtui.tui.terminal.themes import THEMES, default_variables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.dom import DOMNode
    from textual.driver import Driver
    from textual.screen import Screen

    from logtui.engine.live.session import Session

_TWICE_SECONDS: Final = 2.0
_LOOK_SECONDS: Final = 1.0
"""The pause between two looks whether the terminal is still there."""

_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SIGNALLED: Final = 128
"""The number that shells add to a signal to make the exit code of a program that the signal has ended."""


class LogtuiApp(App[None]):
    """Shows the screen of one session.

    Args:
        session: The opened inputs; its threads are started once the screen is mounted.
        start: The options that the screen is started with.
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
        """Extend the terminal driver by switching the mouse, and by handling a terminal that is suspended or closed."""
        return self._mouse.driver_class(self._steady.driver_class(super().get_driver_class()))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours of levels for themes that do not set them."""
        return default_variables(dark=self.current_theme.dark)

    def get_default_screen(self) -> Screen[None]:
        """Create the main screen."""
        return self.main

    async def on_event(self, event: events.Event) -> None:
        """Dispatch an event, key events one after the other; actions of the user clear the message."""
        is_new = not (isinstance(event, events.InputEvent) and event.is_forwarded)
        if is_new and isinstance(event, events.Key | events.Paste | events.MouseDown):
            self.main.clear_message()
        if is_new and isinstance(event, events.Key):
            await self._turns.take(event)
        else:
            await super().on_event(event)

    async def on_ready(self) -> None:
        """Start to dispatch keys, beginning with those pressed before the screen was ready."""
        await self._turns.begin()

    def _path_of_keys(self) -> list[DOMNode]:
        return (self.focused or self.screen).ancestors_with_self

    def on_mount(self) -> None:
        """Set the theme, install signal handlers and start the threads."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self._first_theme
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in _ENDING:
                loop.add_signal_handler(number, self._leave, _SIGNALLED + number)
            self.set_interval(_LOOK_SECONDS, self._leave_without_terminal)
        if self._early_signal:
            self.exit(return_code=_SIGNALLED + self._early_signal)
        self.app_resume_signal.subscribe(self, lambda _app: self.refresh())
        self.bridge.start()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """List the commands of the palette: all actions of the registry, and the choice of a theme."""
        for action in ACTIONS:
            keys = self.main.keymap.shown(action)
            yield SystemCommand(action.title, keys, partial(self.main.run_action, action.call))
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)
        yield SystemCommand("Suspend", "^Z", self.action_suspend_process)

    def action_help_quit(self) -> None:
        """Quit if Ctrl+C is pressed twice."""
        now = time.monotonic()
        if now - self._asked_to_quit <= _TWICE_SECONDS:
            self._leave(0)
            return
        self._asked_to_quit = now
        self.main.say("press ^C again to quit")

    def action_suspend_process(self) -> None:
        """Suspend the whole job on Ctrl+Z, including programs that write into its pipe, as terminals usually do."""
        if not self.is_headless:
            self.app_suspend_signal.publish(self)
            os.killpg(os.getpgrp(), signal.SIGTSTP)

    def end_when_up(self, number: int, _frame: object) -> None:
        """Remember a signal that came before the screen was mounted, and quit once it is."""
        self._early_signal = number

    def _leave_without_terminal(self) -> None:
        """Leave when the terminal is gone: the kernel tells only those of it who have it as their controlling one."""
        if not has_terminal():
            self._leave(_SIGNALLED + signal.SIGHUP)

    def _leave(self, code: int) -> None:
        if self.main.log_list.is_attached:
            self.main.keep()
        self.exit(return_code=code)


def run(session: Session, start: Start) -> int:
    """Show a session until the user quits.

    Args:
        session: The opened inputs; closed at the end.
        start: The options that the screen is started with.

    Returns:
        The exit code: 0, 128 plus the number of the signal that ended it, or 1 after a crash.
    """
    app = LogtuiApp(session, start)
    for number in _ENDING:
        signal.signal(number, app.end_when_up)
    try:
        app.run()
    finally:
        app.bridge.close()
    return app.return_code or 0
