"""Whether the terminal reports the mouse, or keeps it for selecting text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from textual.driver import Driver

_ON: Final = "\x1b[?1000h\x1b[?1003h"
"""Report buttons and movements; how positions are written is left as the library chose it."""

_OFF: Final = "\x1b[?1003l\x1b[?1000l"


class Mouse:
    """Switches reporting on and off while the screen is up, and keeps it so when the screen comes back.

    Args:
        is_on: Whether the mouse is reported at first.
    """

    def __init__(self, *, is_on: bool = True) -> None:
        self.is_on = is_on
        self._driver: Driver | None = None

    def driver_class(self, base: type[Driver]) -> type[Driver]:
        """A terminal driver that begins with the mouse as it is to be.

        Args:
            base: The driver for this platform.

        Returns:
            Its subclass.
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
        """Switch reporting.

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
