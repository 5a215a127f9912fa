"""The table of the shapes in which logs write times.

A shape is a pattern for the part of a time up to its seconds; what follows, a fraction, half of the day, a zone, is
read alike for all. What a text of a shape means stands in `moments`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from logtui.formats.zones import ZONE, ZONE_TEXT

YEARLESS: Final = 2000
"""Times without a year are read in this (leap) year, times without a date on its first day, until the clock of their
source places them."""

_MONTH: Final = r"(?P<month_name>(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))[a-z]{0,6}"
_WEEKDAY: Final = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )"
_CLOCK: Final = r"(?P<hour>\d{1,2}):(?P<minute>\d{2}):(?P<second>\d{2})"
_DIGITS_CLOCK: Final = r"(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})"
_FULL_YEAR: Final = r"(?P<year>(?:19|20)\d{2})"
_BETWEEN: Final = r"(?:[T_:@,\t-]| - | at |, ?|\s{1,3})"
_HALF: Final = r"(?:\s?[AaPp](?:[Mm]\b|\.[Mm]\b\.?))?"
_FRACTION: Final = r"(?:[.,]\d{1,9})?"
_TAIL: Final = rf"{_FRACTION}{_HALF}{ZONE}?"

_AFTER_FRACTION: Final = rf"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>{ZONE_TEXT})?\s*"
_AFTER_COLON: Final = rf"(?P<fraction>[.,:]\d{{1,9}})?{_AFTER_FRACTION}"
AFTER_SECONDS: Final = rf"(?P<fraction>[.,]\d{{1,9}})?{_AFTER_FRACTION}"
"""What follows the seconds."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One way to write a time.

    Attributes:
        name: Shown by `detect`, such as `2006-01-02T15:04:05`.
        seconds: Pattern of the part up to the seconds, with named groups for its parts.
        strptime: Formats that read many of its texts at once; what they leave is read one by one.
        tail: Pattern without groups of what may follow in a header.
        after: Pattern with groups of what may follow.
        lacks: What the text does not state; where it lacks the year, `strptime` begins with `%Y `.
        width: Characters of the part up to the seconds, where that is fixed.
        orders: For dates of numbers, which of them are year, month and day, in order of trial.
    """

    name: str
    seconds: str
    strptime: tuple[str, ...] = ()
    tail: str = _TAIL
    after: str = AFTER_SECONDS
    lacks: Literal["", "year", "date"] = ""
    width: int | None = None
    orders: tuple[str, ...] = ("",)

    @property
    def head(self) -> str:
        """The part up to the seconds as a pattern without groups."""
        return re.sub(r"\?P<\w+>", "?:", self.seconds)

    @property
    def pattern(self) -> str:
        """The whole time as a pattern without groups."""
        return f"(?:{self.head}){self.tail}"

    @property
    def full(self) -> str:
        """The whole time as a pattern with all groups, the part up to the seconds as `seconds`."""
        return rf"^\s*(?P<seconds>{self.head}){self.after}$"


EPOCH: Final = Shape(
    "epoch", r"\d{10}", tail=r"(?:\d{3}|\d{6}|\d{9})?(?:\.\d{1,9})?", after=r"(?:\d{3}|\d{6}|\d{9})?(?:\.\d{1,9})?"
)
"""Seconds, milliseconds, microseconds or nanoseconds since 1970."""

LAST_SECOND: Final = 2**63 // 10**9
"""The second since 1970 that 64 bits of nanoseconds do not hold whole; no number from there on is a time."""

CLF: Final = Shape(
    "02/Jan/2006:15:04:05",
    rf"(?P<day>\d{{1,2}})/{_MONTH}/(?P<year>\d{{4}}):{_DIGITS_CLOCK}",
    ("%d/%b/%Y:%H:%M:%S",),
)
ISO: Final = Shape(
    "2006-01-02T15:04:05",
    rf"(?P<year>\d{{4}})-(?P<month>\d{{2}})-(?P<day>\d{{2}})[Tt ]{_DIGITS_CLOCK}",
    ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"),
    width=19,
)
SYSLOG: Final = Shape(
    "Jan _2 15:04:05",
    rf"{_WEEKDAY}?{_MONTH} {{1,2}}(?P<day>\d{{1,2}}) {_DIGITS_CLOCK}",
    ("%Y %b %e %H:%M:%S",),
    lacks="year",
)
CLOCK: Final = Shape("15:04:05", _CLOCK, lacks="date", tail=_FRACTION + _HALF)
KITCHEN: Final = Shape(
    "3:04PM", r"(?P<hour>\d{1,2}):(?P<minute>\d{2})", lacks="date", tail="[AP]M", after="(?P<half>[AP]M)"
)
"""Times of the day; only headers that ask for it have one, since durations look alike."""

SHAPES: Final = (
    ISO,
    Shape(
        "2006/01/02 15:04:05",
        rf"(?P<year>\d{{4}})/(?P<month>\d{{2}})/(?P<day>\d{{2}}) {_DIGITS_CLOCK}",
        ("%Y/%m/%d %H:%M:%S",),
        width=19,
    ),
    Shape(
        "20060102T150405",
        rf"{_FULL_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)[T _-]?(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?P<second>[0-6]\d)",
        ("%Y%m%dT%H%M%S",),
    ),
    Shape(
        "20060102-15:04:05",
        rf"{_FULL_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)[T _-]"
        r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2}):(?P<second>\d{1,2})",
        tail=rf"(?:[.,:]\d{{1,9}})?{_HALF}{ZONE}?",
        after=_AFTER_COLON,
    ),
    Shape(
        "2006-W01-1T15:04:05",
        rf"{_FULL_YEAR}-?W(?P<week>[0-5]\d)-?(?P<weekday>[1-7])[Tt ]"
        r"(?P<hour>[0-2]\d):?(?P<minute>[0-5]\d):?(?P<second>[0-6]\d)",
    ),
    Shape(
        "2006-002T15:04:05",
        rf"{_FULL_YEAR}-(?P<day_of_year>[0-3]\d\d)[Tt ]{_DIGITS_CLOCK}",
    ),
    Shape(
        "2006.1.2 15:04:05",
        rf"{_FULL_YEAR}[-/.:](?P<month>\d{{1,2}})[-/.:](?P<day>\d{{1,2}}){_BETWEEN}"
        r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})[:.](?P<second>\d{2})",
    ),
    Shape(
        "2006-01-02 15:04",
        rf"{_FULL_YEAR}[-/.](?P<month>\d{{2}})[-/.](?P<day>\d{{2}})[T ](?P<hour>\d{{2}}):(?P<minute>\d{{2}})",
        tail=rf"{_HALF}{ZONE}?",
        after=_AFTER_FRACTION,
    ),
    Shape(
        "2006 Jan _2 15:04:05",
        rf"{_FULL_YEAR}[ /.-]{_WEEKDAY}?{_MONTH}[ /.-]{{1,2}}(?P<day>\d{{1,2}}){_BETWEEN}{_CLOCK}",
    ),
    CLF,
    Shape(
        "Mon, 02 Jan 2006 15:04:05",
        rf"{_WEEKDAY}?(?P<day>\d{{1,2}})[/ .-]?{_MONTH}[/ .,-]{{0,2}}(?P<year>\d{{4}}|\d{{2}})"
        rf"(?:[ T:,_-]{{1,3}}| at ){_CLOCK}",
    ),
    Shape("_2 Jan 15:04:05", rf"(?P<day>\d{{1,2}})[ -]{_MONTH} {_CLOCK}", lacks="year"),
    Shape(
        "Mon Jan _2 15:04:05 2006",
        rf"{_WEEKDAY}?{_MONTH} {{1,2}}(?P<day>\d{{1,2}}) {_DIGITS_CLOCK}",
        ("%Y %a %b %e %H:%M:%S", "%Y %b %e %H:%M:%S"),
        tail=rf"{_FRACTION}(?: [A-Z]{{3,5}}| [+-]\d{{4}})? (?:19|20)\d{{2}}\b",
        after=rf"(?P<fraction>[.,]\d{{1,9}})?(?: (?P<zone>{ZONE_TEXT}))? (?P<last_year>(?:19|20)\d{{2}})\s*",
        lacks="year",
    ),
    Shape(
        "Jan _2, 2006 15:04:05",
        rf"{_WEEKDAY}?{_MONTH}[ ./-]{{1,2}}(?P<day>\d{{1,2}})[,/ .-]{{1,2}}"
        rf"(?P<year>\d{{4}}|\d{{2}}),?(?:[ T:]{{1,2}}| at ){_CLOCK}",
    ),
    SYSLOG,
    Shape(
        "02.01.2006 15:04:05",
        rf"(?P<first>\d{{1,2}})\.(?P<middle>\d{{1,2}})\.(?P<last>\d{{4}}|\d{{2}}){_BETWEEN}{_CLOCK}",
        orders=("dmy", "mdy", "ymd"),
    ),
    Shape(
        "01/02/2006 15:04:05",
        rf"(?P<first>\d{{1,2}})[/-](?P<middle>\d{{1,2}})[/-](?P<last>\d{{4}}|\d{{2}}){_BETWEEN}"
        r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?",
        tail=rf"(?:[.,:]\d{{1,9}})?{_HALF}{ZONE}?",
        after=_AFTER_COLON,
        orders=("ymd", "mdy", "dmy"),
    ),
    Shape(
        "01-02 15:04:05",
        rf"(?P<first>\d{{1,2}})[-./](?P<last>\d{{1,2}})[- ]{_DIGITS_CLOCK}",
        ("%Y %m-%d %H:%M:%S",),
        lacks="year",
        orders=("md", "dm"),
    ),
    Shape(
        "0102 15:04:05",
        rf"(?P<month>[01]\d)(?P<day>[0-3]\d) {_DIGITS_CLOCK}",
        ("%Y %m%d %H:%M:%S",),
        lacks="year",
    ),
    Shape(
        "060102 15:04:05",
        rf"(?P<year>\d{{2}})(?P<month>[01]\d)(?P<day>[0-3]\d) {{1,2}}{_CLOCK}",
    ),
    Shape(
        "060102 150405",
        r"(?P<year>\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d) (?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?P<second>[0-6]\d)",
        ("%y%m%d %H%M%S",),
        tail="",
    ),
    Shape("@4000000000000000", "@(?P<tai>4[0-9a-f]{15})(?:[0-9a-f]{8})?", tail="", after=""),
    EPOCH,
    CLOCK,
    KITCHEN,
)
"""Shapes in the order in which they are tried: a longer text before one that it contains."""

TIME: Final = "(?:" + "|".join(shape.pattern for shape in SHAPES if shape not in (EPOCH, CLOCK, KITCHEN)) + ")"
"""Pattern of a calendar time of any shape, without groups."""

ISO_TIME: Final = ISO.pattern
SYSLOG_TIME: Final = rf"(?:{SYSLOG.pattern}|{ISO_TIME})"
CLF_TIME: Final = CLF.pattern
CLOCK_TIME: Final = CLOCK.pattern
KITCHEN_TIME: Final = KITCHEN.pattern


def shape_of(text: str) -> Shape | None:
    """The shape that a time text has, or None."""
    return next((shape for shape in SHAPES if _matcher(shape).match(text)), None)


_MATCHERS: Final[dict[str, re.Pattern[str]]] = {}


def _matcher(shape: Shape) -> re.Pattern[str]:
    """The compiled pattern of the whole time; compiled when first needed, since few sources need many."""
    if shape.name not in _MATCHERS:
        _MATCHERS[shape.name] = re.compile(shape.full.replace("$", r"\Z"), re.ASCII)
    return _MATCHERS[shape.name]
