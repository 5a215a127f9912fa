"""Sets, annotates and visits marks, and saves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from logtui.tui.list.log_list import LogList
    from logtui.tui.list.marks import Marks
    from logtui.tui.list.prompt import Prompt
    from logtui.tui.messages import Messages
    from logtui.tui.viewer import Viewer


def toggle_mark(viewer: Viewer, messages: Messages, log_list: LogList, marks: Marks) -> None:
    """Mark the cursor's record, or remove its mark."""
    record = viewer.record
    if not record.height:
        messages.say("there is no record to mark", error=True)
        return
    is_marked = marks.toggle(record)
    messages.say(f"marked · {len(marks.all())} in all" if is_marked else "mark removed")
    _keep(viewer, log_list, marks)


def ask_note(viewer: Viewer, prompt: Prompt, marks: Marks) -> None:
    """Ask for a note about the cursor's record."""
    if viewer.key is not None:
        prompt.ask("note", " note › ", marks.note_of(viewer.key))


def annotate(viewer: Viewer, messages: Messages, log_list: LogList, marks: Marks, text: str) -> None:
    """Attach a note to the cursor's record."""
    record = viewer.record
    if record.height:
        marks.annotate(record, text.strip())
        messages.say("noted")
        _keep(viewer, log_list, marks)


def visit_mark(viewer: Viewer, messages: Messages, log_list: LogList, marks: Marks, *, forward: bool) -> None:
    """Go to the next or previous mark."""
    window, cursor = viewer.window, viewer.cursor
    rows = sorted(row for mark in marks.all() if (row := window.row_of(mark.key)) is not None)
    beyond = [row for row in rows if (row > cursor if forward else row < cursor)]
    if beyond:
        log_list.reveal(beyond[0] if forward else beyond[-1])
    elif rows:
        messages.say(f"no mark {'below' if forward else 'above'}")
    else:
        messages.say(f"no marks here: {viewer.shown_key('marking.toggle')} marks a record")


def _keep(viewer: Viewer, log_list: LogList, marks: Marks) -> None:
    log_list.mark(marks)
    viewer.refresh_pane()
    viewer.keep()
