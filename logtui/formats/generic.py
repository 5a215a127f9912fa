"""Any line that begins with a time, or has one soon: its level, its logger, the rest.

This is the reader that the known formats leave to: it finds a time of any shape near the start of the line, then a
level in a header's usual places. Words of the message are never taken for a level.
"""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.shapes import TIME
from logtui.formats.words import LEVEL, UPPER_LEVEL

_START: Final = r"^[\s\[(<|*#]*"
_AFTER: Final = r"[\s\]\[)(>|,;:-]+"
_TOKEN: Final = r"(?:\[[^\]\n]{0,80}\]|\([^)\n]{0,80}\)|<[^>\n]{0,80}>|[\w.$@/:#*-]{1,80})"
_TIME: Final = rf"(?P<time_text>{TIME}|\d{{10}}(?:\.\d{{1,9}}|\d{{3}})?)"
_BRACKETED: Final = rf"[\[(<|]\s*(?P<level_text>{LEVEL})\s*[\])>|]"

GENERIC: Final = Declaration(
    name="generic",
    patterns=(
        rf"{_START}{_TIME}{_AFTER}(?:{_TOKEN}[\s|:,-]+){{0,3}}?{_BRACKETED}[\s:|,-]*(?P<message>.*)$",
        rf"{_START}{_TIME}{_AFTER}(?:{_TOKEN}[\s|:,-]+){{0,2}}?(?P<level_text>{UPPER_LEVEL})(?:[\s:|,\])-]+(?P<message>.*))$",
        rf"{_START}{_TIME}{_AFTER}(?P<level_text>{LEVEL})(?:\s*[:|-]\s*|\s+\[)(?P<message>.*)$",
        rf"^[\[(<]?(?P<level_text>{UPPER_LEVEL})[\])>:]?[\s|,:-]+[\[(<]?{_TIME}(?:{_AFTER}(?P<message>.*))$",
        rf"{_START}{_TIME}(?:{_AFTER})?(?P<message>.*)$",
        rf"^(?:[^\s]{{1,60}}\s+){{1,3}}?[\[(]?{_TIME}(?:{_AFTER})(?P<message>.*)$",
        rf"^\[(?P<level_text>{LEVEL})\]:?\s+(?P<message>.*)$",
        rf"^(?P<level_text>{UPPER_LEVEL})(?:\s*[:|]\s*| - |\s{{2,}}|\s+\[)(?P<message>.*)$",
    ),
    samples=(
        "2025-07-22 12:34:56 [worker-3] ERROR could not connect",
        "[Tue Jul 22 12:34:56 2025] [error] [client 10.0.0.7] file does not exist",
        "ERROR 2025-07-22 12:34:56 payment refused",
        "2025/07/22 12:34:56 listening on :8080",
        "[WARN] disk almost full",
    ),
)
