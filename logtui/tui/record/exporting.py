"""Writing to files: the shown or marked records, the incident report, what a pane lists."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from logtui.errors import LogtuiError
from logtui.export.masking import Masker
from logtui.tui.record.reporting import Reported
from logtui.tui.screens.export import REPORT, ExportScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.tui.panes.choices import Listing
    from logtui.tui.screens.export import Target
    from logtui.tui.screens.main import MainScreen


class Exporting:
    """Asks where to, has it written, says what was.

    Args:
        screen: The main screen.
        inputs: The inputs as the user named them.
    """

    def __init__(self, screen: MainScreen, inputs: Sequence[str]) -> None:
        self._screen = screen
        self._inputs = inputs

    def ask(self) -> None:
        """Ask where to write the records."""
        window = self._screen.log_list.window
        least = "" if window.exact else "at least "
        marked = len(self._screen.marking.marks.all())
        dialog = ExportScreen(f"{least}{window.core.count:,} shown records", marked)
        self._screen.app.push_screen(dialog, lambda target: self._begin(target, self._write_records))

    def ask_listing(self, listing: Listing) -> None:
        """Ask where to write what a pane lists."""
        if listing.table is None or not listing.table.height:
            self._screen.say("there is nothing to export in this pane", error=True)
            return
        dialog = ExportScreen(f"{listing.table.height:,} rows of {listing.title}", is_table=True)
        self._screen.app.push_screen(dialog, lambda target: self._begin(target, partial(self._write_table, listing)))

    def _begin(self, target: Target | None, write: Callable[[Target, Masker | None], None]) -> None:
        if target is not None:
            self._screen.say(f"writing {target.path} …")
            write(target, Masker() if target.is_masked else None)

    def _write_records(self, target: Target, masker: Masker | None) -> None:
        marks = self._screen.marking.marks.all()
        what = "the report with {:,} marked records" if target.kind == REPORT else "{:,} records"
        then = partial(self._told, target, masker, what)
        if target.kind == REPORT:
            told = Reported(self._inputs, self._screen.filters.text, marks)
            self._screen.bridge.report(target.path, told, masker, then)
        elif target.is_marked:
            self._screen.bridge.export_marked(target.path, target.kind, marks, masker, then)
        else:
            self._screen.bridge.export(target.path, target.kind, masker, then)

    def _write_table(self, listing: Listing, target: Target, masker: Masker | None) -> None:
        assert listing.table is not None
        then = partial(self._told, target, masker, "{:,} rows")
        self._screen.bridge.export_table(target.path, target.kind, listing.table, masker, then)

    def _told(self, target: Target, masker: Masker | None, what: str, result: int | LogtuiError) -> None:
        if isinstance(result, LogtuiError):
            self._screen.say(f"export: {result}", error=True)
            return
        masked = f", secrets masked in {masker.masked:,} places" if masker else ""
        self._screen.say(f"wrote {what.format(result)} to {target.path}{masked}")
