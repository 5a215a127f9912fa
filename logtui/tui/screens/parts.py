"""Creates the widgets of the main screen, and the parts that work with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.tui.list.count import Count
from logtui.tui.list.counting import Counting
from logtui.tui.list.display import Display
from logtui.tui.list.histogram_view import HistogramView
from logtui.tui.list.log_list import LogList
from logtui.tui.list.marks import Marks
from logtui.tui.list.prompt import Prompt
from logtui.tui.list.searching import Searching
from logtui.tui.panes.alert_handling import AlertHandling
from logtui.tui.panes.alerting import Alerting
from logtui.tui.panes.choosing import Choosing
from logtui.tui.panes.local_alerts import LocalAlerts
from logtui.tui.panes.pane import Pane
from logtui.tui.panes.panes import Panes
from logtui.tui.panes.rule_making import RuleMaking
from logtui.tui.panes.server_alerts import ServerAlerts
from logtui.tui.query.chip_bar import ChipBar
from logtui.tui.query.chips import Chips
from logtui.tui.query.filters import Filters
from logtui.tui.query.query_bar import QueryBar
from logtui.tui.query.querying import Querying
from logtui.tui.query.views import Views
from logtui.tui.record.detail import Detail
from logtui.tui.record.editing import Copies
from logtui.tui.record.inspecting import Inspecting
from logtui.tui.session.status_bar import HintLine, StatusBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.tui.query.chip import Chip
    from logtui.tui.session.session_state import Kept
    from logtui.tui.session.start import Start
    from logtui.tui.viewer import Viewer


class Widgets:
    """The widgets of the main screen.

    Args:
        start: The options that the screen is started with.
        query: The text of the first filter.
    """

    def __init__(self, start: Start, query: str) -> None:
        keymap = start.preferences.keymap
        self.query_bar: Final = QueryBar(query, key=keymap.first("filter"))
        self.chip_bar: Final = ChipBar()
        self.histogram: Final = HistogramView(keymap.first("all_times"))
        self.log_list: Final = LogList(() if query else start.head)
        self.detail: Final = Detail()
        self.pane: Final = Pane()
        self.status_bar: Final = StatusBar()
        self.hint_line: Final = HintLine(keymap.hints())
        self.prompt: Final = Prompt()


class Parts:
    """The parts of the main screen; each is given the other parts that it calls.

    Args:
        viewer: The screen.
        widgets: The widgets of the screen.
        start: The options that the screen is started with.
        kept: The state of the last session.
        chips: The chips of the first filter, as restored from the last session.
    """

    def __init__(self, viewer: Viewer, widgets: Widgets, start: Start, kept: Kept, chips: Sequence[Chip]) -> None:
        messages, log_list, histogram = widgets.hint_line, widgets.log_list, widgets.histogram
        self.count: Final = Count()
        self.marks: Final = Marks(kept.marks)
        self.copies: Final = Copies()
        self.searching: Final = Searching(viewer, messages, log_list, widgets.prompt)
        self.chips: Final = Chips(viewer, messages, widgets.chip_bar, chips)
        self.filters: Final = Filters(viewer, messages, log_list, widgets.query_bar, self.chips, self.searching)
        self.views: Final = Views(viewer, messages, log_list, histogram, self.filters, self.searching)
        self.querying: Final = Querying(viewer, messages, widgets.query_bar, widgets.prompt)
        self.display: Final = Display(viewer, messages, log_list, histogram, kept.columns)
        self.counting: Final = Counting(viewer, messages, histogram)
        self.inspecting: Final = Inspecting(viewer, log_list, widgets.detail, histogram)
        handling = AlertHandling(set(kept.muted), kept.muted_until, kept.acknowledged, kept.acknowledged_by)
        self.local_alerts: Final = LocalAlerts(viewer, messages, start.rules, handling)
        servers = [ServerAlerts(viewer, messages, served) for served in start.servers]
        self.alerting: Final = Alerting(viewer, messages, histogram, self.views, [self.local_alerts, *servers])
        self.rule_making: Final = RuleMaking(viewer, self.alerting, start.rules_file)
        self.panes: Final = Panes(
            viewer, messages, widgets.pane, self.inspecting, self.marks, self.display, self.alerting
        )
        self.choosing: Final = Choosing(
            viewer, messages, self.display, self.searching, self.filters, self.views, self.alerting
        )
