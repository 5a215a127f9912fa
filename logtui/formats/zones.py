"""Reads time zones as logs write them: offsets, and names of zones with a fixed offset."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_NAMES: Final = {
    **dict.fromkeys(("Z", "z", "UTC", "GMT", "WET"), 0.0),
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
    "WEST": 1.0,
    "MSK": 3.0,
    "IST": 5.5,
    "SGT": 8.0,
    "HKT": 8.0,
    "JST": 9.0,
    "KST": 9.0,
    "AEST": 10.0,
    "AEDT": 11.0,
    "NZST": 12.0,
    "NZDT": 13.0,
    "BRT": -3.0,
    "SAST": 2.0,
}
"""Hours east of UTC of the zone names that logs write (RFC 2822, section 4.3, and common ones of the IANA database)."""

_REGION: Final = (
    r"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)"
    r"(?:/[A-Z][A-Za-z0-9_+-]*){1,2}"
)
"""A zone of the IANA database, whose offset depends on the time."""

ZONE: Final = (
    rf"(?:\s?(?:(?:UTC|GMT)?[+-]\d{{2}}:?\d{{2}}|(?:UTC|GMT)[+-]\d{{1,2}}|{'|'.join(_NAMES)}|{_REGION})\b|"
    r"\s[+-](?:0\d|1[0-4])\b|[+-]\d{2,3}\b)"
)
"""A zone behind a time in a header, without groups."""

ZONE_TEXT: Final = rf"(?:UTC|GMT)?[+-]\d{{2}}(?::?\d{{2}})?|(?:UTC|GMT)[+-]\d|[+-]\d{{3}}|{_REGION}|[A-Z]{{1,5}}|z"
"""What may stand in a zone's place."""

_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(?:(\d{2}):?(\d{2})?|(\d{3})|(\d))", re.ASCII)


def offset_of(zone: str) -> timedelta | None:
    """Find the offset that a zone's name or number means.

    Args:
        zone: Such as `CEST`, `+02:00`, or `+120`, which is minutes.

    Returns:
        The offset east of UTC, None where it is unknown.
    """
    if zone in _NAMES:
        return timedelta(hours=_NAMES[zone])
    match = _OFFSET.fullmatch(zone)
    if not match:
        return None
    offset = timedelta(hours=int(match[2] or match[5] or 0), minutes=int(match[3] or match[4] or 0))
    return -offset if match[1] == "-" else offset


@cache
def region_of(zone: str) -> ZoneInfo | None:
    """Find the zone of the IANA database that a name means.

    Args:
        zone: Such as `Europe/Berlin`.

    Returns:
        The zone, None if the name is not one of a region and a place, or is unknown.
    """
    if "/" not in zone:
        return None
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
