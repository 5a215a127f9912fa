"""Reads single rows of tables."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from logtui.formats.declaration import CORE_GROUPS
from logtui.formats.rows.patterns import matcher, python_pattern
from logtui.formats.rows.reading import Reading, RowFormat
from logtui.formats.table import ABSENT, BRACKETS
from logtui.model.names import WELL_KNOWN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.formats.table import Table


def table_format(tables: Sequence[Table]) -> RowFormat:
    """Make the row reader of one or several tables of the same name; the first that reads a row wins."""
    readers = cache(lambda: [_table_reader(table) for table in tables])  # its patterns, when the first text is read

    def read(text: str) -> Reading | None:
        return next((reading for each in readers() if (reading := each(text)) is not None), None)

    def read_whole(record: str) -> Reading | None:
        return read(record) if record.partition("\n")[0].count('"') % 2 else None

    has_quotes = any(table.quoting == "doubled" for table in tables)
    return RowFormat(tables[0].name, tables[0].headed, read, read_whole=read_whole if has_quotes else None)


def _table_reader(table: Table) -> Callable[[str], Reading | None]:
    about = matcher(table.about) if table.about else None
    checks = cache(lambda: [(place, matcher(pattern)) for place, pattern in table.checks])  # few texts come so far
    opens = matcher(table.opening) if table.opening else None
    cells_of = _splitter(table)
    quoted, first_cells = table.quoting == "doubled", table.first_cells

    def read(text: str) -> Reading | None:
        if about is not None and about(text):
            return Reading({"message": text}, {})
        if opens is not None and not opens(text):
            return None
        cells = cells_of(text)
        if len(cells) < (first_cells if quoted and text.count('"') % 2 else table.fewest):
            return None
        if len(cells) > len(table.columns) and not table.more:
            return None
        values = [_value(cell, table) for cell in cells[: len(table.columns)]]
        if not all(values[place] is not None and check(values[place] or "") for place, check in checks()):
            return None
        return _reading(text, values, table)

    return read


def _splitter(table: Table) -> Callable[[str], list[str]]:
    separator = table.separator
    if not table.quoting:
        return lambda text: text.split(separator)
    find_all = cache(lambda: python_pattern(table.cell).findall)

    def split(text: str) -> list[str]:
        if table.quoting == "doubled" and '"' not in text:
            return text.split(separator)
        return [cell[1:] for cell in find_all()(separator + text)]

    return split


def _value(cell: str, table: Table) -> str | None:
    value = cell.strip(" ")
    if table.quoting and value.startswith('"'):
        value = value[1:].removesuffix('"')
        if table.quoting == "doubled":
            value = value.replace('""', '"')
    return None if value in ABSENT else value


def _reading(text: str, values: Sequence[str | None], table: Table) -> Reading:
    core: dict[str, str] = {}
    fields: dict[str, str] = {}
    times: list[str | None] = []
    for name, value in zip(table.columns, values, strict=False):
        if name == "time_text":
            times.append(value)
        elif value is not None and name in CORE_GROUPS:
            core.setdefault(name, value)
        elif value is not None and name:
            fields.setdefault(WELL_KNOWN_FIELDS.get(name, name), value)
    if times and None not in times:
        core["time_text"] = " ".join(each or "" for each in times).strip(BRACKETS)
    if "message" not in core:
        named = fields | core
        parts = [part for name in table.shown if (part := named.get(WELL_KNOWN_FIELDS.get(name, name)))]
        core["message"] = " ".join(parts) or text
    if table.severity is not None:
        column, severity_of = table.severity
        value = fields.get(WELL_KNOWN_FIELDS.get(column, column))
        severity = severity_of(value) if value else None
        if severity is not None:
            core["severity"] = severity
    return Reading(core, fields)
