"""The declaration of a table format: a separator and columns, from which both readers are made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from logtui.formats.declaration import CORE_GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable

Quoting = Literal["", "doubled", "escaped"]
"""No quotes; `"a ""b"" c"` as in CSV (RFC 4180); `"a \\"b\\" c"` and `[a b]` as in access logs."""

_QUOTED: Final = {
    "": "",
    "doubled": r'(?: *"(?:[^"]|"")*"?)?',
    "escaped": r'(?:"(?:[^"\\]|\\.)*"|\[[^\]]*\])?',
}


@dataclass(frozen=True, slots=True)
class Table:
    """A format whose records are rows of cells.

    Attributes:
        name: Name for `--format`, `detect` and the `format` column.
        columns: What each cell is: a name of `CORE_GROUPS`, the name of a field, or empty for neither; the cells of
            several columns `time_text` are one time.
        separator: One character between cells.
        quoting: How a cell may hold the separator.
        samples: Lines that this format reads.
        least: Cells that a row has at least; by default all.
        more: Whether a row may have further cells.
        opening: Pattern that each row matches at its start, where the start tells.
        checks: Columns by their places, and what their cells must match.
        shown: Names of the columns that are the message together where none is; by default the whole line.
        severity: A column and what its text says about the level.
        about: Pattern of lines about the table, such as directives; they are records without anything else.
        headed: Whether lines that are no rows continue the record above.
    """

    name: str
    columns: tuple[str, ...]
    separator: str = " "
    quoting: Quoting = ""
    samples: tuple[str, ...] = ()
    least: int | None = None
    more: bool = False
    opening: str | None = None
    checks: tuple[tuple[int, str], ...] = ()
    shown: tuple[str, ...] = ()
    severity: tuple[str, Callable[[str], str | None]] | None = None
    about: str | None = None
    headed: bool = False

    @property
    def fewest(self) -> int:
        """Cells that a row has at least."""
        return len(self.columns) if self.least is None else self.least

    @property
    def first_cells(self) -> int:
        """Cells that a row has at least if it ends inside quotes, so that the next line is part of it."""
        return max((place + 1 for place, _ in self.checks), default=self.fewest)

    @property
    def places(self) -> tuple[int, ...]:
        """The cells that a column is made of."""
        return tuple(place for place, name in enumerate(self.columns) if name)

    @property
    def core_places(self) -> tuple[int, ...]:
        """Those of them that decide what is a row, or that a core column is made of."""
        core = {*CORE_GROUPS, *self.shown, *(self.severity or ())[:1]}
        checked = {place for place, _ in self.checks}
        return tuple(place for place in self.places if place in checked or self.columns[place] in core)

    @property
    def cell(self) -> str:
        """Pattern of one cell with the separator before it."""
        separator = "\\t" if self.separator == "\t" else re.escape(self.separator)
        return f"{separator}{_QUOTED[self.quoting]}[^{separator}]*"


ABSENT: Final = ("", "-", "(empty)")
"""Cells that hold no value (W3C extended log file format; Zeek documentation)."""

BRACKETS: Final = "[]"
"""Stand around a time."""


def columns_named(names: str) -> tuple[str, ...]:
    """Columns by their names with blanks between them."""
    return tuple(names.split())
