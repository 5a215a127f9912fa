"""Syslog: RFC 5424, RFC 3164, and the files that syslog daemons write without a priority."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.shapes import ISO_TIME, SYSLOG_TIME
from logtui.formats.words import LEVEL
from logtui.model.severities import SYSLOG_SEVERITIES


def priority_level(priority: str) -> str:
    """The severity's name in a priority (RFC 5424, section 6.2.1).

    Args:
        priority: A number, such as `34`.

    Returns:
        Such as `crit`.
    """
    return SYSLOG_SEVERITIES[int(priority) % 8]


_TAG: Final = r"(?P<service>[A-Za-z_/(%.-][^\s:\[\]<>]{0,63}?)(?:\[(?P<pid>[^\]\s]{1,32})\])?"
_STRUCTURED: Final = r"(?P<structured_data>-|(?:\[[^\]]*(?:\\\][^\]]*)*\])+)"

SYSLOG_5424: Final = Declaration(
    name="syslog5424",
    patterns=(
        rf"^<(?P<priority>\d{{1,3}})>\d{{1,2}} (?P<time_text>-|{ISO_TIME}) (?:-|(?P<host>\S+)) (?:-|(?P<service>\S+)) "
        rf"(?:-|(?P<pid>\S+)) (?:-|(?P<msgid>\S+)) {_STRUCTURED}(?: \ufeff?(?P<message>(?s:.*)))?$",
    ),
    samples=('<165>1 2025-07-22T12:34:56.003Z db-1 postgres 8710 ID47 [meta@1 seq="7"] checkpoint complete',),
    severity=("priority", priority_level),
)
_PRIORITY: Final = r"<(?P<priority>\d{1,3})>"
_TIME: Final = rf"(?P<time_text>{SYSLOG_TIME})"
_MESSAGE: Final = r"(?P<message>(?s:.*))"
SYSLOG_3164: Final = Declaration(
    name="syslog",
    patterns=(
        rf"^(?:{_PRIORITY})?{_TIME}\s+(?P<host>[^\s\[\]:]+) {_TAG}: ?{_MESSAGE}$",
        rf"^{_PRIORITY}(?:{_TIME})?\s*(?:(?P<host>[^\s\[\]:]+) )?(?:{_TAG}: ?)?{_MESSAGE}$",
        rf"^{_TIME}\s+(?P<host>[A-Za-z][\w.-]*) (?P<message>last message repeated.*|--MARK--.*|kernel .*)$",
    ),
    samples=(
        "<34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed for lonvick on /dev/pts/8",
        "Oct  7 15:04:05 node-1 kernel: oom-kill: task=java,pid=4211",
    ),
    refuses=(("host", rf"^(?:{LEVEL}|-)$"),),
    severity=("priority", priority_level),
)
