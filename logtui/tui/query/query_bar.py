"""The query bar: edits the text of the filter, with history, completions and errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.highlighter import Highlighter
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label, Static

from logtui.query import ROLES, Known, complete, roles_of
from logtui.tui.terminal.sanitize import fit, harmless_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style
    from textual.app import ComposeResult

    from logtui.errors import QueryError
    from logtui.query import Completion

_LABEL = " filter › "
_MOST_KEPT = 100


class _Colours(Highlighter):
    """Highlights the syntax of a query.

    Args:
        styles: Returns the styles by syntactic role; called each time, because the theme may change.
    """

    def __init__(self, styles: Callable[[], dict[str, Style]]) -> None:
        self._styles = styles

    def highlight(self, text: Text) -> None:
        """Apply the styles to the text."""
        styles = self._styles()
        for part in roles_of(text.plain) if styles else ():
            text.stylize(styles[part.role], part.start, part.end)


class QueryBar(Vertical):
    """An input for the filter, and a line below for completions or an error.

    Args:
        text: The first filter.
        key: The key that focuses the bar, as it is printed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "apply", "Apply the filter", show=False),
        Binding("escape", "leave", "Leave, keep the filter as it was", show=False),
        Binding("tab", "complete", "Complete the word at the cursor, or leave", show=False),
        Binding("up", "older", "Older filter", show=False),
        Binding("down", "newer", "Newer filter", show=False),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"query-bar--{role}" for role in ROLES}

    @dataclass
    class Edited(Message):
        """The text has changed; it may be incomplete."""

        text: str

    @dataclass
    class Submitted(Message):
        """The user has asked to apply the text."""

        text: str

    class Left(Message):
        """The user has stopped editing without applying the text."""

    def __init__(self, text: str = "", *, key: str = ":") -> None:
        super().__init__()
        self._first = text
        self._key = key
        self._history: list[str] = [text] if text else []
        self._at = len(self._history)
        self._choices: list[Completion] = []
        self._found = text
        self.known: Callable[[], Known] = Known
        self.error_text = ""

    def compose(self) -> ComposeResult:
        """Create the label, the input and the error line."""
        with Horizontal():
            yield Label(_LABEL)
            bar = Input(
                self._first,
                placeholder=f"level:error  service:api  last:15m   (press {self._key} to filter)",
                highlighter=_Colours(self._styles),
                compact=True,
            )
            bar.cursor_blink = False
            bar.select_on_focus = False
            yield bar
        yield Static(id="query-choices", markup=False)
        yield Static(id="query-error", markup=False)

    def _styles(self) -> dict[str, Style]:
        """The styles by syntactic role; none while an error is shown."""
        if self.has_class("-error"):
            return {}
        return {role: self.get_component_rich_style(f"query-bar--{role}", partial=True) for role in ROLES}

    @property
    def input(self) -> Input:
        """The text field."""
        return self.query_one(Input)

    def edit(self) -> None:
        """Take the keyboard focus."""
        self.screen.set_focus(self.input)

    @property
    def text(self) -> str:
        """The text in the input."""
        return self.input.value

    def set_text(self, text: str) -> None:
        """Replace the text without posting a message."""
        with self.input.prevent(Input.Changed):
            self.input.value = text
            self.input.cursor_position = len(text)

    @property
    def history(self) -> tuple[str, ...]:
        """Texts of the applied filters that are kept, the newest last."""
        return tuple(self._history[-_MOST_KEPT:])

    def recall(self, history: Sequence[str]) -> None:
        """Insert the filters of earlier sessions before those of this session."""
        self._history = [*history, *self._history]
        self._at = len(self._history)

    def remember(self, text: str) -> None:
        """Add an applied filter to the history."""
        if text and text not in self._history[-1:]:
            self._history.append(text)
        self._at = len(self._history)

    def forget(self, text: str) -> None:
        """Remove a filter from the history."""
        self._history = [other for other in self._history if other != text]
        self._at = len(self._history)

    def show_error(self, error: QueryError | None) -> None:
        """Show an error below the query, with carets under its place.

        Args:
            error: The error; None hides the line.
        """
        line = self.query_one("#query-error", Static)
        self.error_text = "" if error is None else caret_lines(error, self.size.width)
        line.update(Text(self.error_text, no_wrap=True, overflow="ellipsis"))
        self.set_class(error is not None, "-error")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Hide the error, because the text has changed."""
        event.stop()
        self.show_error(None)
        self._offer()
        self.post_message(self.Edited(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply the text."""
        event.stop()
        self._show_choices([])
        self.post_message(self.Submitted(event.value))

    def on_descendant_focus(self) -> None:
        """Show completions when the input gets the focus, and note the text that is found there."""
        self._found = self.text
        self._offer()

    def on_descendant_blur(self) -> None:
        """Hide completions when the input loses the focus."""
        self._show_choices([])

    async def action_apply(self) -> None:
        """Apply the text in the input."""
        await self.input.action_submit()

    def action_leave(self) -> None:
        """Stop editing."""
        self.show_error(None)
        self._show_choices([])
        self.post_message(self.Left())

    def action_complete(self) -> None:
        """Insert the first completion; if there is none, stop editing, unless a typed text would be lost."""
        if not self._choices:
            if self.text == self._found:
                self.action_leave()
            return
        chosen = self._choices[0]
        self.input.value = self.text[: chosen.start] + chosen.text + self.text[chosen.end :]
        self.input.cursor_position = chosen.start + len(chosen.text)
        self._offer()

    def _offer(self) -> None:
        """Show the completions at the cursor."""
        self._show_choices(complete(self.text, self.input.cursor_position, self.known()))

    def _show_choices(self, choices: list[Completion]) -> None:
        self._choices = choices
        self.query_one("#query-choices", Static).update(choices_line(choices, self.size.width))
        self.set_class(bool(choices), "-choosing")

    def action_older(self) -> None:
        """Show the previous filter of the history."""
        self._recall(-1)

    def action_newer(self) -> None:
        """Show the next filter of the history."""
        self._recall(1)

    def _recall(self, step: int) -> None:
        self._at = max(0, min(len(self._history), self._at + step))
        self.input.value = self._history[self._at] if self._at < len(self._history) else ""
        self.input.cursor_position = len(self.input.value)


def choices_line(choices: Sequence[Completion], width: int) -> Text:
    """Draw the line of completions; the Tab key inserts the first.

    Args:
        choices: The completions, the likeliest first.
        width: Width of the screen in cells.

    Returns:
        One line with as many completions as fit.
    """
    line = Text(" Tab › ".rjust(cell_len(_LABEL)), no_wrap=True)
    for place, choice in enumerate(choices):
        text, detail = harmless_line(choice.text), harmless_line(choice.detail)
        if line.cell_len + cell_len(text) + cell_len(detail) + 1 > width:
            break
        line.append(text, "bold" if not place else "").append(f" {detail}  " if detail else "  ", "dim")
    return line


def caret_lines(error: QueryError, width: int) -> str:
    """Draw carets under the place of an error, with the message beside them or in a second line.

    Args:
        error: The error, whose span counts characters of the query.
        width: Width of the screen in cells.

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
