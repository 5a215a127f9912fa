"""Collects the state of the list and the rate of arriving records for the status line."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from logtui.tui.session.rates import Rate
from logtui.tui.session.status import ListState

if TYPE_CHECKING:
    from logtui.tui.keys.keymaps import Keymap
    from logtui.tui.screens.parts import Parts, Widgets


class ListStatus:
    """Keeps the status line up to date.

    Args:
        widgets: The widgets of the screen.
        parts: The parts of the screen.
        keymap: The keys, which the status line names.
    """

    def __init__(self, widgets: Widgets, parts: Parts, keymap: Keymap) -> None:
        self._widgets = widgets
        self._parts = parts
        self._keymap = keymap
        self._rate = Rate()

    def show(self) -> None:
        """Update the status line with the present state of the list."""
        log_list, parts = self._widgets.log_list, self._parts
        state = ListState(
            cursor=log_list.cursor,
            following=log_list.following,
            unseen=log_list.unseen,
            filtered=bool(parts.filters.text),
            warnings=len(self._keymap.warnings),
            firing=parts.alerting.firing,
            zone=log_list.pages.layout.zone,
            waiting=parts.searching.waiting_for,
            clears=self._keymap.first("clear_filter") if parts.filters.is_restored else "",
            rate=self._rate.per_second,
        )
        self._widgets.status_bar.show(log_list.window, state)

    def note_rate(self) -> None:
        """Measure the number of records, about once a second."""
        snapshot = self._widgets.log_list.window.snapshot
        self._rate.note(time.monotonic(), snapshot.rows + snapshot.dropped, is_live=snapshot.state == "live")
        if snapshot.state != "done":
            self.show()
