"""The detail pane: shows the cursor's record in several views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import polars as pl
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Static

from logtui.model.levels import LEVELS
from logtui.tui.record.record_views import VIEWS, has_view, view_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

_PARTS: Final = ("heading", "name", "value", *LEVELS)
_DEPTH: Final = 2
_MOST_DEPTH: Final = 20


class Detail(VerticalScroll):
    """Shows one record; while the pane has the keyboard focus, the arrow keys switch between its views."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "view(1)", "Next view", show=False),
        Binding("left,h", "view(-1)", "Previous view", show=False),
        Binding("plus,equals_sign", "depth(1)", "Unfold JSON", show=False),
        Binding("minus", "depth(-1)", "Fold JSON", show=False),
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("space", "page_down", "Page down", show=False),
        Binding("b", "page_up", "Page up", show=False),
        Binding("y", "copy", "Copy what is shown", show=False),
        Binding("escape,tab,I", "leave", "Back to the list", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"detail--{part}" for part in _PARTS}

    @dataclass
    class Copied(Message):
        """The user has asked to copy the text of the view."""

        view: str
        text: str

    class Left(Message):
        """The user has asked to return to the list."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.text = ""
        self.view = VIEWS[0]
        self._depth = _DEPTH
        self._record = pl.DataFrame()
        self._around: Callable[[], pl.DataFrame] = pl.DataFrame

    def compose(self) -> ComposeResult:
        """Create the text."""
        yield Static(markup=False)

    def show(self, record: pl.DataFrame, around: Callable[[], pl.DataFrame]) -> None:
        """Show a record.

        Args:
            record: A frame of one row; empty without a record.
            around: Reads the record and its neighbours in the source.
        """
        self._record, self._around = record, around
        self._draw()

    def action_view(self, step: int) -> None:
        """Switch to the next or previous view that is available for the record."""
        views = self._views
        here = views.index(self.view) if self.view in views else 0
        self.view = views[(here + step) % len(views)]
        self._draw()

    def action_depth(self, step: int) -> None:
        """Unfold one more level of the JSON, or one less."""
        self._depth = max(1, min(self._depth + step, _MOST_DEPTH))
        self._draw()

    def action_copy(self) -> None:
        """Ask for the shown text to be copied."""
        self.post_message(self.Copied(self.view, self.text))

    def action_leave(self) -> None:
        """Ask to return to the list."""
        self.post_message(self.Left())

    @property
    def _views(self) -> list[str]:
        return [view for view in VIEWS if has_view(self._record, view)]

    def _draw(self) -> None:
        styles = {part: self.get_component_rich_style(f"detail--{part}", partial=True) for part in _PARTS}
        text, view = Text("no record"), VIEWS[0]
        if self._record.height:
            view = self.view if self.view in self._views else VIEWS[0]
            text = view_text(view, self._record, styles, self._depth, self._around)
        self.text = text.plain
        self.border_title = self._title(view)
        self.query_one(Static).update(text)
        self.scroll_home(animate=False, immediate=True)

    def _title(self, shown: str) -> str:
        return (
            " · ".join(view.upper() if view == shown else view for view in self._views) if self._record.height else ""
        )
