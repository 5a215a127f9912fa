"""The dialog that asks for the file to export to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from logtui.export.writers import KIND_OF_SUFFIX

if TYPE_CHECKING:
    from textual.app import ComposeResult


REPORT: Final = "report"
TABLE_REPORT: Final = "markdown"
REPORT_SUFFIX: Final = ".md"
_KINDS_OF_TABLES: Final = {
    **{suffix: kind for suffix, kind in KIND_OF_SUFFIX.items() if kind != "raw"},
    ".txt": "table",
    REPORT_SUFFIX: TABLE_REPORT,
}
_KINDS: Final = {**KIND_OF_SUFFIX, REPORT_SUFFIX: REPORT}


class Target(NamedTuple):
    """The file to write, and what to write to it."""

    path: Path
    kind: str
    is_marked: bool
    is_masked: bool


class ExportScreen(ModalScreen[Target | None]):
    """Asks for the path of a file, whose suffix determines the kind of file.

    Args:
        rows: The number of records to write, as it is shown to the user.
        marked: The number of marked records.
        is_table: Whether a table is exported, and not records.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", show=False),
        Binding("tab", "switch", "Marked records or shown ones", show=False, priority=True),
        Binding("ctrl+t", "mask", "Mask secrets, or leave them", show=False, priority=True),
    ]

    def __init__(self, rows: str, marked: int = 0, *, is_table: bool = False) -> None:
        super().__init__()
        self._rows = rows
        self._marked = marked
        self._kinds = _KINDS_OF_TABLES if is_table else _KINDS
        self._is_marked = False
        self._is_masked = False
        self._confirmed: Path | None = None

    def compose(self) -> ComposeResult:
        """Create the question, the input and the note."""
        with Vertical(id="export-box") as box:
            box.border_title = "Export"
            yield Label(self._question, id="export-question", markup=False)
            field = Input("logtui-export.csv", compact=True)
            field.cursor_blink = False
            yield field
            yield Label(self._secrets, id="export-secrets", markup=False)
            yield Label(f"{self._endings}\n{self._about}Esc cancels", id="export-note", markup=False)

    @property
    def _endings(self) -> str:
        return " ".join(self._kinds)

    @property
    def _about(self) -> str:
        return f"{REPORT_SUFFIX} writes an incident report   " if REPORT in self._kinds.values() else ""

    @property
    def _question(self) -> str:
        if self._is_marked:
            return f"Write {self._marked:,} marked records to   (Tab: all shown ones)"
        return f"Write {self._rows} to" + (f"   (Tab: the {self._marked:,} marked ones)" if self._marked else "")

    @property
    def _secrets(self) -> str:
        if self._is_masked:
            return "Passwords, tokens and keys are masked   (^T: leave them)"
        return "Secrets stay as they are   (^T: mask passwords, tokens, keys)"

    def action_mask(self) -> None:
        """Switch between masking secrets and writing them as they are."""
        self._is_masked = not self._is_masked
        self.query_one("#export-secrets", Label).update(self._secrets)

    def action_switch(self) -> None:
        """Switch between the shown and the marked records."""
        self._is_marked = bool(self._marked) and not self._is_marked
        self.query_one("#export-question", Label).update(self._question)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Check the path, and ask once before overwriting a file."""
        path = Path(event.value.strip()).expanduser()
        problem = self._problem(path)
        if problem:
            note = self.query_one("#export-note", Label)
            note.update(problem)
            note.add_class("-problem")
        else:
            self.dismiss(Target(path, self._kinds[path.suffix.lower()], self._is_marked, self._is_masked))

    def _problem(self, path: Path) -> str:
        if path.suffix.lower() not in self._kinds:
            return f"the name must end in one of {self._endings}"
        if not path.absolute().parent.is_dir():
            return f"there is no folder {path.absolute().parent}"
        if path.is_dir():
            return "that is a folder"
        if path.exists() and path != self._confirmed:
            self._confirmed = path
            return "the file exists; press Enter again to replace it"
        return ""
