"""The text of a time -> UTC nanoseconds, by the shapes of `formats.shapes`, one text at a time."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple

from logtui.formats.rows.patterns import python_pattern
from logtui.formats.shapes import AFTER_SECONDS, EPOCH, YEARLESS, Shape, offset_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECOND: Final = 1_000_000_000
_HOUR: Final = 3600 * _SECOND
_UNIX_EPOCH: Final = datetime(1970, 1, 1)  # wall time, as the texts are
_LIMIT: Final = 2**63
_MOST_KEPT: Final = 8192
_AFTER: Final = python_pattern(rf"^{AFTER_SECONDS}$")
_EPOCH_PARTS: Final = python_pattern(r"^\s*(?P<whole>\d{10})(?P<rest>\d{0,9})(?:\.(?P<part>\d{1,9}))?\s*$")
_INNER_FRACTION: Final = re.compile(r"\.[0-9]{1,9}")
_LEAP: Final = re.compile(r"([:.][0-9]{2}[:.])60(?![0-9])")


class Time(NamedTuple):
    """A time that was read.

    Attributes:
        ns: Nanoseconds since 1970, UTC; in the year `YEARLESS` if the text states none.
        zoned: Whether the text states its zone.
        yearless: Whether it states no year.
    """

    ns: int
    zoned: bool
    yearless: bool


class TimeReader:
    """Reads the times of one source.

    Args:
        zone: Zone of times that state none.
    """

    def __init__(self, zone: tzinfo = UTC) -> None:
        self._zone = None if zone is UTC or getattr(zone, "key", None) == "UTC" else zone
        self._formats: dict[str, tuple[str, ...]] = {}
        self._heads: dict[str, int] = {}
        self._tails: dict[str, tuple[int, bool]] = {}
        self._last: Shape | None = None

    def learn(self, texts: Iterable[str]) -> None:
        """Prefer, for shapes with several formats such as day or month first, the format that reads the most texts.

        Args:
            texts: The times of the source's first lines.
        """
        votes: dict[Shape, Counter[str]] = {}
        for text in texts:
            shape = shape_of(text)
            if shape is not None and len(shape.formats) > 1 and (parts := _parts(text, shape)):
                reads = [each for each in shape.formats if _seconds(parts["seconds"], shape, each) is not None]
                votes.setdefault(shape, Counter()).update(reads)
        for shape, counts in votes.items():
            self._formats[shape.name] = tuple(sorted(shape.formats, key=counts.__getitem__, reverse=True))

    def read(self, text: str) -> Time | None:
        """Read a time of any shape.

        Args:
            text: The text of one time.

        Returns:
            The time; None where the text is none, or none that 64 bits of nanoseconds hold.
        """
        seconds = self._heads.get(text[:19])
        if seconds is not None:
            after = self._tails.get(text[19:]) or self._after(text[19:])
            if after is not None:
                return self._placed(seconds + after[0], zoned=after[1], yearless=False)
        if self._last and (time := self._read_shape(text, self._last)):
            return time
        shape = shape_of(text)
        if shape is None:
            return None
        self._last = shape
        return self._read_shape(text, shape)

    def _placed(self, ns: int, *, zoned: bool, yearless: bool) -> Time | None:
        if self._zone and not zoned:
            wall = _UNIX_EPOCH + timedelta(seconds=ns // _SECOND)
            utc = wall.replace(tzinfo=self._zone).astimezone(UTC)
            if utc.astimezone(self._zone).replace(tzinfo=None) != wall:
                return None
            ns = round((utc.replace(tzinfo=None) - _UNIX_EPOCH).total_seconds()) * _SECOND + ns % _SECOND
        return Time(ns, zoned, yearless) if -_LIMIT <= ns < _LIMIT else None

    def _after(self, tail: str) -> tuple[int, bool] | None:
        """The fraction less the zone's offset, in nanoseconds, and whether there is a zone."""
        match = _AFTER.search(tail)
        if match is None or match["half"]:
            return None
        if len(self._tails) >= _MOST_KEPT:
            self._tails.clear()
        after = self._tails[tail] = _shift(match)
        return after

    def _read_shape(self, text: str, shape: Shape) -> Time | None:
        if shape is EPOCH:
            return _read_epoch(text)
        parts = _parts(text, shape)
        if parts is None:
            return None
        formats = self._formats.get(shape.name, shape.formats)
        found = (_seconds(parts["seconds"], shape, strptime) for strptime in formats)
        seconds = next((value for value in found if value is not None), None)
        if seconds is None:
            return None
        if shape.width is not None:
            if len(self._heads) >= _MOST_KEPT:
                self._heads.clear()
            self._heads[text[: shape.width]] = seconds
        shift, zoned = _shift(parts)
        hours = _half_day(parts["half"], seconds)
        return self._placed(seconds + hours * _HOUR + shift, zoned=zoned, yearless=shape.yearless)


def _parts(text: str, shape: Shape) -> re.Match[str] | None:
    before = "" if shape.width else r"\s*"
    return python_pattern(rf"^{before}(?P<seconds>{shape.seconds}){AFTER_SECONDS}$").search(text)


def _shift(parts: re.Match[str]) -> tuple[int, bool]:
    fraction = int(parts["fraction"][1:].ljust(9, "0")) if parts["fraction"] else 0
    offset = offset_of(parts["zone"]) if parts["zone"] else None
    return fraction - (0 if offset is None else round(offset.total_seconds()) * _SECOND), offset is not None


def _half_day(half: str | None, seconds: int) -> int:
    hour = seconds // _HOUR % 24
    return 12 if half == "PM" and hour < 12 else -12 if half == "AM" and hour == 12 else 0


def _seconds(text: str, shape: Shape, strptime: str) -> int | None:
    """Nanoseconds since 1970 of a wall time up to its seconds, by one format."""
    if shape.yearless:
        text = f"{YEARLESS} {text}"
    leap = _LEAP.search(text)
    if leap:
        text = _LEAP.sub(r"\g<1>59", text)
    fraction = _INNER_FRACTION.search(text) if "%.f" in strptime else None
    if fraction:
        text = text.replace(fraction[0], "", 1)
    strptime = strptime.replace("%.f", "").replace("%e", "%d")
    try:
        wall = datetime.strptime(text, strptime)
    except ValueError:
        return None
    if "%a" in strptime and wall.strftime("%a") != text[:3]:
        return None
    if "%y" in strptime and wall.year == 1969:
        wall = wall.replace(year=2069)
    seconds = round((wall - _UNIX_EPOCH).total_seconds()) + (1 if leap else 0)
    return seconds * _SECOND + (int(fraction[0][1:7].ljust(9, "0")) if fraction else 0)


def _read_epoch(text: str) -> Time | None:
    """Epoch numbers: 10 digits are seconds (with a fraction or without), 13 ms, 16 us, 19 ns."""
    parts = _EPOCH_PARTS.search(text)
    if parts is None:
        return None
    digits = (parts["rest"] + (parts["part"] or ""))[:9].ljust(9, "0")
    return Time(int(parts["whole"]) * _SECOND + int(digits), True, False)
