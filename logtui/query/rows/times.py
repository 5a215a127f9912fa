"""Tests of times, and of texts that are times."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from logtui.query.rows.bounds import within

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.query.meaning.times import Instants, WrittenTimes
    from logtui.query.rows.texts import Test

_TIME: Final = re.compile(
    r"(\d{4}-\d\d?-\d\d?)(?:[T ](\d\d?:\d\d?:\d\d?(?:\.\d+)?)(Z|[+-]\d\d:?\d\d)?)?", re.ASCII | re.IGNORECASE
)


def instants(comparison: Instants) -> Callable[[int], bool]:
    """Whether a time, in nanoseconds since 1970, UTC, is in the interval."""
    ends = ((">=", comparison.start), ("<", comparison.end))
    return within([(op, ns) for op, ns in ends if ns is not None])


def written_times(comparison: WrittenTimes) -> Test:
    """Whether a text is a time between the bounds."""
    keeps_instant, keeps_wall = within(comparison.instants), within(comparison.walls)

    def keeps(text: str) -> bool:
        found = _time(text)
        return found is not None and (keeps_instant(found) if found.tzinfo else keeps_wall(found))

    return keeps


def _time(text: str) -> datetime | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    year, month, day = map(int, match[1].split("-"))
    hour, minute, second = (match[2] or "0:0:0").split(":")
    whole, _, fraction = second.partition(".")
    try:
        wall = datetime(year, month, day, int(hour), int(minute), int(whole), int(fraction[:6].ljust(6, "0")))
        zone = match[3]
        return wall if zone is None else wall.replace(tzinfo=datetime.strptime(zone.upper(), "%z").tzinfo or UTC)
    except ValueError:
        return None
