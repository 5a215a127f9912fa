"""What rollups say of a segment: its matches counted, or where they may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from logtui.engine.search.decisions import Decision, decisions
from logtui.engine.search.group_tables import GroupTables
from logtui.engine.search.request import Request
from logtui.query import WEIGHT
from logtui.store import Store
from tests.store.records import frame_of

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2025, 7, 23, 12, 0, tzinfo=UTC)
TEXTS = {"message": "failed", "raw": "failed", "@code": "500"}


def decided(folder: Path, request: Request) -> dict[int, Decision]:
    """What is decided of two segments: three errors at noon; an error and a dateless info a minute later."""
    later = NOON + timedelta(minutes=1)
    with Store(folder, writable=True) as store:
        store.seal(frame_of([{**TEXTS, "timestamp": NOON, "level": "error"}] * 3), {})
        store.seal(frame_of([{**TEXTS, "timestamp": later, "level": "error"}, {**TEXTS, "level": "info"}]), {})
        segments = store.segments()
        return decisions(request, GroupTables(store).of(segments, by_pattern=False), segments[0].columns)


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("level:error", {1: 3, 2: 1}),
        ("level:info", {2: 1}),
        ("level:fatal", {}),
        ("code:50*", {1: None, 2: None}),
        ("level:info code:50*", {2: None}),
        ("timestamp:<2025-07-23T12:00:30Z", {1: None}),
        ("timestamp:<2025-07-23T12:01:00Z", {1: 3}),
    ],
)
def test_records_are_counted_where_every_group_is_decided(
    tmp_path: Path, query: str, counts: dict[int, int | None]
) -> None:
    found = decided(tmp_path, Request.of(query))
    assert {
        number: None if each.counted is None else each.counted[WEIGHT].sum() for number, each in found.items()
    } == counts


def test_a_border_inside_a_minute_leaves_that_minute_undecided(tmp_path: Path) -> None:
    found = decided(tmp_path, replace(Request.of("*"), since=NOON + timedelta(seconds=30)))
    assert {number: each.counted is None for number, each in found.items()} == {1: True, 2: False}


def test_moments_are_those_of_the_groups_that_may_match(tmp_path: Path) -> None:
    one = decided(tmp_path, Request.of("level:error"))[2]
    start = int((NOON + timedelta(minutes=1)).timestamp()) * 10**9
    assert (one.first, one.last, one.undated, one.count) == (start, start + 60 * 10**9 - 1, False, 1)
    assert decided(tmp_path / "other", Request.of("level:info"))[2].undated
