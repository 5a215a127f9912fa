"""A segment tells what it holds, and gives any of its records however few are wanted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.store import Store
from logtui.store import segment as segments
from logtui.store.segment import Segment, write_segment
from tests.store.records import START, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COUNT = 100
FRAME = frame_of(
    [
        {
            "message": f"record {number}",
            "raw": f"[{number}] record {number}",
            "timestamp": START + timedelta(seconds=number) if number % 10 else None,
            "level": "error" if number % 4 == 0 else None,
            "format": "json" if number < 30 else "service",
            "source": "a.log" if number < 50 else "b.log",
            "@code": str(number),
        }
        for number in range(COUNT)
    ]
)


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Segment]:
    with Store(tmp_path_factory.mktemp("store"), writable=True, group_rows=7) as store:
        yield store.seal(FRAME, {})


def test_facts_sum_up_the_records(segment: Segment) -> None:
    facts = segment.facts
    assert (facts.rows, facts.undated, facts.raw_bytes) == (COUNT, 10, 10 * COUNT)
    assert facts.levels == {"error": 25, "": 75}
    assert facts.formats == {"json": 30, "service": 70}
    assert facts.timeless == {"json": 3, "service": 7}
    assert facts.levelless == {"json": 22, "service": 53}
    assert facts.sources == {"a.log": (0, 490), "b.log": (500, 990)}
    assert facts.size == segment.path.stat().st_size


def test_fences_are_those_of_the_row_groups(segment: Segment) -> None:
    groups = segment.facts.groups
    assert [group.rows for group in groups] == [7] * 14 + [2]
    assert [(group.first_offset, group.last_offset) for group in groups][:2] == [(0, 60), (70, 130)]
    start = int(START.timestamp()) * 10**9
    assert segment.facts.times == (start + 10**9, start + 99 * 10**9)
    assert groups[0].first_time == start + 10**9


def test_a_segment_without_times_has_none(tmp_path: Path) -> None:
    frame = frame_of([{"message": "x", "raw": "x"}] * 3)
    with Store(tmp_path, writable=True) as store:
        assert store.seal(frame, {}).facts.times is None


@given(st.sets(st.integers(0, COUNT - 1)), st.sampled_from([0, 1_000_000]))
def test_any_records_are_taken_in_order(segment: Segment, wanted: set[int], place_bytes: int) -> None:
    rows = pl.Series(sorted(wanted), dtype=pl.UInt32)
    with patch.object(segments, "_PLACE_BYTES", place_bytes), patch.object(segments, "_NEAR_ROWS", 5):
        taken = segment.take(rows, ["raw", "@code", "offset"])
    assert taken.rows() == FRAME[sorted(wanted)].select("raw", "@code", "offset").rows()


def test_a_file_that_was_cut_or_is_gone_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "s.parquet"
    facts, _ = write_segment(path, FRAME, pl.Series([0] * COUNT, dtype=pl.UInt32))
    segment = Segment(1, path, facts)
    assert segment.is_whole()
    path.write_bytes(path.read_bytes()[:-1])
    assert not segment.is_whole()
    path.unlink()
    assert not segment.is_whole()


def test_bytes_grow_with_columns_and_rows(segment: Segment) -> None:
    assert segment.bytes_of([], COUNT) == 0
    assert 0 < segment.bytes_of(["@code"], 10) < segment.bytes_of(["@code"], 100)
    assert segment.bytes_of(["raw"], COUNT) > segment.bytes_of(["message"], COUNT)


@pytest.mark.parametrize(
    ("sources", "extents"),
    [
        ([None, "a.log", None], {"": (0, 20), "a.log": (10, 10)}),
        (["a.log", None, "a.log"], {"": (10, 10), "a.log": (0, 20)}),
        ([None, None, None], {"": (0, 20)}),
    ],
)
def test_records_without_a_source_are_kept_under_the_empty_name(
    tmp_path: Path, sources: list[str | None], extents: dict[str, tuple[int, int]]
) -> None:
    with Store(tmp_path, writable=True) as store:
        store.seal(frame_of([{"message": "x", "raw": "x", "source": source} for source in sources]), {})
    with Store(tmp_path) as store:
        (segment,) = store.segments()
        assert segment.facts.sources == extents
        assert segment.lazy().collect()["source"].to_list() == sources
