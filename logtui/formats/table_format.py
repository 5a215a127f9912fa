"""Reads columns of the rows of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from logtui.formats.base import fill_unread, nothing_read
from logtui.formats.declaration import CORE_GROUPS
from logtui.formats.patterns import ascii_pattern, matches
from logtui.formats.table import ABSENT, BRACKETS
from logtui.model.record import field_column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.formats.table import Table


class TableFormat:
    """Reads columns of the rows of one or several tables.

    Args:
        tables: Tables of one name; the first that reads a row wins.
    """

    def __init__(self, tables: Sequence[Table]) -> None:
        self.name = tables[0].name
        self.headed = tables[0].headed
        self.samples = tables[0].samples
        self.patterns = tuple(pattern for table in tables for pattern in (table.opening, table.about) if pattern)
        if any(table.opening is None for table in tables):
            self.patterns = ()
        self._tables = tables

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts with the tables in turn."""
        reading = _read(texts, self._tables[0])
        for table in self._tables[1:]:
            if not reading["read"].all():
                reading = fill_unread(reading, _read(texts, table))
        return reading


def _read(texts: pl.Series, table: Table) -> pl.DataFrame:
    if table.about is None:
        return _read_rows(texts, table)
    about = matches(texts, table.about)
    reading = _read_rows(texts.set(about, None), table)
    return fill_unread(reading, pl.DataFrame({"read": about, "message": texts.set(~about, None)}))


def _read_rows(texts: pl.Series, table: Table) -> pl.DataFrame:
    if table.opening is not None:
        opened = matches(texts, table.opening).fill_null(value=False)
        if not opened.any():
            return nothing_read(len(texts))
        texts = texts.set(~opened, None)
    counts, cells = _cells(texts, table)
    read = (counts >= table.fewest).fill_null(value=False)
    if table.quoting == "doubled":
        ends_inside = (texts.str.count_matches('"', literal=True) % 2 == 1).fill_null(value=False)
        read |= ends_inside & (counts >= table.first_cells)
    if not table.more:
        read &= counts <= len(table.columns)
    if not read.any():
        return nothing_read(len(texts))
    values = [_value(cell, table) for cell in cells]
    for place, pattern in table.checks:
        read &= matches(values[place], pattern).fill_null(value=False)
    columns = _columns(values, table)
    columns["message"] = _message(texts, columns, table)
    if table.severity is not None:
        columns["severity"] = _severity(columns[_column(table.severity[0])], table.severity[1])
    kept = {name: column.set(~read, None) for name, column in columns.items()}
    return pl.DataFrame(kept).with_columns(read=read)


def _cells(texts: pl.Series, table: Table) -> tuple[pl.Series, list[pl.Series]]:
    """How many cells each text has, and as many columns of them as the table has."""
    count = len(table.columns)
    plain = not table.quoting or (table.quoting == "doubled" and not texts.str.contains('"', literal=True).any())
    if plain:
        cells = texts.str.split_exact(table.separator, count - 1).struct.unnest()
        return texts.str.count_matches(table.separator, literal=True) + 1, cells.get_columns()
    lists = (table.separator + texts).str.extract_all(ascii_pattern(table.cell))
    return lists.list.len(), [lists.list.get(place, null_on_oob=True).str.slice(1) for place in range(count)]


def _value(cell: pl.Series, table: Table) -> pl.Series:
    """The cells without their quotes; null where they hold no value."""
    value = cell.str.strip_chars(" ")
    if table.quoting and value.str.starts_with('"').any():
        quoted = value.str.starts_with('"')
        inner = value.str.slice(1).str.strip_suffix('"')
        if table.quoting == "doubled":
            inner = inner.str.replace_all('""', '"', literal=True)
        value = inner.zip_with(quoted.fill_null(value=False), value)
    return value.set(value.is_in(ABSENT), None)


def _columns(values: Sequence[pl.Series], table: Table) -> dict[str, pl.Series]:
    columns: dict[str, pl.Series] = {}
    for name, value in zip(table.columns, values, strict=True):
        if name == "time_text":
            before = columns.get(name)
            columns[name] = (value if before is None else before + " " + value).str.strip_chars(BRACKETS)
        elif name:
            columns.setdefault(_column(name), value)
    return columns


def _column(name: str) -> str:
    return name if name in CORE_GROUPS else field_column(name)


def _message(texts: pl.Series, columns: dict[str, pl.Series], table: Table) -> pl.Series:
    message = columns.get("message")
    if message is None and table.shown:
        parts = pl.DataFrame([columns[_column(name)].alias(name) for name in table.shown])
        message = parts.select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()
    if message is None:
        return texts
    empty = message.is_null() | (message == "")
    return message.zip_with(~empty, texts)


def _severity(texts: pl.Series, severity_of: Callable[[str], str | None]) -> pl.Series:
    table = {text: severity_of(text) for text in texts.unique().drop_nulls().to_list()}
    return texts.replace_strict(table, default=None, return_dtype=pl.String)


class Untitled:
    """A format whose tables stand in the files, for a file that has none: it reads nothing.

    Args:
        name: The format's name.
    """

    headed = False
    samples = ()

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read nothing."""
        return nothing_read(len(texts))
