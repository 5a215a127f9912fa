"""The side pane beside the records: a list of lines that the user can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from logtui.model.levels import LEVELS
from logtui.tui.panes.choices import Listing

if TYPE_CHECKING:
    from rich.style import Style

    from logtui.tui.panes.choices import Choice

_PAGE: Final = 200
"""Lines that are added when the user comes near the end: 200 take 0.1 s, 10,000 would take 0.7 s at each update."""

_PARTS = ("heading", "quiet", "bar", "bad", *LEVELS)


class Pane(OptionList):
    """Shows one listing at a time, and posts a message if the user acts on a line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("g", "first", "First", show=False),
        Binding("G", "last", "Last", show=False),
        Binding("enter", "select", "Narrow the filter to it, or go there; on a field, all its values", show=False),
        Binding("plus,equals_sign", "choose('include')", "Include it; a column: wider", show=False),
        Binding("minus", "choose('exclude')", "Exclude it; a column: narrower", show=False),
        Binding("less_than_sign,H", "choose('left')", "Move the column left", show=False),
        Binding("greater_than_sign,L", "choose('right')", "Move the column right", show=False),
        Binding("v", "choose('chart')", "Chart of a field's numbers over time", show=False),
        Binding("m", "choose('mute')", "Mute the alert for some time, or end its mute", show=False),
        Binding("n", "new_rule", "Make an alert rule of the filter", show=False),
        Binding("x", "take_away", "Acknowledge the alert; elsewhere, export the table", show=False),
        Binding("escape,q", "close", "Close", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"pane--{part}" for part in _PARTS}

    @dataclass
    class Chosen(Message):
        """The user has asked for an action on a line."""

        choice: Choice
        how: str

    class Exported(Message):
        """The user has asked to export the listing."""

    class RuleWanted(Message):
        """The user has asked for a new alert rule."""

    class Closed(Message):
        """The user has asked to close the pane."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self.kind = ""
        self.listing = Listing("")

    @property
    def is_open(self) -> bool:
        """Whether the pane is open."""
        return bool(self.kind)

    @property
    def styles_of_parts(self) -> dict[str, Style]:
        """The styles for the texts of listings, by name."""
        return {part: self.get_component_rich_style(f"pane--{part}", partial=True) for part in _PARTS}

    def open(self, kind: str) -> None:
        """Open the pane without content, for a kind of listing such as `fields`."""
        self.kind = kind
        self.listing = Listing("")
        self.clear_options()
        self.border_title = "reading …"
        self.add_class("-open")
        self.set_class(kind == "alerts", "-wrapped")
        self.focus()

    def close(self) -> None:
        """Close the pane."""
        self.kind = ""
        self.remove_class("-open")

    def show(self, listing: Listing) -> None:
        """Show a listing; the cursor stays on the same subject, or else at the same position."""
        at, listed, scrolled = self.highlighted or 0, self.option_count, self.scroll_y
        same = self._place_in(listing, at)
        self.listing = listing
        self.clear_options()
        if not listing.choices:
            self.add_option(Option(listing.empty, disabled=True))
        else:
            place = min(at, len(listing.choices) - 1) if same is None else same
            self._list_until(max(listed, place + _PAGE))
            self.highlighted = place
            if same == at:  # else listings that are refilled each second cannot be scrolled
                self.scroll_to(y=scrolled, animate=False, immediate=True)
        self.border_title = listing.title

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """List more if the cursor is near the last listed line."""
        event.stop()
        self._list_until(event.option_index + _PAGE // 2)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """List more if the lines are scrolled to near the last listed one."""
        super().watch_scroll_y(old_value, new_value)
        if new_value > old_value and new_value >= self.max_scroll_y - self.size.height:
            self._list_until(self.option_count + 1)

    def action_last(self) -> None:
        """Move the cursor to the last line."""
        self._list_until(len(self.listing.choices))
        super().action_last()

    def _place_in(self, listing: Listing, at: int) -> int | None:
        """The place in a new listing, not far below, of the subject that is listed at a place; None if it is gone."""
        if at >= len(self.listing.choices):
            return None
        subject = self.listing.choices[at]
        near = listing.choices[: max(self.option_count, at) + _PAGE]
        return next((place for place, choice in enumerate(near) if choice.is_same(subject)), None)

    def _list_until(self, count: int) -> None:
        """List at least so many lines if there are so many, in whole pages."""
        listed = self.option_count
        if listed < min(count, len(self.listing.choices)):
            more = self.listing.choices[listed : -(-count // _PAGE) * _PAGE]
            self.add_options(Option(choice.text, disabled=choice.is_heading) for choice in more)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the line on Enter or a click."""
        event.stop()
        self.action_choose("open")

    def action_choose(self, how: str) -> None:
        """Post an action on the line under the cursor."""
        if self.highlighted is not None and self.highlighted < len(self.listing.choices):
            self.post_message(self.Chosen(self.listing.choices[self.highlighted], how))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave the key of a new rule to the screen in other panes than that of the alerts."""
        return action != "new_rule" or self.kind == "alerts"

    def action_new_rule(self) -> None:
        """Ask for a new alert rule."""
        self.post_message(self.RuleWanted())

    def action_take_away(self) -> None:
        """Acknowledge the alert under the cursor; in other panes, export the listing."""
        if self.kind == "alerts":
            self.action_choose("acknowledge")
        else:
            self.post_message(self.Exported())

    def action_close(self) -> None:
        """Ask for the pane to be closed."""
        self.post_message(self.Closed())
