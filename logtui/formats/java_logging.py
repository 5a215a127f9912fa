"""java.util.logging's records of two lines, as its SimpleFormatter and Tomcat before version 8 write them.

The head states the time, the class and the method; the line below it the level and the message (Java documentation,
`java.util.logging.SimpleFormatter`).
"""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration

NAME: Final = "java_logging"

_TIME: Final = r"(?P<time_text>[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d{2}:\d{2} [AP]M)"
_CLASS: Final = r"[\w.$-]+"
_METHOD: Final = r"[\w.$<>-]+"

_LEVEL: Final = "SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST"

LEVEL_LINE: Final = rf"^(?:{_LEVEL}): "
"""Right below a head such a line is part of its record, whatever format else reads it."""

HEAD: Final = Declaration(
    name=NAME,
    patterns=(rf"^{_TIME} (?P<message>{_CLASS}(?: {_METHOD})?)$",),
    samples=(
        "Jul 22, 2025 12:34:56 PM com.example.Orders create",
        "Jul 2, 2025 1:04:05 AM org.apache.catalina.core.StandardServer <init>",
    ),
)
"""The first line of a record."""

RECORD: Final = Declaration(
    name=NAME,
    patterns=(
        rf"^{_TIME} (?P<logger>{_CLASS})(?: (?P<method>{_METHOD}))?\n"
        rf"(?P<level_text>{_LEVEL}): (?P<message>(?s:.*))$",
    ),
    samples=("Jul 22, 2025 12:34:56 PM com.example.Orders create\nSEVERE: lost connection",),
)
"""A whole record."""
