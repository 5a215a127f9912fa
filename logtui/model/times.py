"""The grammar of typed times: `-15m`, `now-1d/d`, `14:05`, `2025-10-07T16:00Z`, `yesterday`, epochs.

A typed time denotes an interval: `14:05` is that minute, `2025-10-07` that day, `-15m` an instant. Days, weeks,
months and years are those of the calendar in the zone at hand; a day may have 23 or 25 hours.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from logtui.errors import TimeError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS: Final = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)")
_UNIT: Final = "ms|s|min|m|h|d|w|M|y"
_MATH: Final = re.compile(rf"((?i:now))?((?:\s*[+-]\s*(?:\d+(?:\.\d+)?\s*(?:{_UNIT})\s*)+|/(?:{_UNIT}))+)")
_STEP: Final = re.compile(rf"([+-])\s*|/({_UNIT})|(\d+(?:\.\d+)?)\s*({_UNIT})")
_CALENDAR_UNITS: Final = ("d", "w", "M", "y")
_EPOCH_NUMBER: Final = re.compile(r"(?P<whole>\d+)(?:\.(?P<fraction>\d{1,9}))?", re.ASCII)
_EPOCH_DIGITS: Final = {10: 1, 13: 10**3, 16: 10**6, 19: 10**9}
_DATE_TIME: Final = re.compile(
    r"(?:(\d{4})-(\d{1,2})(?:-(\d{1,2}))?)?"
    r"(?:(?:(?<=\d)[T ]|^)(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?"
    r"\s*(Z|z|UTC|[+-]\d{2}:?\d{2})?"
)

_OFFSET: Final = r"(?ai)(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?"
_LARGEST_OFFSET: Final = timedelta(hours=14)

_CLOCK: Final = re.compile(r"\d{1,2}:\d{2}\D?.*", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Interval:
    """A half-open interval of time, both ends zoned: `start <= t < end`; an instant has `start == end`."""

    start: datetime
    end: datetime


def rfc3339(ns: int) -> str:
    """Format epoch nanoseconds in RFC 3339, UTC, with 0, 3, 6 or 9 digits of fraction: as many as needed."""
    seconds, fraction = divmod(ns, 10**9)
    digits = f"{fraction:09}"
    while digits.endswith("000"):
        digits = digits[:-3]
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment:%Y-%m-%dT%H:%M:%S}{'.' if digits else ''}{digits}Z"


def ns_of(moment: datetime) -> int:
    """Convert a zoned time to epoch nanoseconds."""
    return (moment - _EPOCH) // timedelta(microseconds=1) * 1000


def moment_of(ns: int) -> datetime:
    """Convert epoch nanoseconds to a time in UTC, cut to the microsecond."""
    return _EPOCH + timedelta(0, 0, ns // 1000)  # by place: naming an argument takes half as long again


def zone_named(name: str) -> tzinfo:
    """Find a time zone.

    Args:
        name: Its IANA name, `UTC`, or an offset such as `+05:30`, `-0800` or `UTC+2`.

    Raises:
        TimeError: If there is no such zone.
    """
    if name.upper() in ("UTC", "Z"):
        return UTC
    if (offset := _offset_in(name)) is not None:
        return timezone(offset) if offset else UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = "write it like Europe/Berlin, UTC or +05:30"
        raise TimeError(f"expected a time zone, got {name!r}", hint=hint) from error


def _offset_in(name: str) -> timedelta | None:
    """The offset east of UTC that a zone's name states; None if it states none, or one that no place has."""
    match = re.fullmatch(_OFFSET, name)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return None if offset > _LARGEST_OFFSET else -offset if match[1] == "-" else offset


def parse_duration(text: str) -> timedelta:
    """Read a duration such as `15m`, `1h30m` or `1.5s`.

    Args:
        text: Numbers with the units ms, s, m, min, h, d, w.

    Returns:
        The duration.

    Raises:
        TimeError: If the text is not a duration.
    """
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text).strip():
        raise TimeError(f"expected a duration, got {text!r}", hint="write it like 15m, 1h30m or 1.5s")
    try:
        return sum((float(number) * _UNITS[unit] for number, unit in parts), timedelta())
    except OverflowError as error:
        raise TimeError(f"duration {text!r} is out of range") from error


def is_clock(text: str) -> bool:
    """Whether a typed time is a time of day without a date, such as `14:05`."""
    return _CLOCK.fullmatch(text.strip()) is not None


def parse_time(text: str, *, now: datetime, zone: tzinfo = UTC) -> Interval:
    """Read a typed time.

    Args:
        text: `now`, `-15m`, `now-1h`, `now-1d/d` (rounded down to the day, and meaning that day), `today`,
            `yesterday`, `14:05`, a full or partial date, or an epoch number of 10 (s), 13 (ms), 16 (us) or
            19 (ns) digits.
        now: The zoned present, fixed once per query.
        zone: Zone of times that do not state one.

    Returns:
        The interval that the text denotes, in UTC.

    Raises:
        TimeError: If the text is not a time.
    """
    wanted = text.strip()
    try:
        found = _relative(wanted, now, zone) or _epoch(wanted) or _calendar(wanted, now, zone)
        if found is not None:
            return Interval(_instant(found.start), _instant(found.end))
    except (ValueError, OverflowError) as error:
        raise TimeError(f"there is no time {text!r}", hint="write it like -15m, 14:05 or 2025-10-07T16:00Z") from error
    raise TimeError(f"expected a time, got {text!r}", hint="write it like -15m, 14:05 or 2025-10-07T16:00Z")


