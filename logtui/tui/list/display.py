"""Changes how the list shows records: wrapping, unfolding, folding, columns and times."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from logtui.tui.list.layout import USUAL_COLUMNS, Column

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from logtui.tui.list.flow import Flow
    from logtui.tui.list.histogram_view import HistogramView
    from logtui.tui.list.log_list import LogList
    from logtui.tui.messages import Messages
    from logtui.tui.viewer import Viewer

_DELTA: Final = Column("delta")
_WIDTH_STEP: Final = 4


class Display:
    """Changes the display options of the list.

    Args:
        viewer: The screen.
        messages: Reports the changes.
        log_list: The list.
        histogram: The histogram, whose times change with those of the list.
        columns: The first columns; empty for the default ones.
    """

    def __init__(
        self,
        viewer: Viewer,
        messages: Messages,
        log_list: LogList,
        histogram: HistogramView,
        columns: Sequence[Column],
    ) -> None:
        self._viewer = viewer
        self._messages = messages
        self._list = log_list
        self._histogram = histogram
        self.columns = tuple(columns) or USUAL_COLUMNS

    @property
    def _flow(self) -> Flow:
        return self._list.flow

    def begin(self) -> None:
        """Apply the first columns and the time zone."""
        self._list.show_columns(self.columns)
        self._show_zone(self._viewer.zone)

    def wrap(self) -> None:
        """Switch between wrapping long lines and cutting them."""
        self._flow.wraps = not self._flow.wraps
        self._list.reflow()
        self._messages.say("long lines wrap" if self._flow.wraps else "long lines are cut")

    def unfold(self) -> None:
        """Switch the cursor's record between all its lines and only the first."""
        if not self._list.toggle_lines():
            self._messages.say("this record has one line")

    def unfold_all(self) -> None:
        """Switch all records between all their lines and only the first."""
        self._flow.toggle_all()
        self._list.reflow()

    def fold_repeats(self) -> None:
        """Switch between showing equal neighbours as one line with a count and showing each of them."""
        self._flow.folds = not self._flow.folds
        self._list.reflow()
        self._messages.say("equal neighbours are shown once" if self._flow.folds else "every record is shown")

    def delta(self) -> None:
        """Show or hide the column with the time since the previous record."""
        if _DELTA in self.columns:
            self.show([column for column in self.columns if column != _DELTA])
        else:
            first = self.columns[:1] if self.columns[:1] == (Column("time"),) else ()
            self.show([*first, _DELTA, *self.columns[len(first) :]])

    def times(self) -> None:
        """Switch times to the next style: in the chosen zone, in UTC, relative to the cursor's record."""
        layout, moment = self._list.pages.layout, self._viewer.moment
        if layout.anchor is not None:
            self._tell_time(self._viewer.zone, "times of day")
        elif layout.zone is not UTC:
            self._tell_time(UTC, "times of day")
        elif moment is None:
            self._messages.say("this record has no time that others could be told from", error=True)
        else:
            self._list.show_times(layout.zone, moment)
            self._messages.say(f"times since {moment:%Y-%m-%d %H:%M:%S} UTC; the key again shows times of day")

    def show(self, columns: Sequence[Column]) -> None:
        """Set the columns before the message."""
        self.columns = tuple(columns)
        self._list.show_columns(self.columns)
        self._viewer.refresh_pane()

    def toggle_column(self, name: str) -> None:
        """Show a column directly before the message, or hide it."""
        others = [column for column in self.columns if column.name != name]
        self.show(others if len(others) < len(self.columns) else [*others, Column(name)])

    def move_column(self, name: str, places: int) -> None:
        """Move a shown column by some places, negative to the left."""
        at = next((place for place, column in enumerate(self.columns) if column.name == name), None)
        if at is not None:
            columns = list(self.columns)
            column = columns.pop(at)
            columns.insert(max(0, at + places), column)
            self.show(columns)

    def resize_column(self, name: str, steps: int) -> None:
        """Make a shown column wider, or narrower with negative steps."""
        layout = self._list.pages.layout
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
        self._viewer.show_status()
        self._messages.say(f"{what} in {zone}")

    def _show_zone(self, zone: tzinfo) -> None:
        self._list.show_times(zone, None)
        self._histogram.show_times(zone)
