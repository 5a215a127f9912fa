"""The history of views, with back and forward as in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from logtui.model.keys import RecordKey


class View(NamedTuple):
    """The text of a filter, and the key of the record under the cursor."""

    text: str
    key: RecordKey | None


class Trail:
    """Remembers the views before the present one, and the views that were left by going back."""

    def __init__(self) -> None:
        self._behind: list[View] = []
        self._ahead: list[View] = []

    def leave(self, view: View) -> None:
        """Remember a view that is left for a new one, and forget the views ahead."""
        self._behind.append(view)
        self._ahead.clear()

    def back(self, here: View) -> View | None:
        """Go to the previous view, or None at the first; `forward` then returns to `here`."""
        return _step(self._behind, self._ahead, here)

    def forward(self, here: View) -> View | None:
        """Go to the view that `back` has left, or None if there is none; `back` then returns to `here`."""
        return _step(self._ahead, self._behind, here)


def _step(source: list[View], target: list[View], here: View) -> View | None:
    if not source:
        return None
    target.append(here)
    return source.pop()
