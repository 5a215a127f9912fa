"""The formats as column readers, in order of trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.errors import FormatError
from logtui.formats.base import PatternFormat
from logtui.formats.cmtrace_format import CmTrace
from logtui.formats.java_logging_format import JavaLogging
from logtui.formats.journal_export_format import JournalExport
from logtui.formats.json_envelope import ENVELOPES
from logtui.formats.json_lines import JsonLines
from logtui.formats.logfmt import Logfmt
from logtui.formats.order import ORDER
from logtui.formats.plain import Plain
from logtui.formats.table import Table
from logtui.formats.table_format import TableFormat, Untitled
from logtui.formats.titled import TITLED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.formats.base import Format

PLAIN: Final[Format] = Plain()

_UNDECLARED: Final[tuple[Format, ...]] = (*ENVELOPES, JsonLines(), CmTrace(), JavaLogging(), JournalExport(), Logfmt())
_OTHERS: Final = {each.name: each for each in _UNDECLARED}

FORMATS: Final[tuple[Format, ...]] = tuple(
    _OTHERS[each] if isinstance(each, str) else TableFormat((each,)) if isinstance(each, Table) else PatternFormat(each)
    for each in ORDER
)
"""All formats but `plain`, which takes what these leave."""
_TITLED: Final[tuple[Format, ...]] = tuple(map(Untitled, TITLED))


def format_named(name: str, own: Sequence[Format] = ()) -> Format:
    """The format of a name.

    Args:
        name: As `--format` takes it.
        own: The user's own formats.

    Returns:
        The format.

    Raises:
        FormatError: If there is none of that name.
    """
    for candidate in (*own, *FORMATS, PLAIN, *_TITLED):
        if candidate.name == name.lower():
            return candidate
    known = ", ".join(dict.fromkeys(candidate.name for candidate in (*own, *FORMATS, *_TITLED, PLAIN)))
    raise FormatError(f"unknown format {name!r}", hint=f"known formats: {known}")
