"""The clauses of the filter as chips: each can be switched off, negated or taken away."""

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
    """Keeps the chips in step with the filter.

    Args:
        viewer: The screen.
        messages: Tells what cannot be changed.
        bar: Shows the chips.
        chips: Those that were kept.
    """

    def __init__(self, viewer: Viewer, messages: Messages, bar: ChipBar, chips: Sequence[Chip] = ()) -> None:
        self._viewer = viewer
        self._messages = messages
        self._bar = bar
        self.all: tuple[Chip, ...] = tuple(chips)

    def begin(self) -> None:
        """Show what was kept."""
        self._bar.show(self.all)

    def focus(self) -> None:
        """Go to the chips."""
        if not self.all:
            self._messages.say(f"there is no filter; {self._viewer.shown_key('filter')} types one", error=True)
            return
        self._bar.open()
        self._bar.screen.set_focus(self._bar)

    def filtered(self, text: str) -> None:
        """Another filter is applied.

        Args:
            text: The filter, which parses.
        """
        self._keep(merged(self.all, conjuncts(text)))

    def change(self, how: str, number: int) -> str | None:
        """Change a chip.

        Args:
            how: `toggle`, `flip` or `remove`.
            number: Which of them.

        Returns:
            The filter that the chips make now, None if they cannot be a filter.
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
