"""Saves the session state of the main screen and restores it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.tui.session.session_state import Kept

if TYPE_CHECKING:
    from logtui.tui.screens.parts import Parts, Widgets
    from logtui.tui.session.session_state import Keeper
    from logtui.tui.viewer import Viewer


class Keeping:
    """Saves and restores the session state of a screen.

    Args:
        viewer: The screen.
        widgets: The widgets of the screen.
        parts: The parts of the screen.
        keeper: Saves the state; None if it is not to be saved.
        kept: The state of the last session.
    """

    def __init__(self, viewer: Viewer, widgets: Widgets, parts: Parts, keeper: Keeper | None, kept: Kept) -> None:
        self._viewer = viewer
        self._widgets = widgets
        self._parts = parts
        self._keeper = keeper
        self._kept = kept
        self.loses_marks = False
        """Whether there are marks that could not be saved."""

    def keep(self) -> None:
        """Save the session state: marks, notes, filter and cursor."""
        if self._keeper is None:
            return
        kept = self._state()
        try:
            self._keeper.save(kept)
        except OSError as error:
            self.loses_marks = bool(kept.marks)
            self._widgets.hint_line.say(f"marks and filter cannot be kept: {error.strerror}", error=True)
        else:
            self.loses_marks = False

    def restore(self, *, place: bool) -> None:
        """Restore the state of the last session.

        Args:
            place: Whether to restore the cursor too.
        """
        self._widgets.log_list.mark(self._parts.marks)
        self._parts.display.begin()
        self._parts.chips.begin()
        self._widgets.query_bar.recall(self._kept.history)
        if self._kept.key is not None and place:
            self._widgets.log_list.stick_to(self._kept.key, seek=True)

    def _state(self) -> Kept:
        """The present state; without records, with the cursor of the last session."""
        parts, handling = self._parts, self._parts.local_alerts.handling
        kept = Kept(
            filter=parts.filters.text,
            marks=tuple(parts.marks.all()),
            history=self._widgets.query_bar.history,
            muted=tuple(sorted(handling.muted)),
            muted_until=handling.muted_until,
            acknowledged=handling.acknowledged,
            acknowledged_by=handling.acknowledged_by,
            chips=parts.chips.all,
            columns=parts.display.columns,
        )
        key = self._viewer.key or self._kept.key
        return kept if key is None else kept.at(key)
