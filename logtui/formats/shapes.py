"""The table of the shapes in which logs write times.

A shape is a regular expression for the text of a time and a `strptime` format for its part up to the seconds;
the fraction and the zone are read apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_WEEKDAY: Final = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_CLOCK: Final = r"\d{2}:\d{2}:\d{2}"
_ZONE_NAMES: Final = {
    **dict.fromkeys(("Z", "UTC", "GMT", "WET"), 0.0),
    "EST": -5.0,
    "EDT": -4.0,
    "CST": -6.0,
    "CDT": -5.0,
    "MST": -7.0,
    "MDT": -6.0,
    "PST": -8.0,
    "PDT": -7.0,
    "CET": 1.0,
    "CEST": 2.0,
    "EET": 2.0,
    "EEST": 3.0,
    "BST": 1.0,
    "MSK": 3.0,
    "JST": 9.0,
    "KST": 9.0,
}
"""Hours east of UTC of the zone names that logs write (RFC 2822, section 4.3, and common European and Asian ones)."""
_ZONE: Final = rf"(?:[+-]\d{{2}}:?\d{{2}}|[+-]\d{{2}}\b|(?:{'|'.join(_ZONE_NAMES)})\b)"
_FRACTION: Final = r"[.,]\d{1,9}"

YEARLESS: Final = 2000
"""Times without a year are read in this (leap) year until `formats.years` gives them theirs."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to write a time.

    Attributes:
        name: Shown by `detect`, such as `2006-01-02T15:04:05`.
        seconds: Pattern of the part up to the seconds.
        formats: strptime formats to try on that part.
        tail: Pattern of what may follow: a fraction, a zone.
        yearless: Whether the text holds no year; the formats then begin with `%Y `.
        width: Characters of the part up to the seconds, where that is fixed.
    """

    name: str
    seconds: str
    formats: tuple[str, ...]
    tail: str = f"(?:{_FRACTION})?(?:\\s?{_ZONE})?"
    yearless: bool = False
    width: int | None = None

    @property
    def pattern(self) -> str:
        """The whole time as a pattern without groups."""
        return f"(?:{self.seconds}){self.tail}"


EPOCH: Final = Shape("epoch", r"\d{10}", (), tail=r"(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})?")
"""Seconds, milliseconds, microseconds or nanoseconds since 1970."""

_MONTH_AND_DAY: Final = ("%Y %m/%d-%H:%M:%S", "%Y %m.%d %H:%M:%S", "%Y %d/%m-%H:%M:%S", "%Y %d.%m %H:%M:%S")

SHAPES: Final = (
    Shape(
        "2006-01-02T15:04:05",
        rf"\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}",
        ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"),
        width=19,
    ),
    Shape("2006/01/02 15:04:05", rf"\d{{4}}/\d{{2}}/\d{{2}} {_CLOCK}", ("%Y/%m/%d %H:%M:%S",), width=19),
    Shape("2006/01/02 - 15:04:05", rf"\d{{4}}/\d{{2}}/\d{{2}} - {_CLOCK}", ("%Y/%m/%d - %H:%M:%S",), width=21),
    Shape("2006-01-02-15.04.05", r"\d{4}-\d{2}-\d{2}-\d{2}\.\d{2}\.\d{2}", ("%Y-%m-%d-%H.%M.%S",)),
    Shape("20060102-15:04:05", r"\d{8}-\d{1,2}:\d{1,2}:\d{1,2}", ("%Y%m%d-%H:%M:%S",), tail=r"(?::\d{1,3})?"),
    Shape("20060102T150405", r"\d{8}T\d{6}", ("%Y%m%dT%H%M%S",)),
    Shape("02/Jan/2006:15:04:05", rf"\d{{1,2}}/{_MONTH}/\d{{4}}:{_CLOCK}", ("%d/%b/%Y:%H:%M:%S",)),
    Shape(
        "02/Jan/2006 15:04:05",
        rf"\d{{1,2}}[/ -]{_MONTH}[/ -]\d{{4}} {_CLOCK}",
        ("%d/%b/%Y %H:%M:%S", "%d-%b-%Y %H:%M:%S", "%d %b %Y %H:%M:%S"),
    ),
    Shape(
        "Mon, 02 Jan 2006 15:04:05",
        rf"{_WEEKDAY}, \d{{1,2}} {_MONTH} \d{{4}} {_CLOCK}",
        ("%a, %d %b %Y %H:%M:%S",),
        tail=rf"(?: {_ZONE})?",
    ),
    Shape(
        "Mon Jan _2 15:04:05 2006",
        rf"{_WEEKDAY} {_MONTH} [ \d]\d {_CLOCK}(?:\.\d{{1,9}})? (?:[A-Z]{{3,4}} )?\d{{4}}",
        ("%a %b %e %H:%M:%S %Y", "%a %b %e %H:%M:%S%.f %Y", "%a %b %e %H:%M:%S UTC %Y"),
        tail="",
    ),
    Shape(
        "Jan _2 2006 15:04:05",
        rf"{_MONTH} [ \d]?\d,? \d{{4}},? {_CLOCK}",
        ("%b %e %Y %H:%M:%S", "%b %e, %Y %H:%M:%S"),
    ),
    Shape("Jan _2 15:04:05", rf"{_MONTH} [ \d]?\d {_CLOCK}", ("%Y %b %e %H:%M:%S",), yearless=True),
    Shape(
        "01/02/2006 15:04:05",
        rf"\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}},? {_CLOCK}",
        (
            "%m/%d/%Y %H:%M:%S",
            "%d/%m/%Y %H:%M:%S",
            "%d.%m.%Y %H:%M:%S",
            "%m-%d-%Y %H:%M:%S",
            "%d-%m-%Y %H:%M:%S",
        ),
        tail=rf"(?:{_FRACTION})?(?: ?[AP]M)?(?:\s?{_ZONE})?",
    ),
    Shape("01/02/2006-15:04:05", rf"\d{{1,2}}/\d{{1,2}}/\d{{4}}-{_CLOCK}", ("%m/%d/%Y-%H:%M:%S", "%d/%m/%Y-%H:%M:%S")),
    Shape("01/02-15:04:05", rf"\d{{1,2}}[/.]\d{{1,2}}[- ]{_CLOCK}", _MONTH_AND_DAY, yearless=True),
    Shape("06/01/02 15:04:05", rf"\d{{2}}/\d{{2}}/\d{{2}} {_CLOCK}", ("%y/%m/%d %H:%M:%S",)),
    Shape("01-02 15:04:05", rf"\d{{2}}-\d{{2}} {_CLOCK}", ("%Y %m-%d %H:%M:%S",), yearless=True),
    Shape("0102 15:04:05", rf"\d{{4}} {_CLOCK}", ("%Y %m%d %H:%M:%S",), yearless=True),
    Shape("060102 150405", rf"\d{{6}} (?:\d{{6}}|{_CLOCK})", ("%y%m%d %H%M%S", "%y%m%d %H:%M:%S"), tail=""),
    EPOCH,
)
"""Shapes in the order in which they are tried: a longer text before one that it contains."""

TIME: Final = "(?:" + "|".join(shape.pattern for shape in SHAPES if shape is not EPOCH) + ")"
"""Pattern of a calendar time of any shape, without groups."""

ISO_TIME: Final = SHAPES[0].pattern
SYSLOG_TIME: Final = rf"(?:{_MONTH} [ \d]?\d {_CLOCK}{SHAPES[0].tail}|{ISO_TIME})"
CLF_TIME: Final = next(shape.pattern for shape in SHAPES if shape.name == "02/Jan/2006:15:04:05")

CLOCK_TIME: Final = r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?"

AFTER_SECONDS: Final = (
    r"(?P<fraction>[.,:]\d{1,9})?\s*(?P<half>[AP]M)?\s*(?P<zone>[A-Z]{1,4}|[+-]\d{2}(?::?\d{2})?)?\s*"
)
"""What follows the seconds."""


def shape_of(text: str) -> Shape | None:
    """The shape that a time text has, or None."""
    return next((shape for shape in SHAPES if re.fullmatch(shape.pattern, text.strip(), re.ASCII)), None)


def offset_of(zone: str) -> timedelta | None:
    """What a zone's name or number means.

    Args:
        zone: Such as `CEST` or `+02:00`.

    Returns:
        The offset east of UTC, None where it is unknown.
    """
    if zone in _ZONE_NAMES:
        return timedelta(hours=_ZONE_NAMES[zone])
    match = re.fullmatch(r"([+-])(\d{2}):?(\d{2})?", zone, re.ASCII)
    if not match:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return -offset if match[1] == "-" else offset
