"""The detail pane: everything about the cursor's record."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from logtui.model.levels import LEVELS
from logtui.tui.record_text import record_text

if TYPE_CHECKING:
    import polars as pl
    from textual.app import ComposeResult

_PARTS: Final = ("heading", "name", "value", *LEVELS)


class Detail(VerticalScroll):
    """Shows one record; scrolls on its own."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"detail--{part}" for part in _PARTS}

    text = ""
    """What is shown, without styles."""

    def compose(self) -> ComposeResult:
        """The text."""
        yield Static(markup=False)

    def show(self, record: pl.DataFrame) -> None:
        """Show a record.

        Args:
            record: A frame of one row, or of none.
        """
        styles = {part: self.get_component_rich_style(f"detail--{part}", partial=True) for part in _PARTS}
        text = record_text(record, styles) if record.height else Text("no record")
        self.text = text.plain
        self.query_one(Static).update(text)
        self.scroll_home(animate=False, immediate=True)
