"""Reads the text of a time to epoch nanoseconds, by the shapes of `formats.shapes`, one text at a time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple

from logtui.formats.moments import seconds_of
from logtui.formats.rows.patterns import python_pattern
from logtui.formats.shapes import AFTER_SECONDS, EPOCH, LAST_SECOND, YEARLESS, Shape, shape_of
from logtui.formats.zones import offset_of, region_of

if TYPE_CHECKING:
    from logtui.formats.moments import Orders

_SECOND: Final = 1_000_000_000
_HOUR: Final = 3600 * _SECOND
_UNIX_EPOCH: Final = datetime(1970, 1, 1)  # wall time, as the texts are
_LIMIT: Final = 2**63
_SURE_LIMIT: Final = _LIMIT - 48 * _HOUR
"""Seconds up to here stay within 64 bits of nanoseconds whatever fraction and zone follow."""

_MAX_CACHED: Final = 8192
_AFTER: Final = rf"^{AFTER_SECONDS}$"
_PLAIN_HEAD: Final = re.compile(r"[12]\d{3}-[01]\d-[0-3]\d[T ][0-2]\d:[0-5]\d:[0-5]\d", re.ASCII)
_PLAIN_TAIL: Final = re.compile(r"(?P<fraction>[.,]\d{1,9})?(?P<zone>[Zz]|[+-]\d\d:?\d\d)?", re.ASCII)
_EPOCH_PARTS: Final = r"^\s*(?P<whole>\d{10})(?P<rest>\d{3}|\d{6}|\d{9}|)(?:\.(?P<part>\d{1,9}))?\s*$"


class Time(NamedTuple):
    """A time that was read.

    Attributes:
        ns: Epoch nanoseconds; in the year `YEARLESS` if the text states no year, on its first day if it states no date.
        zoned: Whether the text states its zone.
        yearless: Whether it states no year.
        dateless: Whether it states no date.
    """

    ns: int
    zoned: bool
    yearless: bool = False
    dateless: bool = False


class TimeReader:
    """Reads the times of one source.

    Args:
        orders: Where year, month and day stand in dates of numbers.
    """

    def __init__(self, orders: Orders | None = None) -> None:
        self.orders: Orders = orders or {}
        self._heads: dict[str, int] = {}
        self._tails: dict[str, tuple[int, bool]] = {}
        self._plain_tails: dict[str, tuple[int, bool]] = {}
        self._last: Shape | None = None

    def read(self, text: str) -> Time | None:
        """Read a time of any shape.

        Args:
            text: The text of one time.

        Returns:
            The time; None if the text is not a time, or one beyond 64 bits of nanoseconds.
        """
        plain = self.read_plain(text)
        if plain is not None:
            return Time(*plain)
        seconds = self._heads.get(text[:19])
        if seconds is not None:
            after = self._tails.get(text[19:]) or self._after(text[19:])
            if after is not None:
                return _within_limits(seconds + after[0], zoned=after[1])
        if self._last and (time := self._read_shape(text, self._last)):
            return time
        shape = shape_of(text)
        if shape is None:
            return None
        self._last = shape
        return self._read_shape(text, shape)

    def read_plain(self, text: str) -> tuple[int, bool] | None:
        """Read the spelling of ISO 8601 that most logs use, by a fast path.

        Args:
            text: The text of one time.

        Returns:
            Epoch nanoseconds, and whether the text states its zone; None if the text has another shape, which `read`
            may know.
        """
        seconds = self._heads.get(text[:19])
        if seconds is None and (seconds := self._plain_seconds(text[:19])) is None:
            return None
        tail = text[19:]
        after = self._plain_tails.get(tail) or self._plain_after(tail)
        if after is None:
            return None
        return seconds + after[0], after[1]

    def _plain_seconds(self, head: str) -> int | None:
        if not _PLAIN_HEAD.fullmatch(head):
            return None
        try:
            since = datetime.fromisoformat(head) - _UNIX_EPOCH
        except ValueError:
            return None
        ns = (since.days * 86_400 + since.seconds) * _SECOND
        return ns if self._remember(head, ns) else None

    def _plain_after(self, tail: str) -> tuple[int, bool] | None:
        """The fraction less the zone's offset, in nanoseconds, and whether there is a zone."""
        match = _PLAIN_TAIL.fullmatch(tail)
        if match is None:
            return None
        if len(self._plain_tails) >= _MAX_CACHED:
            self._plain_tails.clear()
        after = self._plain_tails[tail] = _shift(match.groupdict())
        return after

    def _remember(self, head: str, ns: int) -> bool:
        """Cache the seconds of a time by their text, unless the whole time may be beyond 64 bits; whether it did."""
        if abs(ns) > _SURE_LIMIT:
            return False
        if len(self._heads) >= _MAX_CACHED:
            self._heads.clear()
        self._heads[head] = ns
        return True

    def _after(self, tail: str) -> tuple[int, bool] | None:
        """The fraction less the zone's offset, in nanoseconds, and whether there is a zone."""
        match = python_pattern(_AFTER).search(tail)
        if match is None or match["half"] or region_of(match["zone"] or ""):
            return None
        if len(self._tails) >= _MAX_CACHED:
            self._tails.clear()
        after = self._tails[tail] = _shift(match.groupdict())
        return after

    def _read_shape(self, text: str, shape: Shape) -> Time | None:
        if shape is EPOCH:
            return _read_epoch(text)
        match = python_pattern(shape.full if shape.width is None else shape.full.replace(r"\s*", "", 1)).search(text)
        if match is None:
            return None
        parts = match.groupdict()
        year = parts.get("last_year")
        head = f"{year or YEARLESS} {parts['seconds']}" if shape.lacks == "year" else match["seconds"]
        whole = seconds_of(shape, head, self.orders)
        if whole is None:
            return None
        seconds = whole * _SECOND
        if shape.width is not None:
            self._remember(text[: shape.width], seconds)
        shift, zoned = _shift(parts)
        hours = _half_day(parts.get("half"), seconds)
        ns = seconds + hours * _HOUR + shift
        if (region := region_of(parts.get("zone") or "")) and not zoned:
            ns, zoned = in_zone(ns, region), True
        return _within_limits(
            ns,
            zoned=zoned or "<tai>" in shape.seconds,
            yearless=shape.lacks == "year" and year is None,
            dateless=shape.lacks == "date",
        )


