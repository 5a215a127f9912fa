"""The form for a new alert rule, which counts what the present filter shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Select

from logtui.alerts.rules_file import append_rule
from logtui.errors import ConfigError
from logtui.tui.panes.rule_draft import KINDS, RuleDraft
from logtui.tui.terminal.sanitize import harmless_line

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from rich.text import Text
    from textual.app import ComposeResult
    from textual.timer import Timer
    from textual.widget import Widget

    from logtui.alerts.rules import Rule

    Preview = Callable[[Rule, Callable[[Text], None]], None]
    Taken = Mapping[str, Collection[str]]

_PAUSE_SECONDS: Final = 0.3
"""Pause in typing after which the rule is tried."""


class NewRule(NamedTuple):
    """What was asked for.

    Attributes:
        rule: The rule; it is in the file already if the user wanted so.
        source: The name of the source that is to evaluate it; empty for this screen.
    """

    rule: Rule
    source: str


class RuleScreen(ModalScreen[NewRule | None]):
    """Asks for name, condition and window of a rule, and shows how often it would have fired.

    Args:
        query: The query for the records that count.
        taken: The names of the rules that there are, by the names of the sources that can evaluate a new one.
        file: The file of rules to which the rule can be appended; None for none.
        preview: Tries a rule in a thread, and calls back with what came of it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", show=False),
        Binding("ctrl+s", "write", "Add the rule to the file too", show=False, priority=True),
    ]

    def __init__(self, query: str, taken: Taken, file: Path | None, preview: Preview) -> None:
        super().__init__()
        self._query = query
        self._taken = taken
        self._file = file
        self._preview = preview
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Create the inputs, the preview and the line about the keys."""
        kinds = [(kind.title, name) for name, kind in KINDS.items()]
        with Vertical(id="rule-box") as box:
            box.border_title = "New alert rule"
            yield from _row("records", Label(harmless_line(self._query) or "all", markup=False))
            yield from _row("name", _input("name", self._query or "all records"))
            yield from _row("counts", Select(kinds, allow_blank=False, value="count", compact=True, id="rule-kind"))
            yield from _row("of", _input("further", ""))
            yield from _row("fires at", _input("limit", KINDS["count"].limit))
            yield from _row("window", _input("window", "5m"))
            if len(self._taken) > 1:
                sources = [(harmless_line(name) or "this screen", name) for name in self._taken]
                choice = Select(sources, allow_blank=False, value=sources[0][1], compact=True, id="rule-source")
                yield from _row("runs on", choice)
            yield Label("", id="rule-preview", markup=False)
            yield Label(self._note, id="rule-note", markup=False)

    @on(Select.Changed, "#rule-source")
    def _source_changed(self) -> None:
        """Say what Enter does now."""
        self.query_one("#rule-note", Label).update(self._note)
        self._try_soon()

    @on(Select.Changed, "#rule-kind")
    def _kind_changed(self) -> None:
        """Ask for what the condition needs, with its usual limit."""
        kind = KINDS[self._kind]
        self.query_one("#rule-further", Input).placeholder = kind.example
        self.query_one("#row-of").display = bool(kind.key)
        self.query_one("#rule-limit", Input).value = kind.limit
        self._try_soon()

    def on_input_changed(self) -> None:
        """Try the rule once typing pauses."""
        self._try_soon()

    def on_input_submitted(self) -> None:
        """Return the rule."""
        if rule := self._rule():
            self.dismiss(NewRule(rule, self._source))

    def action_write(self) -> None:
        """Append the rule to the file and return it; if that fails, say why and stay open."""
        rule = self._rule()
        if rule is None or self._file is None or self._source:
            return
        try:
            append_rule(self._file, rule)
        except ConfigError as error:
            note = self.query_one("#rule-note", Label)  # a preview that comes later would replace it in its own place
            note.update(error.message)
            note.add_class("-problem")
        else:
            self.dismiss(NewRule(rule, self._source))

    @property
    def _source(self) -> str:
        """The name of the source that is to evaluate the rule."""
        choices = self.query("#rule-source")
        return str(choices.first(Select).value) if choices else ""

    @property
    def _note(self) -> str:
        """What the keys do."""
        if source := self._source:
            return f"Enter adds it to {harmless_line(source)}   Esc cancels"
        writes = f"   ^S to {harmless_line(self._file.name)} too" if self._file else ""
        return f"Enter adds it until you quit{writes}   Esc cancels"

    @property
    def _kind(self) -> str:
        return str(self.query_one("#rule-kind", Select).value)

    @property
    def _draft(self) -> RuleDraft:
        name, further, limit, window = (
            self.query_one(f"#rule-{each}", Input).value for each in ("name", "further", "limit", "window")
        )
        return RuleDraft(name, self._query, self._kind, further, limit, window)

    def _try_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE_SECONDS, self._try)

    def _try(self) -> None:
        if rule := self._rule():
            self._preview(rule, self._show)

    def _rule(self) -> Rule | None:
        """The rule; what is wrong with it is shown."""
        try:
            return self._draft.rule(self._taken[self._source])
        except ConfigError as error:
            self._show(error.message, is_problem=True)
            return None

    def _show(self, text: Text | str, *, is_problem: bool = False) -> None:
        if self.is_attached:
            label = self.query_one("#rule-preview", Label)
            label.update(text)
            label.set_class(is_problem, "-problem")


def _row(label: str, widget: Widget) -> Iterator[Widget]:
    yield Horizontal(
        Label(label, classes="rule-label"), widget, id=f"row-{label.replace(' ', '-')}", classes="rule-row"
    )


def _input(name: str, text: str) -> Input:
    field = Input(text, compact=True, id=f"rule-{name}")
    field.cursor_blink = False
    return field
