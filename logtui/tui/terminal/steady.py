"""The terminal driver made steady: against being stopped and continued by others, and a terminal that goes away."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from textual.driver import Driver


class Steady:
    """Knows whether the terminal is lent to the shell at present."""

    def __init__(self) -> None:
        self._is_lent = False

    def driver_class(self, base: type[Driver]) -> type[Driver]:
        """A terminal driver that enters the screen once only, and writes only while there is a terminal.

        The library enters it again, and takes the raw modes for those to restore, when the process is continued
        after `kill -STOP`. It waits forever for its writing thread, which ends with an error, when the window is
        closed; the kernel says that with SIGHUP and SIGCONT.

        Args:
            base: The driver for this platform.

        Returns:
            Its subclass.
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
    """Whether the window is still open."""
    return sys.__stderr__ is not None and os.isatty(sys.__stderr__.fileno())
