"""Marks on the screen: set, visited, annotated, and kept for the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.tui.list.prompt import Prompt

if TYPE_CHECKING:
    from logtui.tui.list.marks import Marks
    from logtui.tui.screens.main import MainScreen


class Marking:
    """Marks records of the list.

    Args:
        screen: The main screen.
        marks: Those to begin with.
    """

    def __init__(self, screen: MainScreen, marks: Marks) -> None:
        self._screen = screen
        self.marks = marks

    def toggle(self) -> None:
        """Mark the cursor's record, or take the mark away."""
        record = self._screen.record
        if not record.height:
            self._screen.say("there is no record to mark", error=True)
            return
        is_marked = self.marks.toggle(record)
        self._changed(f"marked · {len(self.marks.all())} in all" if is_marked else "mark removed")

    def ask_note(self) -> None:
        """Ask for a note on the cursor's record."""
        key = self._screen.log_list.window.key_of(self._screen.log_list.cursor)
        if key is not None:
            self._screen.query_one(Prompt).ask("note", " note › ", self.marks.note_of(key))

    def annotate(self, text: str) -> None:
        """Keep a note on the cursor's record."""
        record = self._screen.record
        if record.height:
            self.marks.annotate(record, text.strip())
            self._changed("noted")

    def next(self) -> None:
        """Go to the next mark."""
        self._visit(forward=True)

    def previous(self) -> None:
        """Go to the previous mark."""
        self._visit(forward=False)

    def _visit(self, *, forward: bool) -> None:
        log_list = self._screen.log_list
        rows = sorted(row for mark in self.marks.all() if (row := log_list.window.row_of(mark.key)) is not None)
        beyond = [row for row in rows if (row > log_list.cursor if forward else row < log_list.cursor)]
        if beyond:
            log_list.reveal(beyond[0] if forward else beyond[-1])
        else:
            self._screen.say(
                f"no mark {'below' if forward else 'above'}"
                if rows
                else f"no marks here: {self._screen.keymap.first('marking.toggle')} marks a record"
            )

    def _changed(self, message: str) -> None:
        self._screen.log_list.mark(self.marks)
        self._screen.panes.again()
        self._screen.say(message)
        self._screen.keep()
