"""Binds the ids of commands in the registry to the functions that perform them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from logtui.tui.list.following import go_to_end, toggle_following
from logtui.tui.list.marking import ask_note, toggle_mark, visit_mark
from logtui.tui.record.copying import copy_json, copy_marked, copy_raw
from logtui.tui.record.editing import open_record
from logtui.tui.record.exporting import ask_export
from logtui.tui.screens.places import place_of
from logtui.tui.screens.text import help_text, notices_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.tui.keys.keymaps import Keymap
    from logtui.tui.screens.parts import Parts, Widgets
    from logtui.tui.terminal.mouse import Mouse
    from logtui.tui.viewer import Viewer

    Commands = dict[str, Callable[[], object]]

_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400
_SCROLLED: Final = 3


@dataclass(frozen=True, slots=True)
class Desk:
    """The objects that commands work with.

    Args:
        viewer: The screen.
        widgets: The widgets of the screen.
        parts: The parts of the screen.
        keymap: The keys, which the help shows.
        mouse: Switches the reporting of the mouse on and off.
        inputs: The inputs as the user named them, which reports state.
    """

    viewer: Viewer
    widgets: Widgets
    parts: Parts
    keymap: Keymap
    mouse: Mouse
    inputs: Sequence[str]


def commands_of(desk: Desk) -> Commands:
    """Map the id of every action of the registry to the function that performs it."""
    return {
        **_moves(desk),
        **_jumps(desk),
        **_filters(desk),
        **_panes(desk),
        **_displays(desk),
        **_marks(desk),
        **_takes_away(desk),
        **_others(desk),
    }


def _moves(desk: Desk) -> Commands:
    log_list, count, searching = desk.widgets.log_list, desk.parts.count, desk.parts.searching
    return {
        "down": lambda: log_list.move(count.take()),
        "up": lambda: log_list.move(-count.take()),
        "page_down": lambda: log_list.page(count.take()),
        "page_up": lambda: log_list.page(-count.take()),
        "half_down": lambda: log_list.page(0.5),
        "half_up": lambda: log_list.page(-0.5),
        "top": lambda: searching.go_to_row(count.take() - 1),
        "bottom": partial(_bottom, desk),
        "shift_left": lambda: log_list.shift(-count.take()),
        "shift_right": lambda: log_list.shift(count.take()),
        "follow": partial(toggle_following, desk.viewer, desk.widgets.hint_line, log_list),
    }


def _jumps(desk: Desk) -> Commands:
    searching = desk.parts.searching
    return {
        "next_error": partial(searching.jump_to_level, "error", "fatal", forward=True),
        "previous_error": partial(searching.jump_to_level, "error", "fatal", forward=False),
        "next_warning": partial(searching.jump_to_level, "warn", forward=True),
        "previous_warning": partial(searching.jump_to_level, "warn", forward=False),
        "search": searching.ask,
        "next_hit": partial(searching.jump_to_hit, forward=True),
        "previous_hit": partial(searching.jump_to_hit, forward=False),
        "go_to_time": searching.ask_time,
        "searching.minute_on": partial(searching.step_time, _MINUTE),
        "searching.minute_back": partial(searching.step_time, -_MINUTE),
        "searching.hour_on": partial(searching.step_time, _HOUR),
        "searching.hour_back": partial(searching.step_time, -_HOUR),
        "searching.day_on": partial(searching.step_time, _DAY),
        "searching.day_back": partial(searching.step_time, -_DAY),
    }


def _filters(desk: Desk) -> Commands:
    parts = desk.parts
    return {
        "filter": desk.widgets.query_bar.edit,
        "clear_filter": parts.views.clear,
        "chips.focus": parts.chips.focus,
        "querying.choose": parts.querying.choose,
        "querying.ask_name": parts.querying.ask_name,
        "views.follow_id": parts.views.follow_id,
        "views.back": parts.views.back,
        "views.forward": parts.views.forward,
        "views.zoom_in": parts.views.zoom_in,
        "views.zoom_out": parts.views.zoom_out,
        "shown.more_context": partial(parts.filters.step_context, 1),
        "shown.less_context": partial(parts.filters.step_context, -1),
    }


def _panes(desk: Desk) -> Commands:
    panes, inspecting = desk.parts.panes, desk.parts.inspecting
    return {
        "panes.values": panes.values,
        "panes.fields": panes.fields,
        "panes.patterns": panes.patterns,
        "panes.compare": panes.compare,
        "panes.anomalies": panes.anomalies,
        "panes.alerts": panes.alerts,
        "panes.columns": panes.columns,
        "panes.marks": panes.marks,
        "detail": partial(_toggle_detail, desk),
        "inspect": partial(_inspect, desk),
        "detail_down": partial(inspecting.scroll, _SCROLLED),
        "detail_up": partial(inspecting.scroll, -_SCROLLED),
    }


def _displays(desk: Desk) -> Commands:
    counting, display = desk.parts.counting, desk.parts.display
    return {
        "histogram": counting.walk,
        "all_times": counting.toggle_all_times,
        "shown.wrap": display.wrap,
        "shown.unfold": display.unfold,
        "shown.unfold_all": display.unfold_all,
        "shown.fold_repeats": display.fold_repeats,
        "shown.delta": display.delta,
        "shown.times": display.times,
    }


def _marks(desk: Desk) -> Commands:
    viewer, messages = desk.viewer, desk.widgets.hint_line
    log_list, marks = desk.widgets.log_list, desk.parts.marks
    return {
        "marking.toggle": partial(toggle_mark, viewer, messages, log_list, marks),
        "marking.next": partial(visit_mark, viewer, messages, log_list, marks, forward=True),
        "marking.previous": partial(visit_mark, viewer, messages, log_list, marks, forward=False),
        "marking.ask_note": partial(ask_note, viewer, desk.widgets.prompt, marks),
    }


def _takes_away(desk: Desk) -> Commands:
    viewer, messages, marks = desk.viewer, desk.widgets.hint_line, desk.parts.marks
    return {
        "copying.raw": partial(copy_raw, viewer, messages),
        "copying.marked": lambda: copy_marked(viewer, messages, marks.all()),
        "copying.json": partial(copy_json, viewer, messages),
        "editing.open": partial(open_record, viewer, messages, desk.parts.copies),
        "export": lambda: ask_export(viewer, messages, desk.inputs, marks.all()),
    }


def _others(desk: Desk) -> Commands:
    return {
        "notices": partial(_show_notices, desk),
        "help": partial(_show_help, desk),
        "app.toggle_mouse": partial(_toggle_mouse, desk),
        "palette": lambda: desk.viewer.app.action_command_palette(),
        "back": partial(_back, desk),
        "leave": partial(_leave, desk),
    }


def _bottom(desk: Desk) -> None:
    """Go to the last record, or to the row whose number was typed as the count."""
    if desk.parts.count.is_typed:
        desk.parts.searching.go_to_row(desk.parts.count.take() - 1)
    else:
        go_to_end(desk.viewer, desk.widgets.log_list)


def _toggle_detail(desk: Desk) -> None:
    """Open the details in place of the side pane, or close them."""
    desk.parts.panes.close()
    desk.parts.inspecting.toggle()


def _inspect(desk: Desk) -> None:
    """Open the details and focus them."""
    if not desk.parts.inspecting.is_open:
        _toggle_detail(desk)
    desk.parts.inspecting.focus()


def _show_notices(desk: Desk) -> None:
    """Show the problems met while reading, and counts of records that were read incompletely."""
    snapshot = desk.viewer.window.snapshot
    desk.viewer.show_text("Notices", notices_text([*desk.keymap.warnings, *snapshot.notices], snapshot.gaps))


def _show_help(desk: Desk) -> None:
    """Show all keys, beginning with those of the place that has the keyboard focus."""
    here = place_of(desk.widgets.log_list.screen.focused)
    desk.viewer.show_text("logtui keys", help_text(desk.keymap, here))


def _toggle_mouse(desk: Desk) -> None:
    """Switch the mouse between the screen and the terminal's own selection of text."""
    key = desk.keymap.first("app.toggle_mouse")
    is_on = desk.mouse.toggle()
    message = "mouse on" if is_on else f"mouse off: the terminal selects text; {key} switches it on again"
    desk.widgets.hint_line.say(message)


def _back(desk: Desk) -> None:
    """Stop waiting, close the pane or the details, or end the search."""
    parts = desk.parts
    if parts.searching.stop_waiting() or parts.panes.close():
        return
    if parts.inspecting.is_open:
        parts.inspecting.toggle()
    else:
        parts.searching.end()


def _leave(desk: Desk) -> None:
    """Close what is open; if nothing is, quit."""
    if desk.parts.panes.close():
        return
    if desk.parts.inspecting.is_open:
        desk.parts.inspecting.toggle()
    else:
        desk.viewer.quit()
