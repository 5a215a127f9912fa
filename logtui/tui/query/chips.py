"""The clauses of the filter as chips: each can be switched off, negated or taken away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from logtui.errors import QueryError
from logtui.query import conjoined, conjuncts, flipped
from logtui.tui.query.chip import Chip, merged
from logtui.tui.query.chip_bar import ChipBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.tui.screens.main import MainScreen


class Chips:
    """Keeps the chips in step with the filter.

    Args:
        screen: The main screen.
        chips: Those that were kept.
    """

    def __init__(self, screen: MainScreen, chips: Sequence[Chip] = ()) -> None:
        self._screen = screen
        self.all: tuple[Chip, ...] = tuple(chips)

    @property
    def _bar(self) -> ChipBar:
        return self._screen.query_one(ChipBar)

    def begin(self) -> None:
        """Show what was kept."""
        self._bar.show(self.all)

    def focus(self) -> None:
        """Go to the chips."""
        if not self.all:
            self._screen.say(f"there is no filter; {self._screen.keymap.first('filter')} types one", error=True)
            return
        self._bar.open()
        self._screen.set_focus(self._bar)

    def filtered(self, text: str) -> None:
        """Another filter is applied.

        Args:
            text: The filter, which parses.
        """
        self._keep(merged(self.all, conjuncts(text)))

    def acted(self, how: str, number: int) -> None:
        """Change a chip, and the filter with it.

        Args:
            how: `toggle`, `flip` or `remove`.
            number: Which of them.
        """
        chips = list(self.all)
        chip = chips.pop(number)
        if how != "remove":
            new = replace(chip, is_on=not chip.is_on) if how == "toggle" else replace(chip, text=flipped(chip.text))
            chips.insert(number, new)
        try:
            text = conjoined([each.text for each in chips if each.is_on], self._screen.filters.text)
        except QueryError as error:
            self._screen.say(str(error), error=True)
            return
        self._keep(tuple(chips))
        self._screen.views.show(text)

    def _keep(self, chips: tuple[Chip, ...]) -> None:
        self.all = chips
        self._bar.show(chips)
        if not chips and self._bar.has_focus:
            self._screen.set_focus(self._screen.log_list)
