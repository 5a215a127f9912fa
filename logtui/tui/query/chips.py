"""Changes the filter by its chips: each clause can be switched off and on, negated or removed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from logtui.errors import QueryError
from logtui.query import conjoined, conjuncts, flipped
from logtui.tui.query.chip import Chip, merged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.tui.messages import Messages
    from logtui.tui.query.chip_bar import ChipBar
    from logtui.tui.viewer import Viewer


class Chips:
    """Keeps the chips up to date with the filter.

    Args:
        viewer: The screen.
        messages: Reports changes that are not possible.
        bar: The widget that shows the chips.
        chips: The chips of the restored session.
    """

    def __init__(self, viewer: Viewer, messages: Messages, bar: ChipBar, chips: Sequence[Chip] = ()) -> None:
        self._viewer = viewer
        self._messages = messages
        self._bar = bar
        self.all: tuple[Chip, ...] = tuple(chips)

    def begin(self) -> None:
        """Show the chips of the restored session."""
        self._bar.show(self.all)

    def focus(self) -> None:
        """Move the keyboard focus to the chips."""
        if not self.all:
            self._messages.say(f"there is no filter; {self._viewer.shown_key('filter')} types one", error=True)
            return
        self._bar.open()
        self._bar.screen.set_focus(self._bar)

    def filtered(self, text: str) -> None:
        """Update the chips to a filter that has been applied.

        Args:
            text: The text of the filter, which is valid.
        """
        self._keep(merged(self.all, conjuncts(text)))

    def change(self, how: str, number: int) -> str | None:
        """Change a chip.

        Args:
            how: `toggle`, `flip` (negate) or `remove`.
            number: Index of the chip.

        Returns:
            The text of the filter that the chips now make; None if they do not make a valid filter.
        """
        chips = list(self.all)
        chip = chips.pop(number)
        if how != "remove":
            new = replace(chip, is_on=not chip.is_on) if how == "toggle" else replace(chip, text=flipped(chip.text))
            chips.insert(number, new)
        try:
            text = conjoined([each.text for each in chips if each.is_on], self._viewer.filter)
        except QueryError as error:
            self._messages.say(str(error), error=True)
            return None
        self._keep(tuple(chips))
        return text

    def _keep(self, chips: tuple[Chip, ...]) -> None:
        self.all = chips
        self._bar.show(chips)
        if not chips and self._bar.has_focus:
            self._viewer.focus_list()
