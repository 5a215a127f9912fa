"""Chooses, saves and removes filters of the history and saved filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from logtui.engine.search.request import Request
from logtui.errors import LogtuiError
from logtui.tui.query.queries_screen import QueriesScreen
from logtui.tui.query.saved_queries import SavedQueries, entries

if TYPE_CHECKING:
    from logtui.tui.list.prompt import Prompt
    from logtui.tui.messages import Messages
    from logtui.tui.query.query_bar import QueryBar
    from logtui.tui.query.saved_queries import Entry
    from logtui.tui.viewer import Viewer


class Querying:
    """Puts chosen filters into the query bar, and saves filters under names.

    Args:
        viewer: The screen.
        messages: Reports what was saved.
        bar: The query bar.
        prompt: Asks for the name to save under.
    """

    def __init__(self, viewer: Viewer, messages: Messages, bar: QueryBar, prompt: Prompt) -> None:
        self._viewer = viewer
        self._messages = messages
        self._bar = bar
        self._prompt = prompt
        self._saved = SavedQueries()
        self._text = ""
        self._is_in_bar = False

    def choose(self) -> None:
        """Open the dialog with the saved filters and the history."""
        if self._is_asking:
            return
        saved: dict[str, str] = {}
        try:
            saved = self._saved.load()
        except LogtuiError as error:
            self._messages.say(str(error), error=True)
        self._viewer.app.push_screen(QueriesScreen(entries(saved, self._bar.history), self._forget), self._take)

    def ask_name(self) -> None:
        """Ask for a name to save the text of the query bar under, or the applied filter if the bar is not in use."""
        if self._is_asking:
            return
        self._is_in_bar = self._bar.input.has_focus
        self._text = (self._bar.text if self._is_in_bar else self._viewer.filter).strip()
        if not self._text:
            self._messages.say("there is no filter to save", error=True)
            return
        try:
            Request.of(self._text)
            names = [name for name, text in self._saved.load().items() if text == self._text]
        except LogtuiError as error:
            self._messages.say(f"not saved: {error}", error=True)
        else:
            self._prompt.ask("name", " save as › ", names[0] if names else "")

    def save(self, name: str) -> None:
        """Save the filter under the entered name."""
        self.resume()
        if not name.strip():
            self._messages.say("not saved: it needs a name", error=True)
            return
        try:
            self._saved.put(name.strip(), self._text)
        except LogtuiError as error:
            self._messages.say(f"not saved: {error}", error=True)
        else:
            key = self._viewer.shown_key("querying.choose")
            self._messages.say(f"saved as {name.strip()}; {key} lists what is saved")

    def resume(self) -> None:
        """Return the keyboard focus to the query bar or the list, wherever it was before the prompt."""
        if self._is_in_bar:
            self._bar.edit()
        else:
            self._viewer.focus_list()

    @property
    def _is_asking(self) -> bool:
        """Whether an input other than the query bar has the keyboard focus."""
        focused = self._bar.screen.focused
        return isinstance(focused, Input) and focused is not self._bar.input

    def _take(self, text: str | None) -> None:
        if text is not None:
            self._bar.edit()
            self._bar.input.value = text
            self._bar.input.cursor_position = len(text)

    def _forget(self, entry: Entry) -> bool:
        if not entry.name:
            self._bar.forget(entry.text)
            return True
        try:
            self._saved.remove(entry.name)
        except LogtuiError as error:
            self._messages.say(str(error), error=True)
            return False
        return True
