"""The query bar: the filter's text, its history, and errors with a caret below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label, Static

from logtui.tui.harmless import fit, harmless_line

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from logtui.errors import QueryError

_LABEL = " filter › "


class QueryBar(Vertical):
    """One line to edit the filter, one more while there is an error."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave, keep the filter as it was", show=False),
        Binding("tab", "leave", "Leave, keep the filter as it was", show=False),
        Binding("up", "older", "Older filter", show=False),
        Binding("down", "newer", "Newer filter", show=False),
    ]

    @dataclass
    class Edited(Message):
        """The text changed; it may not be complete yet."""

        text: str

    @dataclass
    class Submitted(Message):
        """The text is to be applied."""

        text: str

    class Left(Message):
        """Editing ended without applying anything."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._first = text
        self._history: list[str] = [text] if text else []
        self._at = len(self._history)
        self.error_text = ""

    def compose(self) -> ComposeResult:
        """Label, input, error line."""
        with Horizontal():
            yield Label(_LABEL)
            bar = Input(
                self._first,
                placeholder="level:error  service:api  last:15m   (press : to filter)",
                compact=True,
            )
            bar.cursor_blink = False
            bar.select_on_focus = False
            yield bar
        yield Static(id="query-error", markup=False)

    @property
    def input(self) -> Input:
        """The text field."""
        return self.query_one(Input)

    @property
    def text(self) -> str:
        """What is in the field."""
        return self.input.value

    def set_text(self, text: str) -> None:
        """Replace the text without telling anyone."""
        with self.input.prevent(Input.Changed):
            self.input.value = text
            self.input.cursor_position = len(text)

    def remember(self, text: str) -> None:
        """Put an applied filter into the history."""
        if text and text not in self._history[-1:]:
            self._history.append(text)
        self._at = len(self._history)

    def show_error(self, error: QueryError | None) -> None:
        """Show what is wrong, with a caret under the place; None hides the line.

        Args:
            error: The error.
        """
        line = self.query_one("#query-error", Static)
        self.error_text = "" if error is None else caret_lines(error, self.size.width)
        line.update(Text(self.error_text, no_wrap=True, overflow="ellipsis"))
        self.set_class(error is not None, "-error")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Hide the error that is being mended."""
        event.stop()
        self.show_error(None)
        self.post_message(self.Edited(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply."""
        event.stop()
        self.post_message(self.Submitted(event.value))

    def action_leave(self) -> None:
        """Stop editing."""
        self.show_error(None)
        self.post_message(self.Left())

    def action_older(self) -> None:
        """Go back in the history."""
        self._recall(-1)

    def action_newer(self) -> None:
        """Go forward in the history."""
        self._recall(1)

    def _recall(self, step: int) -> None:
        self._at = max(0, min(len(self._history), self._at + step))
        self.input.value = self._history[self._at] if self._at < len(self._history) else ""
        self.input.cursor_position = len(self.input.value)


def caret_lines(error: QueryError, width: int) -> str:
    """What stands below the query: carets under the fault, the message beside them or in a second line.

    Args:
        error: The error; its span counts characters of the query.
        width: Cells of the screen.

    Returns:
        One or two lines.
    """
    start = cell_len(_LABEL) + cell_len(harmless_line(error.text[: error.start]))
    carets = "^" * max(1, min(error.end, len(error.text)) - error.start)
    message = harmless_line(str(error).replace("\n", " "))
    start = max(0, min(start, width - len(carets)))
    if start + len(carets) + 1 + cell_len(message) <= width:
        return " " * start + carets + " " + message
    return " " * start + carets + "\n" + fit(" " + message, width)
