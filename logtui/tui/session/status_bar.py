"""The two lines at the bottom: what is read and shown, and which keys there are or what just happened."""

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
_LASTING: Final = 2


class StatusBar(Static):
    """Always tells format, counts, unparsed, notices, activity and zone."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"status-bar--{part}" for part in _PARTS}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self.plain = ""
        self._told: tuple[RowWindow, ListState] | None = None

    def on_resize(self) -> None:
        """Fit the text to the width."""
        if self._told is not None:
            self.show(*self._told)

    def show(self, window: RowWindow, state: ListState) -> None:
        """Tell the present state."""
        self._told = (window, state)
        styles = {part: self.get_component_rich_style(f"status-bar--{part}", partial=True) for part in _PARTS}
        text = status_text(window, state, self.size.width, styles)
        if text.plain != self.plain:
            self.plain = text.plain
            self.update(text, layout=False)


class HintLine(Static):
    """Names the most wanted keys; a message takes their place until the next action, or for some seconds.

    Args:
        hints: Key and word each.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"hint-line--key", "hint-line--error"}

    def __init__(self, hints: Sequence[tuple[str, str]]) -> None:
        super().__init__(markup=False)
        self._hints = hints
        self.message = ""
        self._timer: Timer | None = None

    def on_resize(self) -> None:
        """Show the keys for which there is room now."""
        if self._timer is None:
            self.show_keys()

    def say(self, message: str, *, error: bool = False) -> None:
        """Show a message.

        Args:
            message: One line.
            error: Whether something went wrong.
        """
        self.message = message
        style = self.get_component_rich_style("hint-line--error", partial=True) if error else ""
        self.update(Text(f" {message}", style, no_wrap=True, overflow="ellipsis"), layout=False)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_MESSAGE_SECONDS, self.show_keys)

    def hush(self) -> None:
        """Forget the message: the user has gone on."""
        if self._timer is not None:
            self._timer.stop()
            self.show_keys()
        self.message = ""

    def show_keys(self) -> None:
        """Show the keys in place of a message."""
        self._timer = None
        key_style = self.get_component_rich_style("hint-line--key", partial=True)
        text = Text(" ", no_wrap=True, overflow="ellipsis")
        for key, word in fitting(self._hints, self.size.width):
            text.append(key, key_style).append(f" {word}  ")
        self.update(text, layout=False)


def fitting(hints: Sequence[tuple[str, str]], width: int) -> list[tuple[str, str]]:
    """The hints for which a line has room; the last two, help and quitting, go before the others.

    Args:
        hints: Key and word each.
        width: Cells of the line.

    Returns:
        Some of the first hints, then the last two.
    """
    room = width - 1
    chosen = {}
    for number, (key, word) in sorted(enumerate(hints), key=lambda each: each[0] < len(hints) - _LASTING):
        room -= cell_len(f"{key} {word}  ")
        if room < -len("  "):
            break
        chosen[number] = (key, word)
    return [chosen[number] for number in sorted(chosen)]
