"""Any line that begins with a time, or has one soon: its level, its logger, the rest.

This is the reader that the known formats leave to: it finds a time of any shape near the start of the line, then a
level in a header's usual places, then a logger. Words of the message are never taken for a level.
"""

from __future__ import annotations

from typing import Final

from logtui.formats.declaration import Declaration
from logtui.formats.fragments import DOTTED, GAP, LETTER, LEVEL, LEVEL_PAIR, LOWER_LEVEL, PART, UPPER_LEVEL, parts
from logtui.formats.shapes import CLOCK_TIME, KITCHEN_TIME, TIME

_OPENING: Final = r"[\s\[({<|*#@\"']*"
_CLOSING: Final = r"[\])}>\"']*[\s|,;:]*(?:-{1,2}\s+)?"
_DASH: Final = r"(?:-+\s+)?"
_TIME: Final = rf"(?P<time_text>{TIME})"
_EPOCH: Final = r"\b(?P<time_text>1\d{9}(?:\d{3}|\d{6}|\d{9})?(?:\.\d{1,9})?)"
_PATH: Final = r"(?:\.{0,2}/\S*\s+)?"
_KEY: Final = r"(?:[\w./-]+[=:|]){1,3}[\"']?"
_REST: Final = r"(?P<message>.*)$"
_GAP: Final = r"(?:\s*(?:[|,;:]+\s|\|))?\s*(?:-{1,2}\s+)?"
"""What parts a level from its message: one separator, so that dashes of the message itself stay."""
_HEADER: Final = rf"^(?P<header>{_DASH}{parts(4)})"
_PLACED: Final = rf"^(?:(?P<pid>\d+) )?(?P<logger>[\w./-]+\.\w+:\d+)\] {_REST}"
"""A place in the code as glog writes it, which TensorFlow puts behind a time of its own."""

LEVELLED: Final = Declaration(
    name="levelled",
    patterns=(rf"^{_OPENING}{_TIME}{_CLOSING}(?P<level_text>{LOWER_LEVEL}|{LETTER})\s+{_REST}",),
    refinements=((_PLACED,),),
    samples=("2025-07-22T12:34:56Z info served 3 pages",),
)
"""A time, a level in lower case or of one letter, and words: only where nearly all lines have it is that a level."""

