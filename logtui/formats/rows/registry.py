"""The formats as row readers, in the order of the column readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.errors import FormatError
from logtui.formats.access import ACCESS, status_level
from logtui.formats.generic import GENERIC
from logtui.formats.log4j import LOG4J
from logtui.formats.python_logging import PYTHON
from logtui.formats.rows.objects import read_envelope, read_object
from logtui.formats.rows.pairs import read_logfmt
from logtui.formats.rows.patterns import pattern_reader
from logtui.formats.rows.reading import Reading, RowFormat
from logtui.formats.service import SERVICE
from logtui.formats.syslog import SYSLOG_3164, SYSLOG_5424
from logtui.model.severities import SYSLOG_SEVERITIES

if TYPE_CHECKING:
    from logtui.formats.declaration import Declaration


def _declared(declaration: Declaration) -> RowFormat:
    return RowFormat(declaration.name, declaration.headed, pattern_reader(declaration))


def _syslog(declaration: Declaration) -> RowFormat:
    read_pattern = pattern_reader(declaration)

    def read(text: str) -> Reading | None:
        reading = read_pattern(text)
        if reading is not None and "priority" in reading.fields:
            reading.core["level_text"] = SYSLOG_SEVERITIES[int(reading.fields["priority"]) % 8]
        return reading

    return RowFormat(declaration.name, declaration.headed, read)


def _access() -> RowFormat:
    read_pattern = pattern_reader(ACCESS)

    def read(text: str) -> Reading | None:
        reading = read_pattern(text)
        if reading is not None and reading.fields.get("status", "-") != "-":
            reading.core["severity"] = status_level(int(reading.fields["status"]))
        return reading

    return RowFormat(ACCESS.name, ACCESS.headed, read)


PLAIN_ROWS: Final = RowFormat("plain", False, lambda text: Reading({"message": text}, {}))
ENVELOPE_ROWS: Final = RowFormat("kubernetes", False, read_envelope)
OBJECT_ROWS: Final = RowFormat("json", False, read_object)

ROW_FORMATS: Final = (
    ENVELOPE_ROWS,
    OBJECT_ROWS,
    _syslog(SYSLOG_5424),
    _access(),
    _declared(SERVICE),
    _declared(PYTHON),
    _declared(LOG4J),
    _syslog(SYSLOG_3164),
    RowFormat("logfmt", False, read_logfmt),
    _declared(GENERIC),
)
"""All formats but `plain`, which takes what these leave."""

_BY_NAME: Final = {candidate.name: candidate for candidate in (*ROW_FORMATS, PLAIN_ROWS)}


def row_format_named(name: str) -> RowFormat:
    """The row reader of a format.

    Args:
        name: The format's name.

    Returns:
        The reader.

    Raises:
        FormatError: If there is no format of that name.
    """
    if name.lower() not in _BY_NAME:
        raise FormatError(f"unknown format {name!r}", hint=f"known formats: {', '.join(_BY_NAME)}")
    return _BY_NAME[name.lower()]
