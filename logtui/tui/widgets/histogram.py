"""The histogram over the list: counts over time, stacked by level."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import polars as pl
from textual.strip import Strip
from textual.widget import Widget

from logtui.engine.histogram import Histogram, histogram_of
from logtui.tui.bars import BarStyles, bar_strips

if TYPE_CHECKING:
    from textual import events

_PARTS: Final = ("error", "warn", "info", "debug")


class HistogramView(Widget):
    """Shows one histogram; data arrives through `show`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"histogram--{part}" for part in _PARTS),
        "histogram--axis",
        "histogram--cursor",
        "histogram--column",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.histogram: Histogram = histogram_of([], 1)
        self._cursor: int | None = None
        self._strips: list[Strip] | None = None

    def show(self, histogram: Histogram) -> None:
        """Draw other counts."""
        self.histogram = histogram
        self._redraw()

    def mark(self, nanoseconds: int | None) -> None:
        """Put the mark under the bucket of a time."""
        if nanoseconds != self._cursor:
            self._cursor = nanoseconds
            self._redraw()

    def render_line(self, y: int) -> Strip:
        """One line of bars, or the axis."""
        if self._strips is None:
            self._strips = bar_strips(self.histogram, self.size.width, self.size.height, self._styles(), self._cursor)
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width)

    def on_resize(self, _event: events.Resize) -> None:
        """Draw again."""
        self._redraw()

    def notify_style_update(self) -> None:
        """Draw again with other colours."""
        super().notify_style_update()
        self._strips = None

    def _redraw(self) -> None:
        self._strips = None
        self.refresh()

    def _styles(self) -> BarStyles:
        return BarStyles(
            base=self.rich_style,
            stack=tuple(self.get_component_rich_style(f"histogram--{part}", partial=True) for part in _PARTS),
            axis=self.get_component_rich_style("histogram--axis", partial=True),
            cursor=self.get_component_rich_style("histogram--cursor", partial=True),
            column=self.get_component_rich_style("histogram--column", partial=True),
        )


def nanoseconds_of(record: pl.DataFrame) -> int | None:
    """The epoch time of a one-record frame, None if it has none."""
    return record["timestamp"].cast(pl.Int64)[0] if record.height else None
