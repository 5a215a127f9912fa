"""How the list shows records: wrapping, unfolding, folding, context, columns and times."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from logtui.tui.list.histogram_view import HistogramView
from logtui.tui.list.layout import USUAL_COLUMNS, Column

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from logtui.tui.list.flow import Flow
    from logtui.tui.screens.main import MainScreen

CONTEXTS: Final = (0, 1, 3, 5, 10, 25)
"""How many records around a match can be shown."""

_DELTA: Final = Column("delta")
_WIDTH_STEP: Final = 4


class Display:
    """Changes how the list shows records.

    Args:
        screen: The main screen.
        columns: The columns to begin with; none for the usual ones.
        zone: The zone that times are shown in.
    """

    def __init__(self, screen: MainScreen, columns: Sequence[Column], zone: tzinfo) -> None:
        self._screen = screen
        self._zone = zone
        self.columns = tuple(columns) or USUAL_COLUMNS

    @property
    def _flow(self) -> Flow:
        return self._screen.log_list.flow

    def begin(self) -> None:
        """Show the columns and the zone to begin with."""
        self._screen.log_list.show_columns(self.columns)
        self._show_zone(self._zone)

    def wrap(self) -> None:
        """Let long lines go on in the next line, or cut them."""
        self._flow.wraps = not self._flow.wraps
        self._screen.log_list.reflow()
        self._screen.say("long lines wrap" if self._flow.wraps else "long lines are cut")

    def unfold(self) -> None:
        """Show all lines of the cursor's record, or only its first."""
        if not self._screen.log_list.turn():
            self._screen.say("this record has one line")

    def unfold_all(self) -> None:
        """Show all lines of all records, or only their first."""
        self._flow.turn_all()
        self._screen.log_list.reflow()

    def fold_repeats(self) -> None:
        """Show equal neighbours as one with a count, or each of them."""
        self._flow.folds = not self._flow.folds
        self._screen.log_list.reflow()
        self._screen.say("equal neighbours are shown once" if self._flow.folds else "every record is shown")

    def delta(self) -> None:
        """Show the time since the record before, or stop doing so."""
        if _DELTA in self.columns:
            self.show([column for column in self.columns if column != _DELTA])
        else:
            first = self.columns[:1] if self.columns[:1] == (Column("time"),) else ()
            self.show([*first, _DELTA, *self.columns[len(first) :]])

    def times(self) -> None:
        """Show times in the next way: in the chosen zone, in UTC, since the cursor's record."""
        log_list = self._screen.log_list
        layout, row = log_list.pages.layout, log_list.pages.row(log_list.cursor)
        if layout.anchor is not None:
            self._tell_time(self._zone, "times of day")
        elif layout.zone is not UTC:
            self._tell_time(UTC, "times of day")
        elif row is None or row.time is None:
            self._screen.say("this record has no time that others could be told from", error=True)
        else:
            log_list.tell_time(layout.zone, row.time)
            self._screen.say(f"times since {row.time:%Y-%m-%d %H:%M:%S} UTC; the key again shows times of day")

    def more_context(self) -> None:
        """Show more records around each match."""
        self._step_context(1)

    def less_context(self) -> None:
        """Show fewer records around each match."""
        self._step_context(-1)

    def show(self, columns: Sequence[Column]) -> None:
        """Show these columns before the message."""
        self.columns = tuple(columns)
        self._screen.log_list.show_columns(self.columns)
        self._screen.panes.again()

    def toggle_column(self, name: str) -> None:
        """Show a column as the last one before the message, or hide it."""
        others = [column for column in self.columns if column.name != name]
        self.show(others if len(others) < len(self.columns) else [*others, Column(name)])

    def move_column(self, name: str, places: int) -> None:
        """Move a shown column to the left (negative) or to the right."""
        at = next((place for place, column in enumerate(self.columns) if column.name == name), None)
        if at is not None:
            columns = list(self.columns)
            column = columns.pop(at)
            columns.insert(max(0, at + places), column)
            self.show(columns)

    def resize_column(self, name: str, steps: int) -> None:
        """Make a shown column wider or, with negative steps, narrower."""
        layout = self._screen.log_list.pages.layout
        self.show(
            [
                Column(name, max(_WIDTH_STEP, layout.width_of(column) + steps * _WIDTH_STEP))
                if column.name == name
                else column
                for column in self.columns
            ]
        )

    def _tell_time(self, zone: tzinfo, what: str) -> None:
        self._show_zone(zone)
        self._screen.show_status()
        self._screen.say(f"{what} in {zone}")

    def _show_zone(self, zone: tzinfo) -> None:
        self._screen.log_list.tell_time(zone, None)
        self._screen.query_one(HistogramView).tell_time(zone)

    def _step_context(self, step: int) -> None:
        filters = self._screen.filters
        if not filters.text:
            self._screen.say("there is no filter whose matches could have a context")
            return
        at = max(0, min(CONTEXTS.index(filters.context) + step, len(CONTEXTS) - 1))
        filters.show_context(CONTEXTS[at])
        around = f"{CONTEXTS[at]} records around each match" if CONTEXTS[at] else "matches alone"
        self._screen.say(around)
