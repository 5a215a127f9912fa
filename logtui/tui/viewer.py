"""What a part of the screen may ask of the screen: where the user is, and what parts have in common."""

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
    """The screen as its parts see it."""

    @property
    def app(self) -> App[object]:
        """The application, for dialogs and the clipboard."""

    @property
    def bridge(self) -> Bridge:
        """Where windows come from and jobs are run."""

    @property
    def size(self) -> Size:
        """Cells of the whole screen."""

    @property
    def text_width(self) -> int:
        """Cells of a line that `show_text` has room for."""

    @property
    def zone(self) -> tzinfo:
        """The zone that times are shown and typed in."""

    @property
    def window(self) -> RowWindow:
        """The rows on show."""

    @property
    def filter(self) -> str:
        """The text of the filter of these rows."""

    @property
    def cursor(self) -> int:
        """The cursor's row."""

    @property
    def record(self) -> pl.DataFrame:
        """The cursor's record, a frame of one row or of none."""

    @property
    def key(self) -> RecordKey | None:
        """What the cursor's record is known by, None if there is no record."""

    @property
    def moment(self) -> datetime | None:
        """The time of the cursor's record, None without a record or if it has none."""

    @property
    def day(self) -> datetime | None:
        """A time of the day that clocks without a date are on: that of the cursor's record, else of an early one."""

    def shown_key(self, command: str) -> str:
        """The first key of a command as users read it, that of the palette if it has none."""

    def focus_list(self) -> None:
        """Give the keyboard to the list."""

    def show_status(self) -> None:
        """Bring the status line up to date."""

    def refresh_pane(self) -> None:
        """Fill the side pane anew, because something else than the window has changed."""

    def show_text(self, title: str, text: Text, *, wide: bool = False) -> None:
        """Show a text in a dialog.

        Args:
            title: The heading.
            text: The text, already harmless.
            wide: Whether to take the width of the screen, for tables.
        """

    def keep(self) -> None:
        """Keep marks, notes, filter and place for the next time."""

    def quit(self) -> None:
        """Leave; marks that could not be kept are asked about once."""
