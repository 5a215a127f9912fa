"""The dialog for choosing an earlier or saved filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from logtui.tui.query.saved_queries import Entry, matching
from logtui.tui.terminal.sanitize import harmless_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult


class QueriesScreen(ModalScreen[str | None]):
    """Lists filters, narrowed by the typed text, and returns the text of the chosen one.

    Args:
        entries: The filters to choose from.
        forget: Removes an entry permanently; returns false if that failed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+r", "dismiss(None)", "Cancel", show=False),
        Binding("down,ctrl+n", "move(1)", "Down", show=False),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("delete", "forget", "Remove", show=False, priority=True),
    ]

    def __init__(self, entries: Sequence[Entry], forget: Callable[[Entry], bool]) -> None:
        super().__init__()
        self._entries = list(entries)
        self._forget = forget
        self.shown: list[Entry] = []

    def compose(self) -> ComposeResult:
        """Create the input, the list and the line about the keys."""
        with Vertical(id="queries-box") as box:
            box.border_title = "Earlier and saved filters"
            field = Input(placeholder="type to find", compact=True)
            field.cursor_blink = False
            yield field
            choices = OptionList(markup=False, compact=True)
            choices.can_focus = False
            yield choices
            yield Label("Enter takes   Del removes   Esc closes", id="queries-note", markup=False)

    def on_mount(self) -> None:
        """List all filters."""
        self._offer("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """List the filters that match the typed text."""
        self._offer(event.value)

    def on_input_submitted(self) -> None:
        """Return the highlighted filter."""
        entry = self._highlighted
        if entry is not None:
            self.dismiss(entry.text)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the filter that was clicked."""
        self.dismiss(self.shown[event.option_index].text)

    def action_move(self, step: int) -> None:
        """Move the highlight to the next or previous filter."""
        choices = self.query_one(OptionList)
        if self.shown:
            choices.highlighted = max(0, min(len(self.shown) - 1, (choices.highlighted or 0) + step))

    def action_forget(self) -> None:
        """Remove the highlighted filter permanently."""
        entry = self._highlighted
        if entry is not None and self._forget(entry):
            self._entries.remove(entry)
            self._offer(self.query_one(Input).value)

    @property
    def _highlighted(self) -> Entry | None:
        at = self.query_one(OptionList).highlighted
        return self.shown[at] if at is not None and at < len(self.shown) else None

    def _offer(self, typed: str) -> None:
        choices = self.query_one(OptionList)
        at = choices.highlighted or 0
        self.shown = matching(self._entries, typed)
        choices.clear_options()
        if self.shown:
            choices.add_options(Option(_line(entry)) for entry in self.shown)
            choices.highlighted = 0 if typed else min(at, len(self.shown) - 1)
        else:
            choices.add_option(
                Option("no such filter" if self._entries else "no filter was applied yet", disabled=True)
            )


def _line(entry: Entry) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    if entry.name:
        line.append(f"{harmless_line(entry.name)}  ", "bold")
    return line.append(harmless_line(entry.text))
