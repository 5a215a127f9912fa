"""The formats, in order of trial: a stricter one before one that would read its lines too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.errors import FormatError
from logtui.formats.base import PatternFormat
from logtui.formats.derived_levels import Access, Syslog
from logtui.formats.generic import GENERIC
from logtui.formats.json_lines import JsonLines
from logtui.formats.kubernetes import Kubernetes
from logtui.formats.log4j import LOG4J
from logtui.formats.logfmt import Logfmt
from logtui.formats.plain import Plain
from logtui.formats.python_logging import PYTHON
from logtui.formats.service import SERVICE
from logtui.formats.syslog import SYSLOG_3164, SYSLOG_5424

if TYPE_CHECKING:
    from logtui.formats.base import Format

PLAIN: Final[Format] = Plain()

FORMATS: Final[tuple[Format, ...]] = (
    Kubernetes(),
    JsonLines(),
    Syslog(SYSLOG_5424),
    Access(),
    PatternFormat(SERVICE),
    PatternFormat(PYTHON),
    PatternFormat(LOG4J),
    Syslog(SYSLOG_3164),
    Logfmt(),
    PatternFormat(GENERIC),
)
"""All formats but `plain`, which takes what these leave."""


def format_named(name: str) -> Format:
    """The format of a name.

    Args:
        name: As `--format` takes it.

    Returns:
        The format.

    Raises:
        FormatError: If there is none of that name.
    """
    for candidate in (*FORMATS, PLAIN):
        if candidate.name == name.lower():
            return candidate
    known = ", ".join(candidate.name for candidate in (*FORMATS, PLAIN))
    raise FormatError(f"unknown format {name!r}", hint=f"known formats: {known}")
