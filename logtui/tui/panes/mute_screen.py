"""The dialog that asks how long an alert rule is to be muted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList

from logtui.alerts.conditions import positive
from logtui.tui.terminal.sanitize import harmless_line

if TYPE_CHECKING:
    from textual.app import ComposeResult

_UNTIL_UNMUTED: Final = "until unmuted"
_OFFERED: Final = ("15m", "1h", "4h", _UNTIL_UNMUTED)


class MuteWish(NamedTuple):
    """How a rule is to be muted.

    Attributes:
        duration: For how long, such as `1h`; None until it is unmuted.
        reason: Why; empty if that was not said.
    """

    duration: str | None
    reason: str


class MuteScreen(ModalScreen[MuteWish | None]):
    """Offers durations and takes a typed one.

    Args:
        name: The name of the rule.
        asks_reason: Whether to ask why, too.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", show=False),
        Binding("down,ctrl+n", "move(1)", "Down", show=False),
        Binding("up,ctrl+p", "move(-1)", "Up", show=False),
    ]

    def __init__(self, name: str, *, asks_reason: bool) -> None:
        super().__init__()
        self._rule = name
        self._asks_reason = asks_reason

    def compose(self) -> ComposeResult:
        """Create the durations, the input and the line about the keys."""
        with Vertical(id="mute-box") as box:
            box.border_title = "Mute"
            yield Label(harmless_line(self._rule), markup=False)
            choices = OptionList(*_OFFERED, markup=False, compact=True)
            choices.can_focus = False
            yield choices
            yield _input("duration", "or a duration, such as 45m")
            if self._asks_reason:
                yield _input("reason", "why, if others are to know")
            yield Label("Enter mutes   Esc cancels", id="mute-note", markup=False)

    def on_mount(self) -> None:
        """Highlight the shortest duration."""
        self.query_one(OptionList).highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the duration that was clicked."""
        self._mute(_OFFERED[event.option_index])

    def on_input_submitted(self) -> None:
        """Take the typed duration, or the highlighted one if none is typed."""
        typed = self.query_one("#mute-duration", Input).value.strip()
        try:
            if typed:
                positive("duration", typed)
        except ValueError as error:
            note = self.query_one("#mute-note", Label)
            note.update(str(error))
            note.add_class("-problem")
            return
        self._mute(typed or _OFFERED[self.query_one(OptionList).highlighted or 0])

    def action_move(self, step: int) -> None:
        """Move the highlight to the next or previous duration."""
        choices = self.query_one(OptionList)
        choices.highlighted = max(0, min(len(_OFFERED) - 1, (choices.highlighted or 0) + step))

    def _mute(self, duration: str) -> None:
        reason = self.query_one("#mute-reason", Input).value.strip() if self._asks_reason else ""
        self.dismiss(MuteWish(None if duration == _UNTIL_UNMUTED else duration, reason))


def _input(name: str, placeholder: str) -> Input:
    field = Input(placeholder=placeholder, compact=True, id=f"mute-{name}")
    field.cursor_blink = False
    return field
