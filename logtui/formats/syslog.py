"""Syslog: RFC 5424, RFC 3164, and the files that syslog daemons write without a priority."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.fragments import LEVEL, LEVEL_PAIR, LOWER_LEVEL, UPPER_LEVEL
from logtui.formats.shapes import ISO_TIME, SYSLOG_TIME, TIME
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
_STRUCTURED: Final = r'(?:-|(?P<structured_data>(?:\[(?:[^\]"\\]|"(?:[^"\\]|\\.)*")*\])+))'

SYSLOG_5424: Final = Declaration(
    name="syslog5424",
    patterns=(
        rf"^<(?P<priority>\d{{1,3}})>\d{{1,3}} (?:-|(?P<time_text>{ISO_TIME})) (?:-|(?P<host>\S+)) "
        rf"(?:-|(?P<service>\S+)) (?:-|(?P<pid>\S+)) (?:-|(?P<msgid>\S+)) {_STRUCTURED} ?\ufeff?(?P<message>(?s:.*))$",
    ),
    samples=('<165>1 2025-07-22T12:34:56.003Z db-1 postgres 8710 ID47 [meta@1 seq="7"] checkpoint complete',),
    severity=("priority", priority_level),
)
"""The syslog protocol (RFC 5424, section 6)."""

_PRIORITY: Final = r"<(?P<priority>\d{1,3})>"
_TIME: Final = rf"[*.:]?(?P<time_text>{SYSLOG_TIME}|{TIME})"
_CISCO: Final = r"(?P<service>%[A-Z][\w-]*-(?P<level_text>[0-7])-\w+)"
_MESSAGE: Final = r"(?P<message>(?s:.*))$"
_MESSAGE_FIRST: Final = (
    r"^@cee: ?(?P<message>\{(?s:.*))$",
    rf"^(?:[\[<(]\s*(?P<level_text>{LEVEL})\s*(?:[|,][^\]>)]*)?[\]>)]:?)\s*{_MESSAGE}",
    rf"^(?P<level_text>{UPPER_LEVEL}):(?P<logger>[A-Za-z_][\w.-]*):{_MESSAGE}",
    rf"^(?P<level_text>{UPPER_LEVEL})(?:\s*[:|]|\s{{2,}}|\s+-)\s*{_MESSAGE}",
    rf"^(?P<level_text>{LOWER_LEVEL}) (?P<message>[\w.-]+\[[^\]]*\] (?s:.*))$",
    LEVEL_PAIR,
)

SYSLOG_3164: Final = Declaration(
    name="syslog",
    patterns=(
        rf"^(?:{_PRIORITY})?(?P<time_text>{SYSLOG_TIME})\s+(?P<host>[\w.:%-]+) {_TAG}: ?{_MESSAGE}",
        rf"^(?:{_PRIORITY})?(?P<time_text>{SYSLOG_TIME})\s+(?P<host>[A-Za-z][\w.-]*) "
        r"(?P<message>last message repeated.*|--? ?MARK ?--.*|kernel .*)$",
        rf"^{_PRIORITY} ?(?:\d+: )?(?:(?P<host>[\w.-]+): )?(?:\d+: )?{_TIME}:?\s+(?:{_TAG}: ?)?{_MESSAGE}",
        rf"^{_PRIORITY}{_TAG}: ?{_MESSAGE}",
        rf"^(?:\d+: )?{_TIME}(?:\s+(?P<host>[\w.:-]+))? ?: {_CISCO}: ?{_MESSAGE}",
        rf"^(?P<time_text>{SYSLOG_TIME})\s+(?P<host>[\w.:-]+) (?:\d+: )?[*.]?{TIME}: {_CISCO}: ?{_MESSAGE}",
        rf"^(?P<time_text>{ISO_TIME}) (?:Em|Al|Cr|Er|Wa|No|In|Db)\((?P<priority>\d{{1,3}})\) {_TAG}: ?{_MESSAGE}",
    ),
    samples=(
        "<34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed for lonvick on /dev/pts/8",
        "Oct  7 15:04:05 node-1 kernel: oom-kill: task=java,pid=4211",
        "<189>77: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured from console",
        "Jul 22 2025 12:34:56 fw-1 : %ASA-4-106023: Deny tcp src outside:192.0.2.7/5 dst inside:10.0.0.1/80",
        "2025-07-22T12:34:56.003Z Wa(164) Hostd[77]: the datastore is nearly full",
    ),
    refuses=(("host", rf"^(?:{LEVEL}|-|UTC|GMT|[A-Z]{{1,2}}[SDE]T)$"),),
    refinements=(_MESSAGE_FIRST,),
    severity=("priority", priority_level),
)
"""What came before: the BSD syslog protocol as it is found (RFC 3164), Cisco's and ESXi's variants, and the files of
daemons."""

PRIORITY: Final = Declaration(
    name="priority",
    patterns=(rf"^{_PRIORITY}\s*{_MESSAGE}",),
    samples=("<13>hello from the shell",),
    refinements=(_MESSAGE_FIRST,),
    severity=("priority", priority_level),
    envelope=True,
)
"""A priority and a text, which is all that some senders give (RFC 3164, section 4.3.3)."""