GENERIC: Final = Declaration(
    name="generic",
    patterns=(
        rf"^{_OPENING}{_TIME}{_CLOSING}{_REST}",
        rf"^{_OPENING}(?P<level_text>{LEVEL}|{LETTER})[\s\])>|,:-]+(?P<prefix>{PART}{{0,2}}?(?:{_KEY})?)"
        rf"(?:[\[(<*#\"']\s*)*{_TIME}{_CLOSING}{_REST}",
        rf"^(?:(?P<pid>\d+)\s+)?[\[(]?(?P<time_text>{CLOCK_TIME})(?:[\])>]+|\s|[|,:])[\s|,:]*(?:-{{1,2}}\s+)?{_REST}",
        rf"^(?P<prefix>{_DASH}{parts(5)})[\[(]?{_EPOCH}(?:[\])]|[\s|,:])[\s|,:]*(?:-{{1,2}}\s+)?{_REST}",
        rf"^\s*(?P<prefix>{_DASH}{_PATH}{PART}{{0,8}}?)[\[(]*{_TIME}{_CLOSING}{_REST}",
        rf"^\s*(?P<prefix>{_DASH}{PART}{{0,8}}?{_KEY})[\[(]*{_TIME}{_CLOSING}{_REST}",
        rf"^(?P<message>(?:\S+\s+){{1,4}}?[\[(|]*{_TIME}(?:\W(?s:.*))?)$",
        rf"^(?P<message>[\w.-]+?{TIME}(?:\W(?s:.*))?)$",
        rf"^(?P<level_text>TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[(?:(?P<uptime>\d{{4,}})|{_TIME})\]\s*{_REST}",
        rf"^(?P<time_text>{KITCHEN_TIME})\s+(?P<level_text>{UPPER_LEVEL})\s+{_REST}",
        rf"^\[\s*(?P<level_text>{LEVEL}|{LETTER})\s*\]:?\s+{_REST}",
        rf"^(?P<level_text>{UPPER_LEVEL})(?:\s*[:|]\s*|\s+-\s+|\s{{2,}}){_REST}",
        rf"^(?P<level_text>{UPPER_LEVEL})\s+(?P<message>\[(?s:.*))$",
        rf"^(?P<level_text>TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\s+{_REST}",
        rf"^(?P<level_text>{LOWER_LEVEL}|[DIWEF]):\s+{_REST}",
        rf"^(?P<level_text>{LOWER_LEVEL})/(?P<logger>[A-Za-z]\w*): {_REST}",
    ),
    refinements=(
        (
            rf"^(?P<service>[A-Z][A-Z-]*) \| (?P<level_text>{UPPER_LEVEL}) \| (?P<message>\((?s:.*))$",
            rf"^(?P<level_text>{LETTER}) {_PLACED.removeprefix('^')}",
            rf"{_HEADER}(?:[a-z][\w-]*\s+)?[\[(<{{]\s*"
            rf"(?:(?P<logger>[\w.#-][\w. #-]*)[:/])?(?P<level_text>{LEVEL}|{LETTER})"
            rf"\s*(?:[|,][^\])>]*)?[\])>}}]:?{_GAP}{_REST}",
            rf"^(?P<level_text>{UPPER_LEVEL})\s+(?P<logger>[\w.:/-]+)\]\s*{_REST}",
            rf"{_HEADER}(?:(?P<service>[a-z][\w-]*|[A-Z][\w-]*[a-z][\w-]*){GAP})?(?P<level_text>{UPPER_LEVEL})[\s|,:;\])>/-]{_GAP}{_REST}",
            rf"^(?P<header>(?:\S+\s+){{0,7}}?)[\[<]\s*(?P<level_text>{UPPER_LEVEL})\s*[\]>]:?{_GAP}{_REST}",
            rf"{_HEADER}(?P<level_text>Trace|Debug|Info|Warning|Error|Fatal):\s+{_REST}",
            rf"^(?P<logger>[\w-]+):\s+(?P<level_text>{LOWER_LEVEL}):\s+{_REST}",
            rf"^(?P<level_text>[DIWE])!\s+{_REST}",
            LEVEL_PAIR,
            rf"^(?P<logger>[\w\[\]-]+)\.(?P<level_text>{UPPER_LEVEL})[\s:]+{_REST}",
            rf"^(?P<level_text>{UPPER_LEVEL})(?P<message>)$",
            rf"^(?P<level_text>{LOWER_LEVEL})(?:\s*[:|/]\s*|\s+-\s+|\t\s*|\s{{2,}}){_REST}",
            rf"^(?P<level_text>{LOWER_LEVEL})\s+(?P<message>(?:\[|[\w.-]+(?:\[[^\]]*\]|\s+\[|:\s))(?s:.*))$",
            rf"^(?P<level_text>{LETTER})(?:\s*[|/,:]\s*|\s{{2,}}){_REST}",
            rf"^(?P<level_text>{LETTER})\s+(?P<message>[\[(<](?s:.*))$",
        ),
        (
            rf"^\[(?P<pid>\d+)\] (?P<logger>[\w./-]+\.go \d+): {_REST}",
            rf"^\[(?P<thread>[^\]]*)\]\s*(?P<logger>{DOTTED}|[\w.-]+)(?:\s+-\s+|\s*:\s+){_REST}",
            rf"^(?P<logger>{DOTTED})(?:\s+-\s+|:\s+|\s+\|\s+|\]\s+){_REST}",
        ),
    ),
    samples=(
        "2025-07-22 12:34:56 [worker-3] ERROR could not connect",
        "[Tue Jul 22 12:34:56 2025] [error] [client 10.0.0.7] file does not exist",
        "ERROR 2025-07-22 12:34:56 payment refused",
        "2025/07/22 12:34:56 listening on :8080",
        "[WARN] disk almost full",
    ),
)
