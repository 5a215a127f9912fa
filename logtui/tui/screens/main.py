"""The main screen: places the widgets, performs the actions, polls the bridge."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual import on
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input

from logtui.engine.summaries.field_statistics import known_of
from logtui.engine.window.context import around
from logtui.errors import LogtuiError
from logtui.model.record import NO_RECORDS
from logtui.model.times import moment_of
from logtui.tui.keys.actions import TYPING
from logtui.tui.keys.places import place_of
from logtui.tui.list.display import Display
from logtui.tui.list.histogram_view import HistogramView, nanoseconds_of
from logtui.tui.list.log_list import LogList
from logtui.tui.list.marking import Marking
from logtui.tui.list.marks import Marks
from logtui.tui.list.prompt import Prompt
from logtui.tui.list.searching import Searching
from logtui.tui.panes.alerting import Alerting
from logtui.tui.panes.pane import Pane
from logtui.tui.panes.panes import Panes
from logtui.tui.query.chip_bar import ChipBar
from logtui.tui.query.chips import Chips
from logtui.tui.query.filters import Filters
from logtui.tui.query.query_bar import QueryBar
from logtui.tui.query.querying import Querying
from logtui.tui.query.views import Views
from logtui.tui.record.copying import Copying
from logtui.tui.record.detail import Detail
from logtui.tui.record.editing import Editing
from logtui.tui.record.exporting import Exporting
from logtui.tui.screens.text import TextScreen, help_text, notices_text
from logtui.tui.session.rates import Rate
from logtui.tui.session.session_state import Kept
from logtui.tui.session.status import ListState
from logtui.tui.session.status_bar import HintLine, StatusBar

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl
    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from logtui.engine.summaries.histogram import Histogram
    from logtui.engine.window.row_window import RowWindow
    from logtui.query import Known
    from logtui.tui.keys.keymaps import Keymap
    from logtui.tui.session.bridge import Bridge
    from logtui.tui.session.start import Start

_TICK: Final = 1 / 12
_WIDE: Final = 120
_TALL: Final = 30
_SHORT: Final = 12
_MOST_BARS: Final = 200
_DIGITS: Final = 9
_RATE_SECONDS: Final = 1.0
_AROUND: Final = 50


class MainScreen(Screen[None]):
    """Query bar, histogram, list, details, status.

    Args:
        bridge: Where windows and results come from.
        start: What it begins with.
    """

    def __init__(self, bridge: Bridge, start: Start) -> None:
        super().__init__()
        self.bridge: Final = bridge
        self.keymap: Final = start.preferences.keymap
        self.zone: Final = start.zone
        self._keeper = start.keeper
        self._kept = start.keeper.load() if start.keeper else Kept()
        self._is_unkept = False
        self._query = start.query or self._kept.filter
        self._is_asked = bool(start.query)
        self._follow = start.follow
        self._count = ""
        self._counting: RowWindow | None = None
        self._is_whole = False
        self._notices = 0
        self._rate = Rate()
        self._known_of: tuple[int, Known] | None = None
        self.log_list: Final = LogList(() if self._query else start.head)
        self.filters: Final = Filters(self)
        self.chips: Final = Chips(self, self._kept.chips if self._query == self._kept.filter else ())
        self.querying: Final = Querying(self)
        self.searching: Final = Searching(self)
        self.views: Final = Views(self)
        self.panes: Final = Panes(self)
        self.shown: Final = Display(self, self._kept.columns, start.zone)
        self.alerting: Final = Alerting(self, start.rules, self._kept)
        self.copying: Final = Copying(self)
        self.editing: Final = Editing(self)
        self.exporting: Final = Exporting(self, start.inputs)
        self.marking: Final = Marking(self, Marks(self._kept.marks))

    def compose(self) -> ComposeResult:
        """Query bar, histogram, list and details, status, hints or prompt."""
        yield QueryBar(self._query, key=self.keymap.first("filter"))
        yield ChipBar()
        yield HistogramView(self.keymap.first("all_times"))
        with Container(id="body"):
            yield self.log_list
            yield Detail()
            yield Pane()
        yield StatusBar()
        yield HintLine(self.keymap.hints())
        yield Prompt()

    def on_mount(self) -> None:
        """Apply the first filter and begin to poll; nothing if the application is being left already."""
        if not self.log_list.is_attached:
            return
        self.log_list.placeholder = "reading …"
        self.set_focus(self.log_list)
        if self._follow:
            self.log_list.follow(on=True)
        self.query_one(QueryBar).known = self._known
        self._restore()
        is_restored = bool(self._query) and self._query == self._kept.filter and not self._is_asked
        self.filters.begin(self._query, is_restored=is_restored)
        if self.keymap.warnings:
            self.say(self.keymap.warnings[0], error=True)
        elif is_restored:
            key = self.keymap.first("clear_filter")
            self.say(f"the last filter is on again: {key} clears it, --fresh starts without it")
        self.set_interval(_TICK, self.tick)
        self.set_interval(_RATE_SECONDS, self._note_rate)

    def _known(self) -> Known:
        """What may be offered in the query bar."""
        snapshot = self.log_list.window.snapshot
        if self._known_of is None or self._known_of[0] != snapshot.version:
            self._known_of = (snapshot.version, known_of(snapshot.sample))
        return self._known_of[1]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that open an input are letters inside one."""
        name = parameters[0] if action == "do" else action
        return name not in TYPING or not isinstance(self.focused, Input)

    def action_do(self, name: str) -> None:
        """Perform an action of one of the screen's parts, `part.method`."""
        self._count = ""
        part, method = name.split(".")
        getattr(getattr(self, part), method)()

    @property
    def record(self) -> pl.DataFrame:
        """The cursor's record, a frame of one row or of none."""
        return self.log_list.window.page(self.log_list.cursor, 1)

    @property
    def day(self) -> datetime | None:
        """A time of the day that clocks without a date are on: that of the cursor's record, else of an early one."""
        here = self.log_list.pages.row(self.log_list.cursor)
        if here is not None and here.time is not None:
            return here.time
        times = self.log_list.window.snapshot.sample["timestamp"].drop_nulls()
        return times.dt.cast_time_unit("us")[len(times) // 2] if len(times) else None

    def keep(self) -> None:
        """Keep marks, notes, filter and place for the next time."""
        if self._keeper is None:
            return
        key = self.log_list.window.key_of(self.log_list.cursor)
        history = self.query_one(QueryBar).history
        marks, alerting = tuple(self.marking.marks.all()), self.alerting
        muted = tuple(sorted(alerting.muted))
        kept = Kept(
            filter=self.filters.text,
            marks=marks,
            history=history,
            muted=muted,
            acknowledged=alerting.acknowledged,
            chips=self.chips.all,
            columns=self.shown.columns,
        )
        key = key if key is not None else self._kept.key
        try:
            self._keeper.save(kept if key is None else kept.at(key))
        except OSError as error:
            self._is_unkept = bool(kept.marks)
            self.say(f"marks and filter cannot be kept: {error.strerror}", error=True)
        else:
            self._is_unkept = False

    def _restore(self) -> None:
        """Go on where the last screen of these inputs was left."""
        kept = self._kept
        self.log_list.mark(self.marking.marks)
        self.shown.begin()
        self.chips.begin()
        self.query_one(QueryBar).recall(kept.history)
        if kept.key is not None and not self._follow:
            self.log_list.stick_to(kept.key, seek=True)

    def on_unmount(self) -> None:
        """Stop the threads, remove temporary files."""
        self.bridge.close()
        self.editing.close()

    def tick(self) -> None:
        """Take what the threads have come up with since the last tick."""
        for outcome in self.bridge.outcomes():
            outcome.then(outcome.value)
        window = self.bridge.poll()
        if window is not None:
            self._take(window)
        self.alerting.evaluate()

    def _note_rate(self) -> None:
        snapshot = self.log_list.window.snapshot
        self._rate.note(time.monotonic(), snapshot.rows + snapshot.dropped, is_live=snapshot.state == "live")
        if snapshot.state != "done":
            self.show_status()

    def say(self, message: str, *, error: bool = False) -> None:
        """Show a one-line message until the next action, or for some seconds."""
        self.query_one(HintLine).say(message, error=error)

    def hush(self) -> None:
        """Forget what was said before an action of the user."""
        for line in self.query(HintLine):
            line.hush()

    def show_status(self) -> None:
        """Bring the status line up to date."""
        log_list = self.log_list
        state = ListState(
            cursor=log_list.cursor,
            following=log_list.following,
            unseen=log_list.unseen,
            filtered=bool(self.filters.text),
            warnings=len(self.keymap.warnings),
            firing=self.alerting.firing,
            zone=log_list.pages.layout.zone,
            waiting=self.searching.waiting_for,
            clears=self.keymap.first("clear_filter") if self.filters.is_restored else "",
            rate=self._rate.per_second,
        )
        self.query_one(StatusBar).show(log_list.window, state)

    def show_record(self) -> None:
        """Bring details and mark up to date with the cursor."""
        log_list = self.log_list
        record = log_list.window.page(log_list.cursor, 1)
        self.query_one(HistogramView).mark(nanoseconds_of(record))
        detail = self.query_one(Detail)
        if detail.has_class("-open"):
            detail.show(record, self._around)

    def _around(self) -> pl.DataFrame:
        """The cursor's record and its neighbours in its source."""
        window = self.log_list.window
        key = window.key_of(self.log_list.cursor)
        return NO_RECORDS if key is None else around(window, key, _AROUND)

    def _take(self, window: RowWindow) -> None:
        log_list = self.log_list
        first = not log_list.pages.count
        log_list.placeholder = self._why_empty(window)
        log_list.show(window)
        if window.error:
            self.say(f"filter: {window.error}", error=True)
        news = window.snapshot.notices[self._notices :]
        self._notices += len(news)
        if news:
            self.say(
                news[-1]
                if len(news) == 1
                else f"{len(news)} notices, press {self.keymap.first('notices')} to read them",
                error=True,
            )
        if window.snapshot.error:
            self.say(window.snapshot.error, error=True)
        if first or window.generation:
            self.show_record()
        if log_list.following and window.snapshot.done and window.exact:
            log_list.follow(on=False)
        self._count_bars()
        self.show_status()
        self.filters.settle(window)
        self.searching.settle()
        self.panes.refresh()

    def show_table(self, title: str, table: str) -> None:
        """Show the table that a query's pipes made."""
        self.app.push_screen(TextScreen(title, Text(table or "nothing matched", no_wrap=True), wide=True))

    def _why_empty(self, window: RowWindow) -> str:
        if not window.exact or (not window.snapshot.rows and window.snapshot.state == "reading"):
            return "reading …"
        if window.snapshot.rows:
            return f"no record matches this filter   ({self.keymap.first('filter')} changes it)"
        return "no records" if window.snapshot.done else "waiting for records …"

    def _count_bars(self) -> None:
        """Have the histogram counted in a thread; one count at a time."""
        view = self.query_one(HistogramView)
        window = self.log_list.window
        if self._counting is not None or view.has_class("-hidden"):
            return
        self._counting = window
        bars = max(10, min(_MOST_BARS, self.size.width))
        whole = self._is_whole
        self.bridge.run(
            "histogram",
            lambda _cancelled: window.histogram(bars, whole=whole),
            lambda histogram: self._show_bars(histogram, is_whole=whole),
        )

    def _show_bars(self, histogram: Histogram | LogtuiError, *, is_whole: bool) -> None:
        counted, self._counting = self._counting, None
        if isinstance(histogram, LogtuiError):
            self.say(f"histogram: {histogram}", error=True)
            return
        self.query_one(HistogramView).show(histogram, is_whole=is_whole)
        if counted is not self.log_list.window or is_whole != self._is_whole:
            self.set_timer(_TICK * 2, self._count_bars)

    def on_resize(self, event: events.Resize) -> None:
        """Choose the arrangement for the size; nothing if the application is being left already."""
        if not self.log_list.is_attached:
            return
        self.query_one("#body").set_class(event.size.width >= _WIDE, "-wide")
        histogram = self.query_one(HistogramView)
        histogram.set_class(event.size.height < _TALL, "-small")
        histogram.set_class(event.size.height < _SHORT, "-no-room")
        self._count_bars()

    def on_key(self, event: events.Key) -> None:
        """Collect the digits of a count."""
        is_key = not self._count and self.keymap.binds(event.key)
        if self.focused is self.log_list and event.character and event.character in "0123456789" and not is_key:
            self._count = (self._count + event.character)[:_DIGITS]
            event.stop()

    @on(LogList.Moved)
    def _moved(self) -> None:
        self.show_record()
        self.show_status()
        self.panes.moved()

    @on(LogList.Opened)
    def _opened(self) -> None:
        self.action_detail()

    def _counted(self, otherwise: int = 1) -> int:
        """The count typed before a key."""
        count, self._count = int(self._count or otherwise), ""
        return count

    def action_down(self) -> None:
        """Next record."""
        self.log_list.move(self._counted())

    def action_up(self) -> None:
        """Previous record."""
        self.log_list.move(-self._counted())

    def action_page_down(self) -> None:
        """Next page."""
        self.log_list.page(self._counted())

    def action_page_up(self) -> None:
        """Previous page."""
        self.log_list.page(-self._counted())

    def action_half_down(self) -> None:
        """Half a page down."""
        self.log_list.page(0.5)

    def action_half_up(self) -> None:
        """Half a page up."""
        self.log_list.page(-0.5)

    def action_top(self) -> None:
        """First record, or the row of the count."""
        self.searching.go_to_row(self._counted() - 1)

    def action_bottom(self) -> None:
        """Last record, or the row of the count."""
        log_list = self.log_list
        if self._count:
            self.searching.go_to_row(self._counted() - 1)
            return
        log_list.follow(on=not (log_list.window.snapshot.done and log_list.window.exact))
        log_list.go(log_list.pages.count - 1)
        self.show_status()

    def action_shift_left(self) -> None:
        """Scroll messages left."""
        self.log_list.shift(-self._counted())

    def action_shift_right(self) -> None:
        """Scroll messages right."""
        self.log_list.shift(self._counted())

    def action_next_error(self) -> None:
        """Next error."""
        self.searching.jump_to_level("error", "fatal", forward=True)

    def action_previous_error(self) -> None:
        """Previous error."""
        self.searching.jump_to_level("error", "fatal", forward=False)

    def action_next_warning(self) -> None:
        """Next warning."""
        self.searching.jump_to_level("warn", forward=True)

    def action_previous_warning(self) -> None:
        """Previous warning."""
        self.searching.jump_to_level("warn", forward=False)

    def action_search(self) -> None:
        """Ask what to search."""
        self.searching.ask()

    def action_next_hit(self) -> None:
        """Next hit."""
        self.searching.jump_to_hit(forward=True)

    def action_previous_hit(self) -> None:
        """Previous hit."""
        self.searching.jump_to_hit(forward=False)

    def action_go_to_time(self) -> None:
        """Ask for a time."""
        self.searching.ask_time()

    def action_filter(self) -> None:
        """Edit the filter."""
        self.set_focus(self.query_one(QueryBar).input)

    def action_detail(self) -> None:
        """Show or hide the details."""
        self.panes.close()
        self.query_one(Detail).toggle_class("-open")
        self.show_record()
        self.call_after_refresh(self.log_list.keep_visible)

    def action_inspect(self) -> None:
        """Go into the details."""
        detail = self.query_one(Detail)
        if not detail.has_class("-open"):
            self.action_detail()
        self.set_focus(detail)

    def action_detail_down(self) -> None:
        """Scroll the details down."""
        self.query_one(Detail).scroll_relative(y=3, animate=False, immediate=True)

    def action_detail_up(self) -> None:
        """Scroll the details up."""
        self.query_one(Detail).scroll_relative(y=-3, animate=False, immediate=True)

    def action_histogram(self) -> None:
        """Go to the histogram; from there, hide it; hidden, show it."""
        view = self.query_one(HistogramView)
        if view.has_focus or view.has_class("-hidden"):
            view.toggle_class("-hidden")
            self.set_focus(self.log_list)
            self._count_bars()
        else:
            self.set_focus(view)

    def action_all_times(self) -> None:
        """Let the histogram span all times, or the bulk of them."""
        outside, key = self.query_one(HistogramView).histogram.outside, self.keymap.first("all_times")
        if not self._is_whole and not outside:
            self.say("no record is elsewhere: the histogram shows all times")
            return
        self._is_whole = not self._is_whole
        self.say(f"all times; {key} shows the bulk of them" if self._is_whole else f"the bulk; {key} shows all times")
        self._count_bars()

    def action_clear_filter(self) -> None:
        """Show all records."""
        if not self.filters.text:
            self.say("there is no filter: all records are shown")
            return
        self.views.show("")
        self.say(f"all records are shown; {self.keymap.first('views.back')} goes back to the filter")

    def action_follow(self) -> None:
        """Follow the end, or stop."""
        log_list = self.log_list
        log_list.follow(on=not log_list.following)
        self.say("following the end" if log_list.following else "not following")
        self.show_status()

    def action_export(self) -> None:
        """Ask where to export to."""
        self.exporting.ask()

    def action_notices(self) -> None:
        """Show the problems met while reading, and what it has left open."""
        snapshot = self.log_list.window.snapshot
        text = notices_text([*self.keymap.warnings, *snapshot.notices], snapshot.gaps)
        self.app.push_screen(TextScreen("Notices", text))

    def action_help(self) -> None:
        """Show all keys, those of where the keyboard is first."""
        self.app.push_screen(TextScreen("logtui keys", help_text(self.keymap, place_of(self.focused))))

    def action_palette(self) -> None:
        """Open the command palette."""
        self.app.action_command_palette()

    def action_back(self) -> None:
        """Close the details or end the search."""
        self._count = ""
        if self.searching.stop_waiting() or self.panes.close():
            return
        if self.query_one(Detail).has_class("-open"):
            self.action_detail()
        else:
            self.searching.end()

    def action_leave(self) -> None:
        """Close what is open, else quit."""
        if self.panes.close():
            return
        if self.query_one(Detail).has_class("-open"):
            self.action_detail()
        else:
            self.quit()

    def quit(self) -> None:
        """Leave; marks that could not be kept are asked about once."""
        was_unkept = self._is_unkept
        self.keep()
        if self._is_unkept and not was_unkept:
            self.say("marks cannot be kept and will be lost; once more quits", error=True)
        else:
            self.app.exit()

    @on(QueryBar.Edited)
    def _filter_edited(self, event: QueryBar.Edited) -> None:
        self.filters.preview(event.text)

    @on(QueryBar.Submitted)
    def _filter_submitted(self, event: QueryBar.Submitted) -> None:
        self.filters.apply(event.text)

    @on(QueryBar.Left)
    def _filter_left(self) -> None:
        self.filters.restore()

    @on(ChipBar.Acted)
    def _chip_acted(self, event: ChipBar.Acted) -> None:
        self.chips.acted(event.how, event.number)

    @on(ChipBar.Left)
    def _chips_left(self) -> None:
        self.set_focus(self.log_list)

    @on(HistogramView.Pointed)
    def _bar_pointed(self, event: HistogramView.Pointed) -> None:
        self.searching.go_to(None, moment_of(event.moment))

    @on(HistogramView.Chosen)
    def _span_chosen(self, event: HistogramView.Chosen) -> None:
        self.set_focus(self.log_list)
        self.views.between(event.low, event.high - 1)

    @on(HistogramView.Left)
    def _histogram_left(self) -> None:
        self.set_focus(self.log_list)

    @on(Detail.Copied)
    def _view_copied(self, event: Detail.Copied) -> None:
        self.copying.text(f"the record's {event.view}", event.text)

    @on(Detail.Left)
    def _detail_left(self) -> None:
        self.set_focus(self.log_list)

    @on(Pane.Chosen)
    def _pane_chosen(self, event: Pane.Chosen) -> None:
        self.panes.chosen(event)

    @on(Pane.Exported)
    def _pane_exported(self) -> None:
        self.exporting.ask_listing(self.query_one(Pane).listing)

    @on(Pane.Closed)
    def _pane_closed(self) -> None:
        self.panes.close()

    @on(Prompt.Edited)
    def _prompt_edited(self, event: Prompt.Edited) -> None:
        self.searching.edited(event.purpose, event.text)

    @on(Prompt.Submitted)
    def _prompt_submitted(self, event: Prompt.Submitted) -> None:
        if event.purpose == "note":
            self.set_focus(self.log_list)
            self.marking.annotate(event.text)
        elif event.purpose == "name":
            self.querying.save(event.text)
        else:
            self.searching.submitted(event.purpose, event.text)

    @on(Prompt.Cancelled)
    def _prompt_cancelled(self, event: Prompt.Cancelled) -> None:
        if event.purpose == "name":
            self.querying.resume()
        else:
            self.searching.cancelled(event.purpose)


def screen_class(keymap: Keymap) -> type[MainScreen]:
    """The main screen with the bindings of a key map, which the terminal library takes from the class."""

    class KeyedScreen(MainScreen):
        BINDINGS: ClassVar[list[BindingType]] = [*keymap.bindings()]

    return KeyedScreen
