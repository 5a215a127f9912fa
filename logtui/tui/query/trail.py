"""The way through views: a filter and a place in it each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from logtui.model.keys import RecordKey


class View(NamedTuple):
    """A filter, and the record that the cursor was on."""

    text: str
    key: RecordKey | None


class Trail:
    """The views before the present one, and those that were left by going back."""

    def __init__(self) -> None:
        self._behind: list[View] = []
        self._ahead: list[View] = []

    def leave(self, view: View) -> None:
        """Remember a view that has been left for a new one."""
        self._behind.append(view)
        self._ahead.clear()

    def back(self, here: View) -> View | None:
        """The view before the present one, None at the first; `forward` returns to the present one."""
        return _step(self._behind, self._ahead, here)

    def forward(self, here: View) -> View | None:
        """The view that was left by going back, None at the newest; `back` returns to the present one."""
        return _step(self._ahead, self._behind, here)


def _step(source: list[View], target: list[View], here: View) -> View | None:
    if not source:
        return None
    target.append(here)
    return source.pop()
