"""Keeps what the main screen shows for the next time, and goes on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.tui.session.session_state import Kept

if TYPE_CHECKING:
    from logtui.tui.screens.parts import Parts, Widgets
    from logtui.tui.session.session_state import Keeper
    from logtui.tui.viewer import Viewer


class Keeping:
    """Saves a screen in the file of its inputs.

    Args:
        viewer: The screen.
        widgets: Its widgets.
        parts: Its parts.
        keeper: Writes the file; None keeps nothing.
        kept: What was kept the last time.
    """

    def __init__(self, viewer: Viewer, widgets: Widgets, parts: Parts, keeper: Keeper | None, kept: Kept) -> None:
        self._viewer = viewer
        self._widgets = widgets
        self._parts = parts
        self._keeper = keeper
        self._kept = kept
        self.loses_marks = False
        """Whether there are marks that could not be kept."""

    def keep(self) -> None:
        """Keep marks, notes, filter and place for the next time."""
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
        """Go on where the last screen of these inputs was left.

        Args:
            place: Whether to go to the record that the cursor was on.
        """
        self._widgets.log_list.mark(self._parts.marks)
        self._parts.display.begin()
        self._parts.chips.begin()
        self._widgets.query_bar.recall(self._kept.history)
        if self._kept.key is not None and place:
            self._widgets.log_list.stick_to(self._kept.key, seek=True)

    def _state(self) -> Kept:
        """The present screen; without records, the cursor is where it was the last time."""
        parts = self._parts
        kept = Kept(
            filter=parts.filters.text,
            marks=tuple(parts.marks.all()),
            history=self._widgets.query_bar.history,
            muted=tuple(sorted(parts.alerting.muted)),
            acknowledged=parts.alerting.acknowledged,
            chips=parts.chips.all,
            columns=parts.display.columns,
        )
        key = self._viewer.key or self._kept.key
        return kept if key is None else kept.at(key)
