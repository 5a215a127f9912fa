"""The main screen: composes the widgets, performs commands, and passes the messages of widgets to the parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input

from logtui.engine.search.anchor import early_time
from logtui.engine.summaries.field_statistics import known_of
from logtui.model.times import moment_of
from logtui.tui.keys.actions import TYPING
from logtui.tui.list.histogram_view import HistogramView
from logtui.tui.list.log_list import LogList
from logtui.tui.list.marking import annotate
from logtui.tui.list.prompt import Prompt
from logtui.tui.panes.pane import Pane
from logtui.tui.query.chip_bar import ChipBar
from logtui.tui.query.query_bar import QueryBar
from logtui.tui.record.copying import copy_text
from logtui.tui.record.detail import Detail
from logtui.tui.record.exporting import ask_table_export
from logtui.tui.screens.commands import Desk, commands_of
from logtui.tui.screens.keeping import Keeping
from logtui.tui.screens.list_status import ListStatus
from logtui.tui.screens.parts import Parts, Widgets
from logtui.tui.screens.polling import Polling
from logtui.tui.screens.text import FRAME, TextScreen
from logtui.tui.session.session_state import Kept

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl
    from rich.text import Text
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from logtui.engine.window.row_window import RowWindow
    from logtui.model.keys import RecordKey
    from logtui.query import Known
    from logtui.tui.bridge import Bridge
    from logtui.tui.keys.keymaps import Keymap
    from logtui.tui.session.start import Start
    from logtui.tui.terminal.mouse import Mouse

_TICK: Final = 1 / 12
_WIDE: Final = 120
_TALL: Final = 30
_SHORT: Final = 12
_RATE_SECONDS: Final = 1.0


class MainScreen(Screen[None]):
    """The screen with query bar, histogram, list, details and status line.

    Args:
        bridge: Provides windows and the results of background jobs.
        start: The options that the screen is started with.
        mouse: Switches the reporting of the mouse on and off.
    """

    def __init__(self, bridge: Bridge, start: Start, mouse: Mouse) -> None:
        super().__init__()
        self.bridge: Final = bridge
        self.keymap: Final = start.preferences.keymap
        self.zone: Final = start.zone
        kept = start.keeper.load() if start.keeper else Kept()
        self._query = start.query or kept.filter
        is_same = self._query == kept.filter
        self._is_restored = bool(self._query) and is_same and not start.query
        self._follow = start.follow
        self._known_of: tuple[int, Known] | None = None
        self.widgets: Final = Widgets(start, self._query)
        self.log_list: Final = self.widgets.log_list
        self.parts: Final = Parts(self, self.widgets, start, kept, kept.chips if is_same else ())
        self._keeping = Keeping(self, self.widgets, self.parts, start.keeper, kept)
        self._status = ListStatus(self.widgets, self.parts, self.keymap)
        self._polling = Polling(self, self.widgets, self.parts)
        self._commands = commands_of(Desk(self, self.widgets, self.parts, self.keymap, mouse, start.inputs))

    def compose(self) -> ComposeResult:
        """Create the widgets, from the top of the screen to the bottom."""
        widgets = self.widgets
        yield widgets.query_bar
        yield widgets.chip_bar
        yield widgets.histogram
        with Container(id="body"):
            yield widgets.log_list
            yield widgets.detail
            yield widgets.pane
        yield widgets.status_bar
        yield widgets.hint_line
        yield widgets.prompt

    def on_mount(self) -> None:
        """Apply the first filter and start polling; do nothing if the application is already quitting."""
        if not self.log_list.is_attached:
            return
        self.log_list.placeholder = "reading …"
        self.set_focus(self.log_list)
        if self._follow:
            self.log_list.follow(on=True)
        self.widgets.query_bar.known = self._known
        self._keeping.restore(place=not self._follow)
        self.parts.filters.begin(self._query, is_restored=self._is_restored)
        if self.keymap.warnings:
            self.say(self.keymap.warnings[0], error=True)
        elif self._is_restored:
            key = self.keymap.first("clear_filter")
            self.say(f"the last filter is on again: {key} clears it, --fresh starts without it")
        self.set_interval(_TICK, self._polling.poll)
        self.set_interval(_RATE_SECONDS, self._status.note_rate)

    def _known(self) -> Known:
        """The statistics of records that the query bar's completions are made from."""
        snapshot = self.window.snapshot
        if self._known_of is None or self._known_of[0] != snapshot.version:
            self._known_of = (snapshot.version, known_of(snapshot.sample))
        return self._known_of[1]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable keys that open an input while an input has the focus, so that they type letters."""
        is_typing = action == "perform" and parameters[0] in TYPING
        return not is_typing or not isinstance(self.focused, Input)

    def action_perform(self, command: str) -> None:
        """Perform a command; the key bindings call this."""
        self.perform(command)

    def perform(self, command: str) -> None:
        """Perform a command, then drop a typed count that it has not used.

        Args:
            command: Id of the command in the registry of actions.
        """
        self._commands[command]()
        self.parts.count.clear()

    @property
    def window(self) -> RowWindow:
        """The window that the list shows."""
        return self.log_list.window

    @property
    def filter(self) -> str:
        """The text of the applied filter."""
        return self.parts.filters.text

    @property
    def cursor(self) -> int:
        """The row of the cursor."""
        return self.log_list.cursor

    @property
    def record(self) -> pl.DataFrame:
        """The cursor's record as a frame of one row; empty without a record."""
        return self.window.page(self.cursor, 1)

    @property
    def key(self) -> RecordKey | None:
        """The key of the cursor's record; None without a record."""
        return self.window.key_of(self.cursor)

    @property
    def moment(self) -> datetime | None:
        """The time of the cursor's record; None without a record or without a time."""
        row = self.log_list.pages.row(self.cursor)
        return None if row is None else row.time

    @property
    def day(self) -> datetime | None:
        """A time on the day that clock times without a date mean: the day of the cursor's record or of an early one."""
        return self.moment or early_time(self.window.snapshot.sample)

    @property
    def text_width(self) -> int:
        """The width of lines that `show_text` has room for, in cells."""
        return self.size.width - FRAME

    def shown_key(self, command: str) -> str:
        """The first key of a command as it is printed; the key of the palette if the command has none."""
        return self.keymap.first(command)

    def focus_list(self) -> None:
        """Move the keyboard focus to the list."""
        self.set_focus(self.log_list)

    def refresh_pane(self) -> None:
        """Refill the side pane, because something besides the window has changed."""
        self.parts.panes.refill()

    def show_text(self, title: str, text: Text, *, wide: bool = False) -> None:
        """Show a text in a dialog.

        Args:
            title: The heading.
            text: The text, already sanitized.
            wide: Whether to use the whole width of the screen, for tables.
        """
        self.app.push_screen(TextScreen(title, text, wide=wide))

    def keep(self) -> None:
        """Save the session state: marks, notes, filter and cursor."""
        self._keeping.keep()

    def say(self, message: str, *, error: bool = False) -> None:
        """Show a one-line message until the next action, or for some seconds."""
        self.widgets.hint_line.say(message, error=error)

    def on_unmount(self) -> None:
        """Stop the threads and remove temporary files."""
        self.bridge.close()
        self.parts.copies.close()

    def clear_message(self) -> None:
        """Clear the message, because the user acts; do nothing if the application is already quitting."""
        if self.widgets.hint_line.is_attached:
            self.widgets.hint_line.clear_message()

    def show_status(self) -> None:
        """Update the status line."""
        self._status.show()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the size; do nothing if the application is already quitting."""
        if not self.log_list.is_attached:
            return
        self.query_one("#body").set_class(event.size.width >= _WIDE, "-wide")
        histogram = self.widgets.histogram
        histogram.set_class(event.size.height < _TALL, "-small")
        histogram.set_class(event.size.height < _SHORT, "-no-room")
        self.parts.counting.count()

    def on_key(self, event: events.Key) -> None:
        """Collect the digits of a count that is typed before a command."""
        is_key = not self.parts.count.is_typed and self.keymap.binds(event.key)
        if self.focused is self.log_list and event.character and event.character in "0123456789" and not is_key:
            self.parts.count.add(event.character)
            event.stop()

    @on(LogList.Moved)
    def _moved(self) -> None:
        self.parts.inspecting.refresh()
        self.show_status()
        self.parts.panes.cursor_moved()

    @on(LogList.Opened)
    def _opened(self) -> None:
        self.perform("detail")

    def quit(self) -> None:
        """Quit; if marks could not be saved, only after asking once."""
        was_lost = self._keeping.loses_marks
        self.keep()
        if self._keeping.loses_marks and not was_lost:
            self.say("marks cannot be kept and will be lost; once more quits", error=True)
        else:
            self.app.exit()

    @on(QueryBar.Edited)
    def _filter_edited(self, event: QueryBar.Edited) -> None:
        self.parts.filters.preview(event.text)

    @on(QueryBar.Submitted)
    def _filter_submitted(self, event: QueryBar.Submitted) -> None:
        self.parts.filters.apply(event.text)

    @on(QueryBar.Left)
    def _filter_left(self) -> None:
        self.parts.filters.restore()

    @on(ChipBar.Acted)
    def _chip_acted(self, event: ChipBar.Acted) -> None:
        text = self.parts.chips.change(event.how, event.number)
        if text is not None:
            self.parts.views.show(text)

    @on(HistogramView.Pointed)
    def _bar_pointed(self, event: HistogramView.Pointed) -> None:
        self.parts.searching.go_to(None, moment_of(event.moment))

    @on(HistogramView.Chosen)
    def _span_chosen(self, event: HistogramView.Chosen) -> None:
        self.focus_list()
        self.parts.views.between(event.low, event.high - 1)

    @on(Detail.Copied)
    def _view_copied(self, event: Detail.Copied) -> None:
        copy_text(self, self.widgets.hint_line, f"the record's {event.view}", event.text)

    @on(ChipBar.Left)
    @on(Detail.Left)
    @on(HistogramView.Left)
    def _widget_left(self) -> None:
        self.focus_list()

    @on(Pane.Chosen)
    def _pane_chosen(self, event: Pane.Chosen) -> None:
        self.parts.choosing.choose(event.choice, event.how, self.widgets.pane.styles_of_parts)

    @on(Pane.Exported)
    def _pane_exported(self) -> None:
        listing = self.widgets.pane.listing
        ask_table_export(self, self.widgets.hint_line, listing.title, listing.table)

    @on(Pane.RuleWanted)
    def _rule_wanted(self) -> None:
        self.parts.rule_making.ask(self.widgets.pane.styles_of_parts)

    @on(Pane.Closed)
    def _pane_closed(self) -> None:
        self.parts.panes.close()

    @on(Prompt.Edited)
    def _prompt_edited(self, event: Prompt.Edited) -> None:
        self.parts.searching.edited(event.purpose, event.text)

    @on(Prompt.Submitted)
    def _prompt_submitted(self, event: Prompt.Submitted) -> None:
        if event.purpose == "note":
            self.focus_list()
            annotate(self, self.widgets.hint_line, self.log_list, self.parts.marks, event.text)
        elif event.purpose == "name":
            self.parts.querying.save(event.text)
        else:
            self.parts.searching.submitted(event.purpose, event.text)

    @on(Prompt.Cancelled)
    def _prompt_cancelled(self, event: Prompt.Cancelled) -> None:
        if event.purpose == "name":
            self.parts.querying.resume()
        else:
            self.parts.searching.cancelled(event.purpose)


def screen_class(keymap: Keymap) -> type[MainScreen]:
    """Create a class of the main screen with the bindings of a key map, because Textual reads them from the class."""

    class KeyedScreen(MainScreen):
        BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings()]

    return KeyedScreen
