"""The interface of the main screen that its parts use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    import polars as pl
    from rich.text import Text
    from textual.app import App
    from textual.geometry import Size

    from logtui.engine.window.row_window import RowWindow
    from logtui.model.keys import RecordKey
    from logtui.tui.bridge import Bridge


class Viewer(Protocol):
    """The main screen as its parts use it: what it shows, and the services that parts share."""

    @property
    def app(self) -> App[object]:
        """The application, which opens dialogs and copies to the clipboard."""

    @property
    def bridge(self) -> Bridge:
        """The bridge, which provides windows and runs background jobs."""

    @property
    def size(self) -> Size:
        """The size of the screen in cells."""

    @property
    def text_width(self) -> int:
        """The width of lines that `show_text` has room for, in cells."""

    @property
    def zone(self) -> tzinfo:
        """The time zone of times on the screen and in queries."""

    @property
    def window(self) -> RowWindow:
        """The window that the list shows."""

    @property
    def filter(self) -> str:
        """The text of the applied filter."""

    @property
    def cursor(self) -> int:
        """The row of the cursor."""

    @property
    def record(self) -> pl.DataFrame:
        """The cursor's record as a frame of one row; empty without a record."""

    @property
    def key(self) -> RecordKey | None:
        """The key of the cursor's record; None without a record."""

    @property
    def moment(self) -> datetime | None:
        """The time of the cursor's record; None without a record or without a time."""

    @property
    def day(self) -> datetime | None:
        """A time on the day that clock times without a date mean: the day of the cursor's record or of an early one."""

    def shown_key(self, command: str) -> str:
        """The first key of a command as it is printed; the key of the palette if the command has none."""

    def focus_list(self) -> None:
        """Move the keyboard focus to the list."""

    def show_status(self) -> None:
        """Update the status line."""

    def refresh_pane(self) -> None:
        """Refill the side pane, because something besides the window has changed."""

    def show_text(self, title: str, text: Text, *, wide: bool = False) -> None:
        """Show a text in a dialog.

        Args:
            title: The heading.
            text: The text, already sanitized.
            wide: Whether to use the whole width of the screen, for tables.
        """

    def keep(self) -> None:
        """Save the session state: marks, notes, filter and cursor."""

    def quit(self) -> None:
        """Quit; if marks could not be saved, only after asking once."""
