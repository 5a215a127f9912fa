"""Typed times are instants, also where clocks change."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from logtui.model.times import parse_time

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "text", "first", "end"),
    [
        ("Europe/Berlin", "2026-06-25T09:56", "2026-06-25T07:56", "2026-06-25T07:57"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00", "2026-03-29T01:01"),
        ("Europe/Berlin", "2026-10-25T02:59", "2026-10-25T00:59", "2026-10-25T01:00"),
        ("Europe/Berlin", "2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00", "2026-09-07T03:00"),
    ],
)
def test_a_local_time_is_an_interval_of_instants(zone: str, text: str, first: str, end: str) -> None:
    found = parse_time(text, now=NOW, zone=ZoneInfo(zone))
    assert (f"{found.start:%Y-%m-%dT%H:%M}", f"{found.end:%Y-%m-%dT%H:%M}") == (first, end)
    assert found.start.tzinfo is UTC
