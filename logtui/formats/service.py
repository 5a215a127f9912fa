"""The shape `[timestamp] [level] [service] [user] [message]`, with brackets or without."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.fragments import LEVEL, UPPER_LEVEL
from logtui.formats.shapes import ISO_TIME

_TIME: Final = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}\S*"
_NAMED_SERVICE: Final = r"[A-Za-z]\w*(?:[Ss]ervice|SVC|[Ss]vc|[Aa]pi|API)"
_SERVICE: Final = rf"[A-Za-z]\w*[a-z]\w*[A-Z]\w*|[A-Za-z]\w*[-_.][\w.-]+|{_NAMED_SERVICE}"
_MAILBOX: Final = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_USER: Final = rf"[\w.@-]*\d[\w.@-]*|{_MAILBOX}|system|anonymous|guest|unknown|admin|root|null|none"
_MARKED_USER: Final = r"(?:user|usr|uid|u)[-_]?\d\w*"
_NAME: Final = r"[a-z][\w.-]*"
_SERVICE_AND_USER: Final = rf"(?:(?:{_SERVICE})\s+\S+|[A-Za-z]\w*\s+(?:{_MARKED_USER}|[A-Za-z][\w.@+-]*))"

_LOGGER_AND_DASH: Final = r"\s[a-z]\w*(?:\.[\w$]+)+\s+[-:]+$"
"""A class name and a dash, as in log4j's layouts: such a line is refused, as these are not a service and a user."""

_CHECKS: Final = (
    (
        "_lead",
        rf"^(?:{UPPER_LEVEL} (?:(?:{_SERVICE}) (?:{_USER}|-)|[A-Za-z]\w* {_MARKED_USER})"
        rf"|[A-Za-z]+ (?:{_SERVICE}) {_MARKED_USER}|{LEVEL} (?:{_SERVICE}) {_MAILBOX})$",
    ),
    ("_named", rf"^{LEVEL} {_NAMED_SERVICE} {_NAME}$"),
    ("_trusted", rf"^(?:(?:{LEVEL}|[A-Z]+)\s+{_SERVICE_AND_USER}|[\w-]+\s+(?:{_SERVICE})\s+\S+)$"),
    ("_alone", rf"^(?:{_SERVICE})$"),
    ("_undated", rf"^{LEVEL}\s+(?:(?:{_SERVICE})\s+\S+|[A-Za-z]\w*\s+{_MARKED_USER})$"),
)

SERVICE: Final = Declaration(
    name="service",
    patterns=(
        rf"^(?P<time_text>{_TIME}) (?P<_lead>(?P<level_text>[A-Za-z]+) "
        r"(?P<service>[A-Za-z][\w.-]*) (?P<user>[^ ]+)) (?P<message>.+)$",
        rf"^(?P<time_text>{_TIME}) (?P<_named>(?P<level_text>[A-Za-z]+) "
        r"(?P<service>[A-Za-z]\w*) (?P<user>[^ ]+)) (?P<message>[A-Z].*)$",
        rf"^\[(?P<time_text>{ISO_TIME})\] \[(?P<level_text>[A-Za-z]+)\] \[(?P<service>[^\]]+)\] "
        r"\[(?P<user>[^\]]*)\] \[(?P<message>.*)\]$",
        rf"^\[(?P<time_text>{ISO_TIME})\] \[(?P<level_text>{LEVEL})\] \[(?P<service>[^\]]+)\] "
        r"\[(?P<user>[^\]]*)\] (?P<message>.+)$",
        rf"^\[(?P<time_text>{ISO_TIME})\] \[(?P<level_text>{LEVEL})\] \[(?P<service>[^\]]+)\] "
        r"\[(?P<user>[^\]]*)\](?P<message>)$",
    ),
    trusted=(
        rf"^(?P<time_text>{_TIME})\s+(?P<_trusted>(?P<level_text>[A-Za-z][\w-]*)\s+"
        r"(?P<service>[A-Za-z][\w.-]*)\s+(?P<user>\S+))\s*(?P<message>.*)$",
        rf"^(?P<time_text>{_TIME})\s+(?P<level_text>{LEVEL}|[A-Z]+)\s+(?P<_alone>(?P<service>[A-Za-z][\w.-]*))\s*"
        r"(?P<message>)$",
        r"^\[(?P<time_text>[^\]]*)\]\s*\[(?P<level_text>[A-Za-z][\w-]*)\]\s*\[(?P<service>[^\]]+)\]\s*"
        r"\[(?P<user>[^\]]*)\]\s*\[(?P<message>.*)\]$",
        r"^\[(?P<time_text>[^\]]*)\]\s*\[(?P<level_text>[A-Za-z][\w-]*)\]\s*\[(?P<service>[^\]]+)\]\s*"
        r"\[(?P<user>[^\]]*)\]\s*(?P<message>.*)$",
        rf"^(?:(?P<time_text>\S+)\s+)?(?P<_undated>(?P<level_text>{LEVEL})\s+"
        r"(?P<service>[A-Za-z][\w.-]*)\s+(?P<user>\S+))\s*(?P<message>.*)$",
    ),
    samples=(
        "2025-07-22T12:34:56Z INFO AuthenticationService user123 User login successful",
        "[2025-07-22 12:34:56] [WARN] [billing] [user7] [card declined]",
    ),
    checks=_CHECKS,
    refuses=(("_named", r"(?:ing|ed)$"), ("_lead", _LOGGER_AND_DASH), ("_trusted", _LOGGER_AND_DASH)),
)
