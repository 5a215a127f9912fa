"""The zone of a source's times goes by the first glob that its name matches."""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

import pytest

from logtui.engine.read.options import ReadOptions

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("source", "zone"),
    [
        ("web.log", BERLIN),
        ("/var/log/web.log", BERLIN),
        ("/srv/tokyo/app.log", TOKYO),
        ("/srv/tokyo/web.log", BERLIN),
        ("stdin", UTC),
    ],
)
def test_the_first_glob_that_matches_decides(source: str, zone: tzinfo) -> None:
    assert ReadOptions(zones=(("web.*", BERLIN), ("*/tokyo/*", TOKYO))).zone_of(source) == zone


def test_without_globs_times_are_utc() -> None:
    assert ReadOptions().zone_of("app.log") is UTC
