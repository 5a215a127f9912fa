"""The registry of actions and their usual keys: key maps, help, hint line and palette are all built from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Action:
    """An action that the user can perform on the main screen.

    Args:
        id: Identifies the action in settings and in the main screen's table of commands.
        keys: The keys in the key map `logtui`, as Textual names them.
        title: Describes the action in the help and the palette.
        group: Heading of its section in the help.
        hint: One word for the hint line; empty to leave the action out.
        typing: Whether it opens an input; its keys are then performed before the next key is dispatched, so that fast
            typing ends up in the input.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    group: str
    hint: str = ""
    typing: bool = False

    @property
    def call(self) -> str:
        """The Textual action that its keys are bound to."""
        return f"perform('{self.id}')"


ACTIONS: Final = (
    Action("down", ("j", "down"), "Next record; a number before it repeats", "Move"),
    Action("up", ("k", "up"), "Previous record", "Move"),
    Action("page_down", ("space", "pagedown"), "Next page", "Move"),
    Action("page_up", ("b", "pageup"), "Previous page", "Move"),
    Action("half_down", ("ctrl+d",), "Half a page down", "Move"),
    Action("half_up", ("ctrl+u",), "Half a page up", "Move"),
    Action("top", ("g", "home"), "First record; a number before it: that row", "Move"),
    Action("bottom", ("G", "end"), "Last record; follow if the input is live", "Move"),
    Action("shift_left", ("h", "left"), "Scroll messages left", "Move"),
    Action("shift_right", ("l", "right"), "Scroll messages right", "Move"),
    Action("next_error", ("e",), "Next error", "Find", "error"),
    Action("previous_error", ("E",), "Previous error", "Find"),
    Action("next_warning", ("w",), "Next warning", "Find"),
    Action("previous_warning", ("W",), "Previous warning", "Find"),
    Action("search", ("slash",), "Search: highlight and jump", "Find", "search", typing=True),
    Action("next_hit", ("n",), "Next hit", "Find"),
    Action("previous_hit", ("N",), "Previous hit", "Find"),
    Action("go_to_time", ("t",), "Go to a time, such as 14:05", "Find", typing=True),
    Action("searching.minute_on", ("full_stop",), "A minute on", "Find"),
    Action("searching.minute_back", ("comma",), "A minute back", "Find"),
    Action("searching.hour_on", ("greater_than_sign",), "An hour on", "Find"),
    Action("searching.hour_back", ("less_than_sign",), "An hour back", "Find"),
    Action("searching.day_on", ("d",), "A day on", "Find"),
    Action("searching.day_back", ("D",), "A day back", "Find"),
    Action(
        "filter",
        ("colon", "ampersand", "tab"),
        "Filter: show only what matches",
        "Find",
        "filter",
        typing=True,
    ),
    Action("clear_filter", ("X",), "Take the filter away: show all records", "Find"),
    Action("chips.focus", ("backslash",), "The filter's clauses: Enter switches one off, ! negates, x removes", "Find"),
    Action("querying.choose", ("ctrl+r",), "Earlier and saved filters", "Find"),
    Action("querying.ask_name", ("ctrl+s",), "Save the filter under a name", "Find"),
    Action("panes.values", ("plus", "equals_sign", "minus"), "Include or exclude a value of this record", "Find"),
    Action(
        "views.follow_id", ("o",), "Everything with this record's trace, request or session id", "Find", "follow id"
    ),
    Action("views.back", ("backspace", "alt+left"), "Back to the view before", "Find"),
    Action("views.forward", ("alt+right",), "Forward again", "Find"),
    Action("views.zoom_in", ("z",), "Zoom in: a quarter of the time around the cursor", "Find"),
    Action("views.zoom_out", ("Z",), "Zoom out: all times", "Find"),
    Action(
        "panes.fields", ("f",), "Fields: presence, values; + includes, - excludes, v draws, x exports", "View", "fields"
    ),
    Action("panes.patterns", ("P",), "Patterns: like messages counted together; x exports them", "View", "patterns"),
    Action("panes.compare", ("C",), "Patterns that are new, gone or changed since this record's time", "View"),
    Action("detail", ("enter", "p"), "Details of the record", "View", "details"),
    Action(
        "panes.anomalies", ("A",), "Anomalies: spikes, silence, new and rare messages, odd times", "View", "anomalies"
    ),
    Action("panes.alerts", ("a",), "Alerts: firing first; m mutes, x acknowledges, n makes a rule", "View"),
    Action("inspect", ("I",), "Into the details: views, JSON folding, copying; ← → + - y", "View"),
    Action("detail_down", ("J",), "Scroll details down", "View"),
    Action("detail_up", ("K",), "Scroll details up", "View"),
    Action("histogram", ("i",), "Histogram: arrows walk, Shift+arrows choose, Enter zooms; again: hide", "View"),
    Action("all_times", ("B",), "Histogram: all times, or the bulk of them without the few elsewhere", "View"),
    Action("shown.wrap", ("ctrl+w",), "Wrap long lines, or cut them", "View"),
    Action("shown.unfold", ("s",), "Show all lines of the record, such as a stack trace", "View"),
    Action("shown.unfold_all", ("S",), "Show all lines of all records", "View"),
    Action("shown.fold_repeats", ("R",), "Show equal neighbours once, with a count", "View"),
    Action("shown.more_context", ("right_square_bracket",), "More records around each match", "View"),
    Action("shown.less_context", ("left_square_bracket",), "Fewer records around each match", "View"),
    Action("shown.delta", ("T",), "Time since the record before", "View"),
    Action("shown.times", ("r",), "Times in UTC, in the zone, or since this record", "View"),
    Action("panes.columns", ("O",), "Columns: show, hide, move, make wider", "View"),
    Action("follow", ("F",), "Follow the end of the input", "View"),
    Action("marking.toggle", ("m",), "Mark the record, or take its mark away", "Mark", "mark"),
    Action("marking.next", ("u",), "Next mark", "Mark"),
    Action("marking.previous", ("U",), "Previous mark", "Mark"),
    Action("marking.ask_note", ("c",), "Write a note on the record", "Mark", typing=True),
    Action("panes.marks", ("M",), "The marks and their notes", "Mark"),
    Action("copying.raw", ("y",), "Copy the record as it was received", "Take away", "copy"),
    Action("copying.marked", ("Y",), "Copy all marked records as they were received", "Take away"),
    Action("copying.json", ("ctrl+y",), "Copy the record with its fields as JSON", "Take away"),
    Action("editing.open", ("v",), "Open the record in $VISUAL or $EDITOR, at its line", "Take away"),
    Action("export", ("x",), "Export the shown records to a file", "Take away", "export"),
    Action("notices", ("exclamation_mark",), "Problems met while reading", "logtui"),
    Action("help", ("question_mark", "f1"), "This help", "logtui", "help"),
    Action("app.toggle_mouse", ("f2",), "Mouse on or off; off, the terminal selects text", "logtui"),
    Action("palette", ("ctrl+p",), "Command palette", "logtui"),
    Action("back", ("escape",), "Close the details, end the search", "logtui"),
    Action("leave", ("q",), "Close what is open, then quit", "logtui", "quit"),
)
"""All actions of the main screen, in the order of the help."""

TYPING: Final = frozenset(action.id for action in ACTIONS if action.typing)
"""The ids of the actions that open an input."""