def _instant(moment: datetime) -> datetime:
    """Convert a local time to UTC; one that clocks skip becomes the first moment after the gap."""
    instant = moment.astimezone(UTC)
    back = instant.astimezone(moment.tzinfo).replace(tzinfo=None)
    wall = moment.replace(tzinfo=None)
    if back == wall:
        return instant
    before, after = moment.replace(fold=0).utcoffset(), moment.replace(fold=1).utcoffset()
    return _change_between(instant - abs(after - before), instant, moment.tzinfo)  # type: ignore[operator]


def _change_between(low: datetime, high: datetime, zone: tzinfo | None) -> datetime:
    """Find, by bisection, the moment between two others at which the offset of a zone changes."""
    old = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == old else (low, middle)
    return high.replace(microsecond=0)


def _relative(text: str, now: datetime, zone: tzinfo) -> Interval | None:
    lowered = text.lower()
    if lowered == "now":
        return Interval(now, now)
    if lowered in ("today", "yesterday"):
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        start = midnight if lowered == "today" else midnight - timedelta(days=1)
        return Interval(start, start + timedelta(days=1))
    match = _MATH.fullmatch(text)
    if not match or (match[1] is None and "/" in match[2].split("+")[0].split("-")[0]):
        return None
    return _computed(match[2], now.astimezone(zone))


def _computed(steps: str, moment: datetime) -> Interval:
    """Apply steps such as `-1d/d` to a moment; the result is the whole unit if the last step rounds."""
    sign, unit = 1, ""
    for step in _STEP.finditer(steps):
        if step[1]:
            sign = 1 if step[1] == "+" else -1
            continue
        unit = step[2] or ""
        moment = _floor(moment, unit) if unit else _shifted(moment, sign * float(step[3]), step[4])
    return Interval(moment, _shifted(moment, 1, unit) if unit else moment)


def _shifted(moment: datetime, count: float, unit: str) -> datetime:
    if unit in ("M", "y"):
        months = moment.year * 12 + moment.month - 1 + round(count * (12 if unit == "y" else 1))
        year, month = divmod(months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
    shift = count * _UNITS[unit]
    if unit in _CALENDAR_UNITS:
        return moment + shift
    return (moment.astimezone(UTC) + shift).astimezone(moment.tzinfo)


def _floor(moment: datetime, unit: str) -> datetime:
    if unit == "ms":
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    zeros = {"microsecond": 0, "second": 0, "minute": 0, "hour": 0}
    kept = {"s": 1, "m": 2, "min": 2, "h": 3}.get(unit, 4)
    start = moment.replace(**dict(list(zeros.items())[:kept]))  # type: ignore[arg-type]
    if unit == "w":
        return start - timedelta(days=start.weekday())
    if unit in ("M", "y"):
        return start.replace(day=1, month=1 if unit == "y" else start.month)
    return start


def _epoch(text: str) -> Interval | None:
    match = _EPOCH_NUMBER.fullmatch(text)
    if match is None or len(match["whole"]) not in _EPOCH_DIGITS:
        return None
    per_second = _EPOCH_DIGITS[len(match["whole"])]
    digits = match["fraction"] or "0"
    micros = int(match["whole"] + digits) * 10**6 // (per_second * 10 ** len(digits))
    moment = _EPOCH + timedelta(microseconds=micros)
    return Interval(moment, moment)


def _calendar(text: str, now: datetime, zone: tzinfo) -> Interval | None:
    match = _DATE_TIME.fullmatch(text)
    if not match or not any(match.groups()[:4]) or (match[1] is None and match[5] is None):
        return None
    stated = _zone_of(match[8]) if match[8] else zone
    today = now.astimezone(stated)
    year, month, day = (
        (int(match[1]), int(match[2]), int(match[3] or 1)) if match[1] else (today.year, today.month, today.day)
    )
    micro = int(((match[7] or "") + "000000")[:6])
    start = datetime(year, month, day, int(match[4] or 0), int(match[5] or 0), int(match[6] or 0), micro, stated)
    return Interval(start, _end_of(start, match))


def _end_of(start: datetime, match: re.Match[str]) -> datetime:
    if match[7]:
        return start + timedelta(seconds=10.0 ** -len(match[7]))
    if match[6] or match[5]:
        unit = timedelta(seconds=1) if match[6] else timedelta(minutes=1)
        return _instant(start) + unit
    if match[4]:
        return start + timedelta(hours=1)
    if match[3]:
        return start + timedelta(days=1)
    return (start + timedelta(days=32)).replace(day=1)


def _zone_of(text: str) -> tzinfo:
    if text.upper() in ("Z", "UTC"):
        return UTC
    return datetime.strptime(text, "%z").tzinfo or UTC
