"""The two lines at the bottom: what is read and shown, and which keys there are or what just happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual.widgets import Static

from logtui.tui.status import ListState, status_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.timer import Timer

    from logtui.engine.window import RowWindow

_PARTS: Final = ("good", "warn", "bad")
_MESSAGE_SECONDS: Final = 6


class StatusBar(Static):
    """Always tells format, counts, unparsed, notices, activity and zone."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"status-bar--{part}" for part in _PARTS}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self.plain = ""

    def show(self, window: RowWindow, state: ListState) -> None:
        """Tell the present state."""
        styles = {part: self.get_component_rich_style(f"status-bar--{part}", partial=True) for part in _PARTS}
        text = status_text(window, state, self.size.width, styles)
        if text.plain != self.plain:
            self.plain = text.plain
            self.update(text)


class HintLine(Static):
    """Names the most wanted keys; a message takes their place for some seconds.

    Args:
        hints: Key and word each.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"hint-line--key", "hint-line--error"}

    def __init__(self, hints: Sequence[tuple[str, str]]) -> None:
        super().__init__(markup=False)
        self._hints = hints
        self.message = ""
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Show the keys."""
        self._show_keys()

    def say(self, message: str, *, error: bool = False) -> None:
        """Show a message for some seconds.

        Args:
            message: One line.
            error: Whether something went wrong.
        """
        self.message = message
        style = self.get_component_rich_style("hint-line--error", partial=True) if error else ""
        self.update(Text(f" {message}", style, no_wrap=True, overflow="ellipsis"))
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_MESSAGE_SECONDS, self._show_keys)

    def _show_keys(self) -> None:
        key_style = self.get_component_rich_style("hint-line--key", partial=True)
        text = Text(" ", no_wrap=True, overflow="ellipsis")
        for key, word in self._hints:
            text.append(key, key_style).append(f" {word}  ")
        self.update(text)
