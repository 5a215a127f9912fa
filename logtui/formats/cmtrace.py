"""CMTrace's log format, as Configuration Manager and Intune write it (Microsoft documentation, "CMTrace").

The time stands behind the message, which may be of several lines; the zone is given as the minutes that lead from it
to UTC.
"""

from __future__ import annotations

from typing import Final

NAME: Final = "cmtrace"
OPENING: Final = r"^<!\[LOG\[(?P<message>(?s:.*))$"
ENTRY: Final = (
    r"^<!\[LOG\[(?P<message>(?s:.*?))\]LOG\]!><"
    r'time="(?P<clock>\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?)(?:(?P<sign>\+?-|\+)(?P<bias>\d{1,3}))?"\s+'
    r'date="(?P<month>\d{1,2})-(?P<day>\d{1,2})-(?P<year>\d{4})"\s+component="(?P<logger>[^"]*)"'
    r'(?:\s+context="(?P<context>[^"]*)")?(?:\s+type="(?P<type>\d?)")?(?:\s+thread="(?P<thread>[^"]*)")?'
    r'(?:\s+file="(?P<file>[^"]*)")?\s*/?>\s*$'
)
"""A whole record; its first line alone has only the `OPENING`."""

FIELDS: Final = ("context", "type", "thread", "file")
LEVELS: Final = {"1": "info", "2": "warn", "3": "error"}
OPPOSITE: Final = {"+": "-", "-": "+", "+-": "+"}
END: Final = "]LOG]!>"
"""What ends an entry's message; the lines before it are part of the entry, unless they begin with a time."""

SAMPLES: Final = (
    '<![LOG[Policy read]LOG]!><time="12:34:56.789-120" date="07-22-2025" component="Agent" context="" type="1" '
    'thread="12" file="agent.cpp:42">',
)
