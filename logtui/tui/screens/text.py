"""A dialog that shows scrollable text, such as the help and the notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from logtui.tui.keys.keymaps import groups
from logtui.tui.screens.places import PLACES, keys_in
from logtui.tui.terminal.sanitize import harmless_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult

    from logtui.formats.coverage import Gap, Gaps
    from logtui.tui.keys.keymaps import Keymap

_KEYS_WIDTH = 14

FRAME: Final = 8
"""Cells of the border and margin of the box, left and right together."""


class TextScreen(ModalScreen[None]):
    """Shows a text in a dialog.

    Args:
        title: The heading.
        text: The text, already sanitized.
        wide: Whether to use the whole width of the screen, for tables.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "Close", show=False),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
        Binding("space,pagedown", "scroll(10)", "Page down", show=False),
        Binding("b,pageup", "scroll(-10)", "Page up", show=False),
    ]

    def __init__(self, title: str, text: Text, *, wide: bool = False) -> None:
        super().__init__()
        self._wide = wide
        self._heading = title
        self.text = text

    def compose(self) -> ComposeResult:
        """Create the box with the text."""
        with VerticalScroll(id="text-box") as box:
            box.border_title = Text(self._heading)
            box.set_class(self._wide, "-wide")
            box.border_subtitle = Text("Esc closes")
            yield Static(self.text, markup=False)

    def action_scroll(self, lines: int) -> None:
        """Scroll by a number of lines; negative numbers scroll up."""
        self.query_one("#text-box").scroll_relative(y=lines, animate=False, immediate=True)


def help_text(keymap: Keymap, here: str | None = None) -> Text:
    """Compose the help about all keys.

    Args:
        keymap: The keys of actions.
        here: The place with the keyboard focus, a key of `PLACES`, whose keys come first; None for the list.
    """
    text = Text()
    places = {name: [(" ".join(each.keys), each.title) for each in keys_in(place)] for name, place in PLACES.items()}
    if here is not None:
        _add(text, here, places.pop(here))
    for group, actions in groups().items():
        _add(text, group, [(keymap.shown(action), action.title) for action in actions])
    for name, keys in places.items():
        _add(text, name, keys)
    _add(text, "Anywhere", [("^C ^C", "Quit"), ("^Z", "Suspend; the shell's fg comes back")])
    return text


def _add(text: Text, heading: str, keys: Sequence[tuple[str, str]]) -> None:
    text.append(f"{heading}\n", "bold")
    for shown, title in keys:
        text.append(f"  {shown.ljust(_KEYS_WIDTH - 1)} ", "bold").append(f"{title}\n")
    text.append("\n")


def notices_text(notices: Sequence[str], gaps: Mapping[str | None, Gaps]) -> Text:
    """List the problems met while reading, then counts and examples of records that were read incompletely.

    Args:
        notices: The problems.
        gaps: The records that were read incompletely, by source.
    """
    left_open = [
        line for source, each in gaps.items() for records, gap in each.described for line in _gap(source, records, gap)
    ]
    return Text("\n".join(harmless_line(line) for line in (*notices, *left_open)) or "no problems so far")


def _gap(source: str | None, records: str, gap: Gap) -> list[str]:
    such_as = ", such as" if gap.examples else ""
    examples = [f"  line {example.line:,}: {example.text}" for example in gap.examples]
    return [f"{source or 'records'}: {gap.count:,} {records}{such_as}", *examples]
