"""The shape `[timestamp] [level] [service] [user] [message]`, with brackets or without."""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.shapes import ISO_TIME
from logtui.formats.words import UPPER_LEVEL

_TIME: Final = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}[^ ]*"
_SERVICE: Final = r"[A-Za-z]\w*[a-z]\w*[A-Z]\w*|[A-Za-z]\w*[-_.][\w.-]+|[A-Za-z]\w*(?:[Ss]ervice|SVC|svc|[Aa]pi|API)"
_USER: Final = r"[\w.@-]*\d[\w.@-]*|system|anonymous|guest|unknown|admin|root|null|none"
_MARKED_USER: Final = r"(?:user|usr|uid|u)[-_]?\d\w*"

_CHECKS: Final = (
    (
        "_lead",
        rf"^(?:{UPPER_LEVEL} (?:(?:{_SERVICE}) (?:{_USER}|-)|[A-Za-z]\w* {_MARKED_USER})"
        rf"|[A-Z]+ (?:{_SERVICE}) {_MARKED_USER})$",
    ),
)

SERVICE: Final = Declaration(
    name="service",
    patterns=(
        rf"^(?P<time_text>{_TIME}) (?P<_lead>(?P<level_text>[A-Z]+) "
        r"(?P<service>[A-Za-z][\w.-]*) (?P<user>[^ ]+)) (?P<message>.+)$",
        rf"^\[(?P<time_text>{ISO_TIME})\] \[(?P<level_text>[A-Za-z]+)\] \[(?P<service>[^\]]+)\] "
        r"\[(?P<user>[^\]]*)\] \[(?P<message>.+)\]$",
        rf"^\[(?P<time_text>{ISO_TIME})\] \[(?P<level_text>{UPPER_LEVEL})\] \[(?P<service>[^\]]+)\] "
        r"\[(?P<user>[^\]]*)\] (?P<message>.+)$",
    ),
    samples=(
        "2025-07-22T12:34:56Z INFO AuthenticationService user123 User login successful",
        "[2025-07-22 12:34:56] [WARN] [billing] [user7] [card declined]",
    ),
    checks=_CHECKS,
)
