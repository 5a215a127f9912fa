"""The places other than the list that can have the keyboard focus, and their keys, taken from their bindings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from textual.binding import Binding

from logtui.tui.keys.keynames import shown_key
from logtui.tui.list.histogram_view import HistogramView
from logtui.tui.panes.pane import Pane
from logtui.tui.query.chip_bar import ChipBar
from logtui.tui.query.queries_screen import QueriesScreen
from logtui.tui.query.query_bar import QueryBar
from logtui.tui.record.detail import Detail
from logtui.tui.record.export_screen import ExportScreen

if TYPE_CHECKING:
    from textual.dom import DOMNode


class Keys(NamedTuple):
    """Keys that perform the same action.

    Attributes:
        keys: The keys as they are printed.
        title: Describes the action.
    """

    keys: tuple[str, ...]
    title: str


PLACES: Final[dict[str, type[DOMNode]]] = {
    "In the query bar": QueryBar,
    "Among the filter's clauses": ChipBar,
    "In a side pane": Pane,
    "In the details": Detail,
    "In the histogram": HistogramView,
    "When exporting": ExportScreen,
    "Among earlier and saved filters": QueriesScreen,
}
"""The widgets and dialogs, by their headings in the help."""


def keys_in(place: type[DOMNode]) -> list[Keys]:
    """List the keys of a widget or dialog.

    Args:
        place: The class of the widget or dialog.

    Returns:
        The keys in the order of the bindings.
    """
    bindings = [binding for binding in place.BINDINGS if isinstance(binding, Binding)]
    return [Keys(tuple(map(shown_key, each.key.split(","))), each.description) for each in bindings]


def place_of(focused: DOMNode | None) -> str | None:
    """Find the heading of the place that has the keyboard focus; None if that is the list."""
    nodes = focused.ancestors_with_self if focused is not None else ()
    return next((name for node in nodes for name, place in PLACES.items() if isinstance(node, place)), None)


def places_markdown() -> str:
    """Write the tables of all places for the manual."""
    tables = []
    for name, place in PLACES.items():
        rows = [f"| {' '.join(f'`{key}`' for key in each.keys)} | {each.title} |" for each in keys_in(place)]
        tables.append("\n".join([f"## {name}", "", "| Keys | What they do |", "|---|---|", *rows, ""]))
    return "\n".join(tables)
