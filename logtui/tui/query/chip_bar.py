"""The chip bar: one line that shows the clauses of the filter as chips, with a cursor while it has the focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from logtui.tui.terminal.sanitize import harmless_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events
    from textual.app import RenderResult

    from logtui.tui.query.chip import Chip

_PARTS: Final = ("on", "off", "current", "label")
_LABEL: Final = " where  "
_LONGEST: Final = 60
"""Most characters of a chip's text; longer ones are cut."""

_GAP: Final = 1


class ChipBar(Widget, can_focus=True):
    """Shows the chips; hidden unless it has the focus or a chip is off."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "The chip before", show=False),
        Binding("right,l,tab", "move(1)", "The next chip", show=False),
        Binding("enter,space", "act('toggle')", "Switch it off or on", show=False),
        Binding("exclamation_mark,n", "act('flip')", "Negate it", show=False),
        Binding("x,delete,backspace", "act('remove')", "Take it away", show=False),
        Binding("escape,q,down,j,backslash", "leave", "Back to the list", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"chip-bar--{part}" for part in _PARTS}

    @dataclass
    class Acted(Message):
        """The user has asked to change a chip."""

        how: str
        number: int

    class Left(Message):
        """The user has asked to return to the list."""

    def __init__(self) -> None:
        super().__init__()
        self._chips: tuple[Chip, ...] = ()
        self._at = 0

    def open(self) -> None:
        """Make the bar visible."""
        self.add_class("-open")

    def show(self, chips: Sequence[Chip]) -> None:
        """Replace the chips."""
        self._chips = tuple(chips)
        self._at = min(self._at, max(0, len(chips) - 1))
        self.set_class(self.has_focus or not all(chip.is_on for chip in chips), "-open")
        self.refresh()

    def on_blur(self) -> None:
        """Hide the bar unless a chip is off."""
        self.set_class(not all(chip.is_on for chip in self._chips), "-open")

    def render(self) -> RenderResult:
        """Draw the line."""
        styles = {part: self.get_component_rich_style(f"chip-bar--{part}", partial=True) for part in _PARTS}
        return chips_line(self._chips, self._at if self.has_focus else None, self.size.width, styles)

    def on_click(self, event: events.Click) -> None:
        """Switch the clicked chip off or on."""
        places = _places(self._chips, self._at, self.size.width)
        hit = [number for number, (start, end) in places.items() if start <= event.x < end]
        if hit:
            self._at = hit[0]
            self.post_message(self.Acted("toggle", hit[0]))

    def action_move(self, step: int) -> None:
        """Move the cursor to another chip, from the last to the first."""
        self._at = (self._at + step) % max(1, len(self._chips))
        self.refresh()

    def action_act(self, how: str) -> None:
        """Ask for a change of the chip under the cursor."""
        if self._at < len(self._chips):
            self.post_message(self.Acted(how, self._at))

    def action_leave(self) -> None:
        """Ask to return to the list."""
        self.post_message(self.Left())


def chips_line(chips: Sequence[Chip], at: int | None, width: int, styles: dict[str, Style]) -> Text:
    """Draw the line of chips.

    Args:
        chips: The chips, in order.
        at: Index of the chip under the cursor; None if the bar does not have the focus.
        width: Width of the screen in cells.
        styles: Styles named `on`, `off`, `current`, `label`.

    Returns:
        One line, scrolled so that it contains the chip under the cursor.
    """
    line = Text(no_wrap=True, end="")
    line.append(_LABEL, styles["label"])
    for number in _places(chips, at or 0, width):
        chip = chips[number]
        style = styles["on" if chip.is_on else "off"]
        line.append(_shown(chip), style + styles["current"] if number == at else style).append(" " * _GAP)
    return line


def _places(chips: Sequence[Chip], at: int, width: int) -> dict[int, tuple[int, int]]:
    """Find the start and end cells of the chips that fit, beginning so far right that chip `at` is among them."""
    for first in range(len(chips)):
        places, start = {}, cell_len(_LABEL)
        for number in range(first, len(chips)):
            end = start + cell_len(_shown(chips[number]))
            if end > width and number > first:
                break
            places[number] = (start, end)
            start = end + _GAP
        if at in places or first >= at:
            return places
    return {}


def _shown(chip: Chip) -> str:
    text = harmless_line(chip.text)
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f" {'' if chip.is_on else '○ '}{short} "
