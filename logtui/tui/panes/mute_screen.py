"""The dialog that asks how long an alert rule is to be muted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList

from logtui.alerts.conditions import positive
from logtui.tui.terminal.sanitize import harmless_line

if TYPE_CHECKING:
    from textual.app import ComposeResult

UNTIL_UNMUTED: Final = "until unmuted"
_OFFERED: Final = ("15m", "1h", "4h", UNTIL_UNMUTED)


class MuteScreen(ModalScreen[str | None]):
    """Offers durations and takes a typed one; returns its text, or `UNTIL_UNMUTED`.

    Args:
        name: The name of the rule.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", show=False),
        Binding("down,ctrl+n", "move(1)", "Down", show=False),
        Binding("up,ctrl+p", "move(-1)", "Up", show=False),
    ]

    def __init__(self, name: str) -> None:
        super().__init__()
        self._rule = name

    def compose(self) -> ComposeResult:
        """Create the durations, the input and the line about the keys."""
        with Vertical(id="mute-box") as box:
            box.border_title = "Mute"
            yield Label(harmless_line(self._rule), markup=False)
            choices = OptionList(*_OFFERED, markup=False, compact=True)
            choices.can_focus = False
            yield choices
            field = Input(placeholder="or a duration, such as 45m", compact=True)
            field.cursor_blink = False
            yield field
            yield Label("Enter mutes   Esc cancels", id="mute-note", markup=False)

    def on_mount(self) -> None:
        """Highlight the shortest duration."""
        self.query_one(OptionList).highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the duration that was clicked."""
        self.dismiss(_OFFERED[event.option_index])

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the typed duration, or the highlighted one if none is typed."""
        typed = event.value.strip()
        try:
            if typed:
                positive("duration", typed)
        except ValueError as error:
            note = self.query_one("#mute-note", Label)
            note.update(str(error))
            note.add_class("-problem")
            return
        self.dismiss(typed or _OFFERED[self.query_one(OptionList).highlighted or 0])

    def action_move(self, step: int) -> None:
        """Move the highlight to the next or previous duration."""
        choices = self.query_one(OptionList)
        choices.highlighted = max(0, min(len(_OFFERED) - 1, (choices.highlighted or 0) + step))
