"""Switches the mouse between the screen and the terminal's own selection of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from textual.driver import Driver

_ON: Final = "\x1b[?1000h\x1b[?1003h"
"""Turns on reports of buttons and movements; the encoding of positions stays as Textual has set it."""

_OFF: Final = "\x1b[?1003l\x1b[?1000l"


class Mouse:
    """Switches the reporting of the mouse, and restores it when the screen comes back, as after suspending.

    Args:
        is_on: Whether the mouse is reported at first.
    """

    def __init__(self, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self._driver: Driver | None = None

    def driver_class(self, base: type[Driver]) -> type[Driver]:
        """Make a terminal driver that starts with the mouse switched on or off.

        Args:
            base: The driver class for this platform.

        Returns:
            A subclass of it.
        """

        def start_application_mode(driver: Driver) -> None:
            base.start_application_mode(driver)
            self._driver = driver
            if not self.is_on:
                self._write(_OFF)

        return cast(
            "type[Driver]", type(base.__name__, (base,), {start_application_mode.__name__: start_application_mode})
        )

    def toggle(self) -> bool:
        """Switch the reporting on or off.

        Returns:
            Whether the mouse is reported now.
        """
        self.is_on = not self.is_on
        self._write(_ON if self.is_on else _OFF)
        return self.is_on

    def _write(self, sequence: str) -> None:
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()
