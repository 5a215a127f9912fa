"""The prompt at the bottom: one line of input, such as for a search, a time, a note or a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Prompt(Horizontal):
    """An input that is hidden until `ask`; its messages carry the purpose that it was asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("tab", "cancel", "Cancel", show=False),
    ]

    @dataclass
    class Edited(Message):
        """The text has changed."""

        purpose: str
        text: str

    @dataclass
    class Submitted(Message):
        """The user has confirmed the text."""

        purpose: str
        text: str

    @dataclass
    class Cancelled(Message):
        """The user has cancelled the prompt."""

        purpose: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.purpose = ""

    def compose(self) -> ComposeResult:
        """Create the label and the input."""
        yield Label("")
        field = Input(compact=True)
        field.cursor_blink = False
        yield field

    def ask(self, purpose: str, label: str, text: str = "") -> None:
        """Show the prompt and focus it.

        Args:
            purpose: The purpose, which the messages carry.
            label: The text before the input.
            text: The first text of the input.
        """
        self.purpose = purpose
        self.query_one(Label).update(label)
        field = self.query_one(Input)
        with field.prevent(Input.Changed):
            field.value = text
            field.cursor_position = len(text)
        self.add_class("-open")
        self.screen.set_focus(field)

    def close(self) -> None:
        """Hide the prompt."""
        self.remove_class("-open")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Post the changed text."""
        event.stop()
        self.post_message(self.Edited(self.purpose, event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Post the confirmed text and hide."""
        event.stop()
        self.close()
        self.post_message(self.Submitted(self.purpose, event.value))

    def action_cancel(self) -> None:
        """Post the cancellation and hide."""
        self.close()
        self.post_message(self.Cancelled(self.purpose))
