"""The formats as row readers, in the order of the column readers."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from logtui.errors import FormatError
from logtui.formats.cmtrace import NAME as CMTRACE
from logtui.formats.java_logging import HEAD as JAVA_HEAD
from logtui.formats.java_logging import RECORD as JAVA_RECORD
from logtui.formats.journal_export import NAME as JOURNAL_EXPORT
from logtui.formats.order import ORDER
from logtui.formats.rows.cmtrace import read_cmtrace, read_entry
from logtui.formats.rows.journal_export import read_export
from logtui.formats.rows.objects import envelope_reader, read_object
from logtui.formats.rows.pairs import read_logfmt
from logtui.formats.rows.patterns import head_reader, pattern_reader, prefilter
from logtui.formats.rows.reading import Reading, RowFormat
from logtui.formats.rows.tables import table_format
from logtui.formats.table import Table
from logtui.formats.titled import TITLED
from logtui.formats.wrappings import WRAPPINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.formats.declaration import Declaration


def declared_rows(declaration: Declaration | Table) -> RowFormat:
    """Make the row reader of a declared format, which is one of patterns or a table."""
    if isinstance(declaration, Table):
        return table_format((declaration,))
    known = declaration.where_known()
    needs = declaration.needs
    made = cache(lambda: pattern_reader(declaration))
    return RowFormat(
        declaration.name,
        declaration.headed,
        lambda text: made()(text) if needs in text else None,
        lambda: head_reader(declaration),
        declared_rows(known) if known else None,
        prefilter(declaration),
    )


PLAIN_ROWS: Final = RowFormat("plain", False, lambda text: Reading({"message": text}, {}))
ENVELOPE_ROWS: Final = tuple(RowFormat(each.name, False, envelope_reader(each)) for each in WRAPPINGS)
OBJECT_ROWS: Final = RowFormat("json", False, read_object)

CMTRACE_ROWS: Final = RowFormat(CMTRACE, True, read_cmtrace, read_whole=read_entry)
JAVA_ROWS: Final = replace(declared_rows(JAVA_HEAD), read_whole=declared_rows(JAVA_RECORD).read)
EXPORT_ROWS: Final = RowFormat(JOURNAL_EXPORT, True, read_export)
LOGFMT_ROWS: Final = RowFormat("logfmt", False, read_logfmt)

_UNDECLARED: Final = (*ENVELOPE_ROWS, OBJECT_ROWS, CMTRACE_ROWS, JAVA_ROWS, EXPORT_ROWS, LOGFMT_ROWS)
_OTHERS: Final = {each.name: each for each in _UNDECLARED}

ROW_FORMATS: Final = tuple(_OTHERS[each] if isinstance(each, str) else declared_rows(each) for each in ORDER)
"""All formats but `plain`, which takes what these leave."""

_UNTITLED: Final = tuple(RowFormat(name, False, lambda _: None) for name in TITLED)
_BY_NAME: Final = {candidate.name: candidate for candidate in (*_UNTITLED, *ROW_FORMATS, PLAIN_ROWS)}


def row_format_named(name: str, own: Sequence[RowFormat] = ()) -> RowFormat:
    """Find the row reader of a format.

    Args:
        name: The format's name, in any case.
        own: The user's custom formats, which win.

    Raises:
        FormatError: If there is no format of that name.
    """
    named = {**_BY_NAME, **{each.name: each for each in reversed(own)}}
    if name.lower() not in named:
        raise FormatError(f"unknown format {name!r}", hint=f"known formats: {', '.join(named)}")
    return named[name.lower()]
