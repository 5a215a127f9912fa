"""The filter of the list: preview while typing, apply, restore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.engine.predicate import TextPredicate
from logtui.errors import QueryError
from logtui.tui.widgets.query_bar import QueryBar

if TYPE_CHECKING:
    from textual.timer import Timer

    from logtui.tui.screens.main import MainScreen

_PREVIEW_SECONDS: Final = 0.3


class Filters:
    """Keeps the applied filter and the one being tried.

    Args:
        screen: The main screen.
    """

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._applied = ""
        self.text = ""
        self._timer: Timer | None = None

    @property
    def _bar(self) -> QueryBar:
        return self._screen.query_one(QueryBar)

    def begin(self, text: str) -> None:
        """Apply the filter of the command line; an error is shown for mending."""
        if text and not self._try(text, show_error=True):
            self._screen.set_focus(self._bar.input)
        elif text:
            self._accept(text)

    def preview(self, text: str) -> None:
        """Try what is typed once typing pauses; errors are kept for `apply`."""
        self._stop_timer()
        self._timer = self._screen.set_timer(_PREVIEW_SECONDS, lambda: self._try(text, show_error=False))

    def apply(self, text: str) -> None:
        """Make a text the filter, or show what is wrong with it and leave the list as it is."""
        self._stop_timer()
        if self._try(text, show_error=True):
            self._accept(text)
            self._screen.set_focus(self._screen.log_list)

    def restore(self) -> None:
        """Go back to the applied filter."""
        self._stop_timer()
        self._bar.set_text(self._applied)
        self._try(self._applied, show_error=False)
        self._screen.set_focus(self._screen.log_list)

    def _accept(self, text: str) -> None:
        self._applied = text.strip()
        self._bar.remember(self._applied)

    def _try(self, text: str, *, show_error: bool) -> bool:
        """Filter by a text; False if it is wrong."""
        wanted = text.strip()
        if wanted == self.text and not show_error:
            return True
        try:
            predicate = TextPredicate(wanted) if wanted else None
            if predicate is not None and show_error:
                predicate.check(self._screen.log_list.window.snapshot.sample)
        except QueryError as error:
            if show_error:
                self._bar.show_error(error)
            return False
        if wanted != self.text:
            self._switch(wanted, predicate)
        return True

    def _switch(self, text: str, predicate: TextPredicate | None) -> None:
        self.text = text
        self._screen.bridge.filter(predicate)
        self._screen.log_list.highlight(matches=predicate.spans if predicate else lambda _text: [])
        self._screen.show_status()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
