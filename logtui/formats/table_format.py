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
    from collections.abc import Callable, Mapping, Sequence

    from logtui.formats.table import Table


class TableFormat:
    """Reads columns of the rows of one or several tables.

    Args:
        tables: Tables of one name; the first that reads a row wins.
        has_fields: Whether fields are read; otherwise only what core columns are made of.
    """

    def __init__(self, tables: Sequence[Table], *, has_fields: bool = True) -> None:
        self.name = tables[0].name
        self.headed = tables[0].headed
        self.samples = tables[0].samples
        self.patterns = tuple(pattern for table in tables for pattern in (table.opening, table.about) if pattern)
        if any(table.opening is None for table in tables):
            self.patterns = ()
        self._tables = tables
        self._has_fields = has_fields

    def without_fields(self) -> TableFormat:
        """The same format, which reads only what core columns are made of: of a wide row a tenth."""
        return TableFormat(self._tables, has_fields=False)

    def read(self, texts: pl.Series) -> pl.DataFrame:
        """Read a column of texts with the tables in turn."""
        reading = self._read(texts, self._tables[0])
        for table in self._tables[1:]:
            if not reading["read"].all():
                reading = fill_unread(reading, self._read(texts, table))
        return reading

    def read_whole(self, records: pl.Series) -> pl.DataFrame:
        """Read a column of rows of several lines; those that end inside quotes on the first one go on below it."""
        ends_inside = records.str.extract("^([^\n]*)").str.count_matches('"', literal=True) % 2 == 1
        return self.read(records.set(~ends_inside, None)) if self._has_quotes else nothing_read(len(records))

    @property
    def _has_quotes(self) -> bool:
        return any(table.quoting == "doubled" for table in self._tables)

    def _read(self, texts: pl.Series, table: Table) -> pl.DataFrame:
        places = table.places if self._has_fields else table.core_places
        if table.about is None:
            return _read_rows(texts, table, places)
        about = matches(texts, table.about)
        reading = _read_rows(texts.set(about, None), table, places)
        return fill_unread(reading, pl.DataFrame({"read": about, "message": texts.set(~about, None)}))


def _read_rows(texts: pl.Series, table: Table, places: Sequence[int]) -> pl.DataFrame:
    if table.opening is not None:
        opened = matches(texts, table.opening).fill_null(value=False)
        if not opened.any():
            return nothing_read(len(texts))
        texts = texts.set(~opened, None)
    counts, cells = _cells(texts, table, places)
    read = (counts >= table.fewest).fill_null(value=False)
    if table.quoting == "doubled":
        ends_inside = (texts.str.count_matches('"', literal=True) % 2 == 1).fill_null(value=False)
        read |= ends_inside & (counts >= table.first_cells)
    if not table.more:
        read &= counts <= len(table.columns)
    if not read.any():
        return nothing_read(len(texts))
    values = {place: _value(cell, table) for place, cell in cells.items()}
    for place, pattern in table.checks:
        read &= matches(values[place], pattern).fill_null(value=False)
    columns = _columns(values, table)
    columns["message"] = _message(texts, columns, table)
    if table.severity is not None:
        columns["severity"] = _severity(columns[_column(table.severity[0])], table.severity[1])
    kept = {name: column.set(~read, None) for name, column in columns.items()}
    return pl.DataFrame(kept).with_columns(read=read)


def _cells(texts: pl.Series, table: Table, places: Sequence[int]) -> tuple[pl.Series, dict[int, pl.Series]]:
    """How many cells each text has, and those at some places."""
    plain = not table.quoting or (table.quoting == "doubled" and not texts.str.contains('"', literal=True).any())
    if plain:
        cells = texts.str.split_exact(table.separator, len(table.columns) - 1).struct.unnest().get_columns()
        return texts.str.count_matches(table.separator, literal=True) + 1, {place: cells[place] for place in places}
    lists = (table.separator + texts).str.extract_all(ascii_pattern(table.cell))
    return lists.list.len(), {place: lists.list.get(place, null_on_oob=True).str.slice(1) for place in places}


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


def _columns(values: Mapping[int, pl.Series], table: Table) -> dict[str, pl.Series]:
    columns: dict[str, pl.Series] = {}
    for place, value in values.items():
        name = table.columns[place]
        if name == "time_text":
            before = columns.get(name)
            columns[name] = (value if before is None else before + " " + value).str.strip_chars(BRACKETS)
        else:
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
