"""The shape `[timestamp] [level] [service] [user] [message]`, with brackets or without."""

from __future__ import annotations

from typing import Final

from logtui.formats.base import PatternFormat
from logtui.formats.timestamps import ISO_TIME
from logtui.formats.words import UPPER_LEVEL

_LEVEL: Final = rf"(?P<level_text>{UPPER_LEVEL})"
_SERVICE: Final = r"[A-Za-z]\w*[a-z]\w*[A-Z]\w*|[A-Za-z]\w*[-_.][\w.-]+|[A-Za-z]\w*(?:[Ss]ervice|SVC|svc|[Aa]pi|API)"
_USER: Final = r"[\w.@-]*\d[\w.@-]*|-|system|anonymous|guest|unknown|admin|root|null|none"

SERVICE: Final = PatternFormat(
    name="service",
    patterns=(
        rf"^(?P<time_text>{ISO_TIME}) {_LEVEL} (?P<service>{_SERVICE}) (?:-|(?P<user>{_USER})) (?P<message>.+)$",
        rf"^(?P<time_text>{ISO_TIME}) {_LEVEL} (?P<service>[A-Za-z]\w*) (?P<user>(?:user|usr|u|uid)[-_]?\d\w*) (?P<message>.+)$",
        rf"^\[(?P<time_text>{ISO_TIME})\] \[{_LEVEL}\] \[(?P<service>[^\]]+)\] \[(?P<user>[^\]]*)\] \[?(?P<message>.+?)\]?$",
    ),
    samples=(
        "2025-07-22T12:34:56Z INFO AuthenticationService user123 User login successful",
        "[2025-07-22 12:34:56] [WARN] [billing] [user7] [card declined]",
    ),
)
