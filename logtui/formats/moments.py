"""Reads the text of a time up to its seconds to seconds since 1970, one text at a time, by the table of shapes."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from logtui.formats.shapes import YEARLESS, Shape, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Orders = dict[str, tuple[str, ...]]
"""Shape -> the orders of year, month and day in which a source's dates are tried."""

_DAY: Final = 86_400
_MONTHS: Final = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_CENTURY_TURN: Final = 70
_TAI_EPOCH: Final = 2**62 + 10
"""TAI64 label of 1970-01-01T00:00:00Z, by the offset of that time (libtai documentation)."""
_PARTS_OF_DATE: Final = ("first", "middle", "last")


def seconds_of(shape: Shape, text: str, orders: Mapping[str, tuple[str, ...]]) -> int | None:
    """Read the text of a time up to its seconds.

    Args:
        shape: The text's shape.
        text: As the group `seconds` of the shape's full pattern holds it; where the shape lacks the year, the year and
            a blank before it.
        orders: The order of year, month and day in the source's numeric dates, by shape.

    Returns:
        Seconds since 1970 as if in UTC; `24:00` is the next day's start, the leap second `60` the next minute's. None
        where there is no such time.
    """
    match = _parts(shape).match(text)
    if match is None:
        return None
    parts = match.groupdict()
    if "tai" in parts:
        return int(parts["tai"], 16) - _TAI_EPOCH
    clock = _clock(int(parts["hour"]), int(parts["minute"]), int(parts.get("second") or 0))
    if clock is None:
        return None
    if shape.lacks == "date":
        return (date(YEARLESS, 1, 1).toordinal() - _EPOCH_DAY) * _DAY + clock
    day = _day(shape, parts, orders)
    return None if day is None else day * _DAY + clock


def learn_orders(texts: Iterable[str]) -> Orders:
    """Learn the order of year, month and day in a source's numeric dates.

    Args:
        texts: The times of the source's first lines.

    Returns:
        For shapes that leave it open, the order that reads most of the texts first.
    """
    votes: dict[str, Counter[str]] = {}
    shapes: dict[str, Shape] = {}
    for text in texts:
        shape = shape_of(text)
        if shape is None or len(shape.orders) < 2:
            continue
        shapes[shape.name] = shape
        counts = votes.setdefault(shape.name, Counter())
        counts.update(o for o in shape.orders if _reads(shape, text, o))
    return {
        name: tuple(sorted(shapes[name].orders, key=lambda order, name=name: -votes[name][order]))  # type: ignore[misc]
        for name in votes
    }


def _reads(shape: Shape, text: str, order: str) -> bool:
    match = re.match(shape.full, text, re.ASCII)
    if match is None:
        return False
    head = f"{YEARLESS} {match['seconds']}" if shape.lacks == "year" else match["seconds"]
    return seconds_of(shape, head, {shape.name: (order,)}) is not None


@cache
def _parts(shape: Shape) -> re.Pattern[str]:
    before = r"(?P<year>\d{4}) " if shape.lacks == "year" else ""
    return re.compile(rf"{before}(?:{shape.seconds})\Z", re.ASCII)


def _clock(hour: int, minute: int, second: int) -> int | None:
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    return hour * 3600 + minute * 60 + second


def _day(shape: Shape, parts: dict[str, str | None], orders: Mapping[str, tuple[str, ...]]) -> int | None:
    """Days since 1970 of a time's date; None where there is none."""
    year, week, day_of_year = parts.get("year"), parts.get("week"), parts.get("day_of_year")
    if year and week:
        return _day_of_week(int(year), int(week), int(parts["weekday"] or 0))
    if year and day_of_year:
        first, last = (date(int(year), *each).toordinal() for each in ((1, 1), (12, 31)))
        day = first + int(day_of_year) - 1
        return day - _EPOCH_DAY if first <= day <= last else None
    days = (_days(_date_parts(parts, order)) for order in orders.get(shape.name, shape.orders))
    return next((day for day in days if day is not None), None)


def _day_of_week(year: int, week: int, weekday: int) -> int | None:
    """Days since 1970 of a day of a week (ISO 8601, "week date")."""
    try:
        return date.fromisocalendar(year, week, weekday).toordinal() - _EPOCH_DAY
    except ValueError:
        return None


def _date_parts(parts: dict[str, str | None], order: str) -> tuple[str | None, str | None, str | None]:
    """Year, month and day as they stand in the text."""
    if not order:
        return parts["year"], parts.get("month_name") or parts.get("month"), parts["day"]
    names = [name for name in _PARTS_OF_DATE if name in parts]
    found = {letter: parts[name] for letter, name in zip(order, names, strict=True)}
    return found.get("y", parts.get("year")), found["m"], found["d"]


def _days(parts: tuple[str | None, str | None, str | None]) -> int | None:
    """Days since 1970 of a date; None where there is none."""
    year_text, month_text, day_text = parts
    if not (year_text and month_text and day_text) or max(len(month_text), len(day_text)) > 3 or len(day_text) > 2:
        return None
    year = int(year_text)
    if len(year_text) <= 2:
        year += 2000 if year < _CENTURY_TURN else 1900
    month = _MONTHS[month_text.lower()] if month_text.isalpha() else int(month_text)
    try:
        return date(year, month, int(day_text)).toordinal() - _EPOCH_DAY
    except ValueError:
        return None