def in_zone(ns: int, zone: tzinfo) -> int:
    """Convert a wall time to an instant: a time that clocks skip is shifted forward, of two instants the first wins.

    Args:
        ns: Nanoseconds since 1970, as if in UTC.
        zone: The zone.

    Returns:
        Nanoseconds since 1970, UTC.
    """
    if zone is UTC or getattr(zone, "key", None) == "UTC":
        return ns
    wall = _UNIX_EPOCH + timedelta(seconds=ns // _SECOND)
    utc = wall.replace(tzinfo=zone).astimezone(UTC)
    return round((utc.replace(tzinfo=None) - _UNIX_EPOCH).total_seconds()) * _SECOND + ns % _SECOND


def wall_in(ns: int, zone: tzinfo) -> int:
    """Convert an instant to the wall time of a zone.

    Args:
        ns: Nanoseconds since 1970, UTC.
        zone: The zone.

    Returns:
        Nanoseconds since 1970, as if in UTC.
    """
    if zone is UTC or getattr(zone, "key", None) == "UTC":
        return ns
    utc = (_UNIX_EPOCH + timedelta(seconds=ns // _SECOND)).replace(tzinfo=UTC)
    wall = utc.astimezone(zone).replace(tzinfo=None)
    return round((wall - _UNIX_EPOCH).total_seconds()) * _SECOND + ns % _SECOND


def _within_limits(ns: int, *, zoned: bool, yearless: bool = False, dateless: bool = False) -> Time | None:
    return Time(ns, zoned, yearless, dateless) if -_LIMIT <= ns < _LIMIT else None


def _shift(parts: dict[str, str | None]) -> tuple[int, bool]:
    fraction = int((parts.get("fraction") or "_0")[1:].ljust(9, "0"))
    zone = parts.get("zone")
    offset = offset_of(zone) if zone else None
    return fraction - (0 if offset is None else round(offset.total_seconds()) * _SECOND), offset is not None


def _half_day(half: str | None, seconds: int) -> int:
    hour = seconds // _HOUR % 24
    afternoon = half is not None and half[0] in "pP"
    return 12 if afternoon and hour < 12 else -12 if half and not afternoon and hour == 12 else 0


def _read_epoch(text: str) -> Time | None:
    """Epoch numbers: 10 digits are seconds (with a fraction or without), 13 ms, 16 us, 19 ns."""
    parts = python_pattern(_EPOCH_PARTS).search(text)
    if parts is None:
        return None
    digits = (parts["rest"] + (parts["part"] or ""))[:9].ljust(9, "0")
    seconds = int(parts["whole"])
    return Time(seconds * _SECOND + int(digits), True) if seconds < LAST_SECOND else None
