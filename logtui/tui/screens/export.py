"""The dialog that asks where to export to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from logtui.export.writers import KIND_OF_SUFFIX

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Target(NamedTuple):
    """Where and how to write."""

    path: Path
    kind: str


class ExportScreen(ModalScreen[Target | None]):
    """Asks for a path; its suffix decides the kind.

    Args:
        rows: How many records there are to write, as shown to the user.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel", show=False)]

    def __init__(self, rows: str) -> None:
        super().__init__()
        self._rows = rows
        self._confirmed: Path | None = None

    def compose(self) -> ComposeResult:
        """Question, input, note."""
        with Vertical(id="export-box") as box:
            box.border_title = "Export"
            yield Label(f"Write {self._rows} to", markup=False)
            field = Input("logtui-export.csv", compact=True)
            field.cursor_blink = False
            yield field
            yield Label("   ".join(dict.fromkeys(KIND_OF_SUFFIX)) + "   Esc cancels", id="export-note", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Check the path; one that exists is asked about once."""
        path = Path(event.value.strip()).expanduser()
        problem = self._problem(path)
        if problem:
            note = self.query_one("#export-note", Label)
            note.update(problem)
            note.add_class("-problem")
        else:
            self.dismiss(Target(path, KIND_OF_SUFFIX[path.suffix.lower()]))

    def _problem(self, path: Path) -> str:
        if path.suffix.lower() not in KIND_OF_SUFFIX:
            return f"the name must end in one of {' '.join(KIND_OF_SUFFIX)}"
        if not path.absolute().parent.is_dir():
            return f"there is no folder {path.absolute().parent}"
        if path.is_dir():
            return "that is a folder"
        if path.exists() and path != self._confirmed:
            self._confirmed = path
            return "the file exists; press Enter again to replace it"
        return ""
