"""The two lines at the bottom of the screen: the status line, and a line of key hints or the newest message."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from logtui.tui.session.status import ListState, status_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.timer import Timer

    from logtui.engine.window.row_window import RowWindow

_PARTS: Final = ("good", "warn", "bad")
_MESSAGE_SECONDS: Final = 6
"""Time after which a message is replaced by the keys."""

_LASTING: Final = 2
"""Number of hints at the end, help and quit, that have priority over the others."""


class StatusBar(Static):
    """Shows the formats, counts, problems, activity and time zone."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"status-bar--{part}" for part in _PARTS}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self.plain = ""
        self._shown: tuple[RowWindow, ListState] | None = None

    def on_resize(self) -> None:
        """Fit the text to the new width."""
        if self._shown is not None:
            self.show(*self._shown)

    def show(self, window: RowWindow, state: ListState) -> None:
        """Show the state of a window and of the list."""
        self._shown = (window, state)
        styles = {part: self.get_component_rich_style(f"status-bar--{part}", partial=True) for part in _PARTS}
        text = status_text(window, state, self.size.width, styles)
        if text.plain != self.plain:
            self.plain = text.plain
            self.update(text, layout=False)


class HintLine(Static):
    """Shows the most useful keys; a message replaces them until the next action, or for some seconds.

    Args:
        hints: Pairs of a key and a word for what it does.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"hint-line--key", "hint-line--error"}

    def __init__(self, hints: Sequence[tuple[str, str]]) -> None:
        super().__init__(markup=False)
        self._hints = hints
        self.message = ""
        self._timer: Timer | None = None

    def on_resize(self) -> None:
        """Show the keys that fit into the new width."""
        if self._timer is None:
            self.show_keys()

    def say(self, message: str, *, error: bool = False) -> None:
        """Show a message.

        Args:
            message: The text, one line.
            error: Whether to show it in the style of an error.
        """
        self.message = message
        style = self.get_component_rich_style("hint-line--error", partial=True) if error else ""
        self.update(Text(f" {message}", style, no_wrap=True, overflow="ellipsis"), layout=False)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_MESSAGE_SECONDS, self.show_keys)

    def clear_message(self) -> None:
        """Clear the message, because the user has gone on."""
        if self._timer is not None:
            self._timer.stop()
            self.show_keys()
        self.message = ""

    def show_keys(self) -> None:
        """Replace the message by the keys."""
        self._timer = None
        key_style = self.get_component_rich_style("hint-line--key", partial=True)
        text = Text(" ", no_wrap=True, overflow="ellipsis")
        for key, word in fitting(self._hints, self.size.width):
            text.append(key, key_style).append(f" {word}  ")
        self.update(text, layout=False)


def fitting(hints: Sequence[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """Choose the hints that fit into a line; the last two, help and quit, have priority over the others.

    Args:
        hints: Pairs of a key and a word for what it does.
        width: Width of the line in cells.

    Returns:
        The first hints that fit, then the last two.
    """
    room = width - 1
    chosen = {}
    for number, (key, word) in sorted(enumerate(hints), key=lambda each: each[0] < len(hints) - _LASTING):
        room -= cell_len(f"{key} {word}  ")
        if room < -len("  "):
            break
        chosen[number] = (key, word)
    return [chosen[number] for number in sorted(chosen)]
