"""Several sources are one ordered stream, whatever their blocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.read.batch import Batch
from logtui.engine.read.merge import merged
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.reader import Reader
from logtui.model.record import CORE_SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2025, 7, 22, tzinfo=UTC)


def batches_of(times: list[int], sizes: list[int], number: int) -> list[Batch]:
    """A source's records at non-decreasing seconds, in batches of the given sizes."""
    frame = pl.DataFrame(
        {
            "order_time": [START + timedelta(seconds=second) for second in sorted(times)],
            "seq": list(range(len(times))),
            "message": [f"{number}:{place}" for place in range(len(times))],
        },
        schema_overrides={name: CORE_SCHEMA[name] for name in ("order_time", "seq")},
    )
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in CORE_SCHEMA.items() if name not in frame.columns]
    frame = frame.with_columns(missing).select(*CORE_SCHEMA)
    batches = []
    for size in sizes:
        batches.append(Batch(frame.head(size)))
        frame = frame.slice(size)
    return [*batches, Batch(frame)]


SOURCE = st.tuples(st.lists(st.integers(0, 6), max_size=12), st.lists(st.integers(0, 4), max_size=5))


@given(st.lists(SOURCE, min_size=1, max_size=4))
def test_merged_sources_are_sorted_by_time_then_source_then_place(
    sources: list[tuple[list[int], list[int]]],
) -> None:
    inputs = [batches_of(times, sizes, number) for number, (times, sizes) in enumerate(sources)]
    got = [message for batch in merged([iter(batches) for batches in inputs]) for message in batch.records["message"]]
    expected = sorted(
        (second, number, place)
        for number, (times, _) in enumerate(sources)
        for place, second in enumerate(sorted(times))
    )
    assert got == [f"{number}:{place}" for _, number, place in expected]


def test_files_are_merged_by_time_and_numbered_in_that_order(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2025-07-22 12:00:00 INFO a1\n2025-07-22 12:00:02 INFO a2\n  more\n")
    (tmp_path / "b.jsonl").write_text('{"time":"2025-07-22T12:00:01Z","msg":"b1","k":"v"}\n')
    records = pl.concat([batch.records for batch in Reader([str(tmp_path)]).batches()], how="diagonal")
    assert records["message"].to_list() == ["a1", "b1", "a2\n  more"]
    assert records["seq"].to_list() == [0, 1, 2]
    assert records["@k"].to_list() == [None, "v", None]


def test_problems_and_damage_become_notices(tmp_path: Path) -> None:
    (tmp_path / "bad.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    (tmp_path / "good.log").write_text("hello\n")
    reader = Reader([str(tmp_path), "missing.log"])
    assert sum(len(batch.records) for batch in reader.batches()) == 1
    assert len(reader.notices) == 2
    assert reader.progress.done


def test_one_format_can_be_forced(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text('{"msg":"x"}\n')
    reader = Reader([str(tmp_path)], ReadOptions(format="plain"))
    assert [batch.records["format"].to_list() for batch in reader.batches() if len(batch.records)] == [["plain"]]


@pytest.mark.slow
def test_a_thousand_files_can_be_open_at_once(tmp_path: Path) -> None:
    for number in range(1100):
        (tmp_path / f"{number}.log").write_text(f"2025-07-22 12:00:{number % 60:02} INFO {number}\n")
    reader = Reader([str(tmp_path)], ReadOptions(format="generic"))
    assert sum(len(batch.records) for batch in reader.batches()) == 1100
