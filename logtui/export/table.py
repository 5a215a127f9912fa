"""Table: columns fitted to the terminal."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, BinaryIO, Final

import polars as pl

from logtui.export.cells import columns_wanted, text_cell
from logtui.export.safe import printable, printable_line
from logtui.export.widths import cells, fitted, widest
from logtui.export.writer import write_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEFAULT_COLUMNS: Final = ("timestamp", "level", "service", "message")
_GAP: Final = "  "
_RULE: Final = "─"
_NARROWEST: Final = 3
_DIGITS: Final = 6


class TableWriter:
    """A header, a rule, and one line per record; cells that do not fit end in an ellipsis.

    The table is printed batch by batch: the last column takes all the room that is left, the others grow when a later
    batch needs it.

    Args:
        stream: Where the bytes go.
        fields: The columns; timestamp, level, service and message if None.
        width: The width of the table, cells; None for that of the terminal.
    """

    def __init__(self, stream: BinaryIO, fields: Sequence[str] | None = None, *, width: int | None = None) -> None:
        self._stream = stream
        self._names = columns_wanted(fields, _DEFAULT_COLUMNS)
        self._width = shutil.get_terminal_size((120, 24)).columns if width is None else width
        self._natural: list[int] = []
        self._numeric: list[str] = []

    def write(self, records: pl.DataFrame) -> None:
        """Write one batch."""
        if records.is_empty() or not self._names:
            return
        is_first = not self._natural
        if is_first:
            self._numeric = [name for name in self._names if _is_number(records, name)]
        records = _rounded(records)
        rows = records.select(_one_line(text_cell(records, name)) for name in self._names)
        before = self._natural or [cells(printable_line(name)) for name in self._names]
        self._natural = [max(old, widest(rows[name])) for name, old in zip(self._names, before, strict=True)]
        available = self._width - len(_GAP) * (len(self._names) - 1)
        *most, last = shared_widths(self._natural, available)
        has_text_last = self._names[-1] not in self._numeric
        widths = [*most, max(last, available - sum(most)) if has_text_last else last]
        if is_first:
            self._print(self._aligned(_head(self._names, widths), widths))
        self._print(self._aligned(rows, widths))

    def close(self) -> None:
        """Nothing ends a table."""

    def _aligned(self, rows: pl.DataFrame, widths: Sequence[int]) -> pl.DataFrame:
        """Cut or pad cells to the widths of their columns; numbers are aligned right."""
        columns = []
        for name, width in zip(self._names, widths, strict=True):
            texts = rows[name].str.pad_start(width) if name in self._numeric else rows[name]
            columns.append(fitted(texts, width))
        return pl.DataFrame(columns)

    def _print(self, columns: pl.DataFrame) -> None:
        line = pl.concat_str(pl.all(), separator=_GAP).str.strip_chars_end(" ")
        write_lines(self._stream, columns.select(line.alias("line")).to_series())


def _head(names: list[str], widths: list[int]) -> pl.DataFrame:
    columns = zip(names, widths, strict=True)
    return pl.DataFrame([pl.Series(name, [printable_line(name), _RULE * width]) for name, width in columns])


def _is_number(rows: pl.DataFrame, name: str) -> bool:
    return name in rows.columns and rows.schema[name].is_numeric()


def _rounded(rows: pl.DataFrame) -> pl.DataFrame:
    """Round floats to 6 significant digits for reading; other outputs keep all digits."""
    digits = pl.selectors.float().round_sig_figs(_DIGITS).cast(pl.String)
    return rows.with_columns(digits.str.strip_suffix(".0"))


def shared_widths(natural: Sequence[int], available: int) -> list[int]:
    """Fit columns into a table: the widest are narrowed first, narrow ones keep what they need.

    Args:
        natural: The width of the widest cell of each column, cells.
        available: The width of all columns together, cells.

    Returns:
        One width per column, each at least 3 unless the column needs less.
    """
    cap = max(natural, default=0)
    while cap > _NARROWEST and sum(min(width, cap) for width in natural) > available:
        cap -= 1
    spare = available - sum(min(width, cap) for width in natural)
    widths = []
    for width in natural:
        extra = 1 if width > cap and spare > 0 else 0
        spare -= extra
        widths.append(min(width, cap) + extra)
    return widths


def _one_line(text: pl.Expr) -> pl.Expr:
    return printable(text).fill_null("").str.replace_all(r"\n\s*", " ⏎ ").str.replace_all("\t", " ", literal=True)
