"""What the status line says of the list and of how fast records arrive."""

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
        widgets: The screen's widgets.
        parts: The screen's parts.
        keymap: The keys.
    """

    def __init__(self, widgets: Widgets, parts: Parts, keymap: Keymap) -> None:
        self._widgets = widgets
        self._parts = parts
        self._keymap = keymap
        self._rate = Rate()

    def show(self) -> None:
        """Show where the list stands."""
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
        """Take note of how many records there are, once a second or so."""
        snapshot = self._widgets.log_list.window.snapshot
        self._rate.note(time.monotonic(), snapshot.rows + snapshot.dropped, is_live=snapshot.state == "live")
        if snapshot.state != "done":
            self.show()
