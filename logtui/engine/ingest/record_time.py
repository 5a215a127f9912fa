"""The time that a single record states, in any spelling that the server takes; acceptance and decoding share it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from logtui.formats.json_keys import role_of
from logtui.formats.rows.naming import named
from logtui.formats.rows.times import TimeReader
from logtui.model.times import ns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT: Final = 2**63
"""Nanoseconds since 1970 that a timestamp may not reach."""

_UNITS: Final = ((10**11, 10**9), (10**14, 10**6), (10**17, 10**3))
"""Numbers below the first are of so many nanoseconds: 10 digits are seconds, 13 milliseconds, 16 microseconds."""

_is_number: Final = re.compile(r"\s*-?\d{1,19}(?:\.\d+)?\s*", re.ASCII).fullmatch


def is_time_path(path: str) -> bool:
    """Whether a dotted path is a known alias of `timestamp`."""
    role = role_of(path)
    return role is not None and role[0] == "time_text"


def time_of(fields: Mapping[str, str]) -> int | None:
    """Find the time of a record.

    Args:
        fields: The record's texts by dotted path.

    Returns:
        Epoch nanoseconds, UTC where no zone is stated; None if no value under a known alias is a time with a date and
        a year.
    """
    usual = named(fields).core.get("time_text")
    paths = sorted((role[1], path) for path in fields if (role := role_of(path)) and role[0] == "time_text")
    texts = [*([usual] if usual else []), *(fields[path] for _, path in paths)]
    return next((ns for text in texts if (ns := read_time(text)) is not None), None)


def read_time(text: str) -> int | None:
    """Read a time: any shape that logs write, an epoch number in s, ms, us or ns, or ISO 8601.

    Args:
        text: The text of one time.

    Returns:
        Epoch nanoseconds; None if it is no time, lacks the date or the year, or is beyond 64 bits of nanoseconds.
    """
    found = TimeReader().read(text)
    if found is not None:
        return None if found.yearless or found.dateless else found.ns
    ns = _epoch(Decimal(text)) if _is_number(text) else _iso(text)
    return ns if ns is not None and -LIMIT <= ns < LIMIT else None


def _epoch(number: Decimal) -> int:
    unit = next((unit for below, unit in _UNITS if abs(number) < below), 1)
    return int(number * unit)


def _iso(text: str) -> int | None:
    try:
        found = datetime.fromisoformat(text.strip().upper())
        return ns_of(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
