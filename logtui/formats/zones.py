"""Reads time zones as logs write them: offsets, and names of zones with a fixed offset."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

_NAMES: Final = {
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

ZONE: Final = rf"(?:\s?(?:(?:UTC|GMT)?[+-]\d{{2}}:?\d{{2}}|(?:{'|'.join(_NAMES)}))\b|[+-]\d{{2,3}}\b)"
"""A zone behind a time in a header, without groups."""

ZONE_TEXT: Final = r"(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|[+-]\d{3}|[A-Z]{1,5}"
"""What may stand in a zone's place."""

_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(?:(\d{2}):?(\d{2})?|(\d{3}))", re.ASCII)


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
    offset = timedelta(hours=int(match[2] or 0), minutes=int(match[3] or match[4] or 0))
    return -offset if match[1] == "-" else offset
