"""The query bar: the filter's text, its history, completions and errors below."""

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
    """Colours a query by the roles of its parts.

    Args:
        styles: The styles by role, asked each time, since the theme may change.
    """

    def __init__(self, styles: Callable[[], dict[str, Style]]) -> None:
        self._styles = styles

    def highlight(self, text: Text) -> None:
        """Put the styles on the text."""
        styles = self._styles()
        for part in roles_of(text.plain) if styles else ():
            text.stylize(styles[part.role], part.start, part.end)


class QueryBar(Vertical):
    """One line to edit the filter, one more while there is an error.

    Args:
        text: The filter at first.
        key: The key that leads here, as it is printed.
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
        """The text changed; it may not be complete yet."""

        text: str

    @dataclass
    class Submitted(Message):
        """The text is to be applied."""

        text: str

    class Left(Message):
        """Editing ended without applying anything."""

    def __init__(self, text: str = "", *, key: str = ":") -> None:
        super().__init__()
        self._first = text
        self._key = key
        self._history: list[str] = [text] if text else []
        self._at = len(self._history)
        self._choices: list[Completion] = []
        self.known: Callable[[], Known] = Known
        self.error_text = ""

    def compose(self) -> ComposeResult:
        """Label, input, error line."""
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
        """The styles of a query's parts; none while it is wrong as a whole."""
        if self.has_class("-error"):
            return {}
        return {role: self.get_component_rich_style(f"query-bar--{role}", partial=True) for role in ROLES}

    @property
    def input(self) -> Input:
        """The text field."""
        return self.query_one(Input)

    def edit(self) -> None:
        """Take the keyboard."""
        self.screen.set_focus(self.input)

    @property
    def text(self) -> str:
        """What is in the field."""
        return self.input.value

    def set_text(self, text: str) -> None:
        """Replace the text without telling anyone."""
        with self.input.prevent(Input.Changed):
            self.input.value = text
            self.input.cursor_position = len(text)

    @property
    def history(self) -> tuple[str, ...]:
        """The newest filters that were applied, the newest last."""
        return tuple(self._history[-_MOST_KEPT:])

    def recall(self, history: Sequence[str]) -> None:
        """Put filters of earlier times before those of this one."""
        self._history = [*history, *self._history]
        self._at = len(self._history)

    def remember(self, text: str) -> None:
        """Put an applied filter into the history."""
        if text and text not in self._history[-1:]:
            self._history.append(text)
        self._at = len(self._history)

    def forget(self, text: str) -> None:
        """Take a filter out of the history."""
        self._history = [other for other in self._history if other != text]
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
        self._offer()
        self.post_message(self.Edited(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply."""
        event.stop()
        self._show_choices([])
        self.post_message(self.Submitted(event.value))

    def on_descendant_focus(self) -> None:
        """Offer what may be typed first."""
        self._offer()

    def on_descendant_blur(self) -> None:
        """Offer nothing to whoever is elsewhere."""
        self._show_choices([])

    async def action_apply(self) -> None:
        """Apply what is in the field."""
        await self.input.action_submit()

    def action_leave(self) -> None:
        """Stop editing."""
        self.show_error(None)
        self._show_choices([])
        self.post_message(self.Left())

    def action_complete(self) -> None:
        """Take the first completion; without one, stop editing."""
        if not self._choices:
            self.action_leave()
            return
        chosen = self._choices[0]
        self.input.value = self.text[: chosen.start] + chosen.text + self.text[chosen.end :]
        self.input.cursor_position = chosen.start + len(chosen.text)
        self._offer()

    def _offer(self) -> None:
        """Show what may come at the cursor."""
        self._show_choices(complete(self.text, self.input.cursor_position, self.known()))

    def _show_choices(self, choices: list[Completion]) -> None:
        self._choices = choices
        self.query_one("#query-choices", Static).update(choices_line(choices, self.size.width))
        self.set_class(bool(choices), "-choosing")

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


def choices_line(choices: Sequence[Completion], width: int) -> Text:
    """What stands below the query while it is typed: the likeliest completions, the first for the Tab key.

    Args:
        choices: The completions in order.
        width: Cells of the screen.

    Returns:
        One line, as many completions as fit.
    """
    line = Text(" Tab › ".rjust(cell_len(_LABEL)), no_wrap=True)
    for place, choice in enumerate(choices):
        text, detail = harmless_line(choice.text), harmless_line(choice.detail)
        if line.cell_len + cell_len(text) + cell_len(detail) + 1 > width:
            break
        line.append(text, "bold" if not place else "").append(f" {detail}  " if detail else "  ", "dim")
    return line


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
