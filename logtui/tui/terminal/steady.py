"""Makes the terminal driver robust against being stopped and continued from outside, and a terminal that closes."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from textual.driver import Driver


class Steady:
    """Extends the terminal driver, and knows whether the screen is suspended."""

    def __init__(self) -> None:
        self._is_lent = False

    def driver_class(self, base: type[Driver]) -> type[Driver]:
        """Make a terminal driver that enters the screen only once, and writes only while there is a terminal.

        When the process is continued after `kill -STOP`, Textual would enter the screen again, and save the raw mode as
        the mode to restore at the end. When the window is closed, which the kernel signals by SIGHUP and SIGCONT,
        Textual's writing thread fails, and Textual would wait for it forever.

        Args:
            base: The driver class for this platform.

        Returns:
            A subclass of it.
        """

        def suspend_application_mode(driver: Driver) -> None:
            self._is_lent = True
            base.suspend_application_mode(driver)

        def resume_application_mode(driver: Driver) -> None:
            was_lent, self._is_lent = self._is_lent, False
            if not has_terminal():
                return
            if not was_lent:
                base.suspend_application_mode(driver)
                driver.send_message(driver.SignalResume())
            base.resume_application_mode(driver)

        def write(driver: Driver, data: str) -> None:
            if has_terminal():
                base.write(driver, data)

        steady = (suspend_application_mode, resume_application_mode, write)
        return cast("type[Driver]", type(base.__name__, (base,), {method.__name__: method for method in steady}))


def has_terminal() -> bool:
    """Whether the terminal is still open."""
    return sys.__stderr__ is not None and os.isatty(sys.__stderr__.fileno())
