"""Several sources are one ordered stream, whatever their blocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.read.batch import Batch, Provisional, Records, final_frames
from logtui.engine.read.merge import merged
from logtui.engine.read.options import ReadOptions
from logtui.engine.read.reader import Reader
from logtui.model.record import CORE_SCHEMA
from tests.tui.fakes import records

if TYPE_CHECKING:
    from collections.abc import Iterator
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
    batches: list[Batch] = []
    for size in sizes:
        batches.append(Records(frame.head(size)))
        frame = frame.slice(size)
    return [*batches, Records(frame)]


def at_once() -> float:
    return 0.0


def in_a_minute() -> float:
    return monotonic() + 60


SOURCE = st.tuples(st.lists(st.integers(0, 6), max_size=12), st.lists(st.integers(0, 4), max_size=5))


@given(st.lists(SOURCE, min_size=1, max_size=4))
def test_merged_sources_are_sorted_by_time_then_source_then_place(
    sources: list[tuple[list[int], list[int]]],
) -> None:
    inputs = [batches_of(times, sizes, number) for number, (times, sizes) in enumerate(sources)]
    frames = final_frames(merged([(iter(batches), at_once) for batches in inputs]))
    got = [message for frame in frames for message in frame["message"]]
    expected = sorted(
        (second, number, place)
        for number, (times, _) in enumerate(sources)
        for place, second in enumerate(sorted(times))
    )
    assert got == [f"{number}:{place}" for _, number, place in expected]


def provisional(*messages: str) -> Provisional:
    return Provisional(records([{"message": message, "source": message[0]} for message in messages]))


def test_provisional_records_of_all_sources_come_whenever_those_of_one_have_changed() -> None:
    a, b, done = provisional("a1"), provisional("b1"), Records(records([{"message": "a1", "source": "a"}]))
    sources: list[list[Batch]] = [[a, a, done, provisional()], [b, b, b, b]]
    batches = merged([(iter(batches), at_once) for batches in sources])
    told = [(type(batch), batch.frame["message"].to_list()) for batch in batches]
    assert told[:5] == [
        (Provisional, ["a1", "b1"]),
        (Provisional, ["a1", "b1"]),
        (Records, ["a1"]),
        (Provisional, ["b1"]),
        (Provisional, ["b1"]),
    ]


def test_quiet_sources_do_not_hold_up_those_that_have_records() -> None:
    asked = 0

    def quiet() -> Iterator[Batch]:
        nonlocal asked
        while True:
            asked += 1
            yield provisional("q")

    busy = [iter(batches_of([number], [], number)) for number in range(50)]
    came = []
    for batch in merged([(quiet(), in_a_minute), *((batches, at_once) for batches in busy)]):
        came += batch.frame["message"].to_list() if isinstance(batch, Records) else []
        if len(came) == 50:
            break
    assert came == [f"{number}:0" for number in range(50)]
    assert asked == 1


def test_files_are_merged_by_time_and_numbered_in_that_order(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2025-07-22 12:00:00 INFO a1\n2025-07-22 12:00:02 INFO a2\n  more\n")
    (tmp_path / "b.jsonl").write_text('{"time":"2025-07-22T12:00:01Z","msg":"b1","k":"v"}\n')
    records = pl.concat(final_frames(Reader([str(tmp_path)]).batches()), how="diagonal")
    assert records["message"].to_list() == ["a1", "b1", "a2\n  more"]
    assert records["seq"].to_list() == [0, 1, 2]
    assert records["@k"].to_list() == [None, "v", None]


def test_problems_and_damage_become_notices(tmp_path: Path) -> None:
    (tmp_path / "bad.gz").write_bytes(b"\x1f\x8b\x08\x00broken")
    (tmp_path / "good.log").write_text("hello\n")
    reader = Reader([str(tmp_path), "missing.log"])
    assert sum(len(frame) for frame in final_frames(reader.batches())) == 1
    assert len(reader.notices) == 2
    assert reader.progress.done


def test_one_format_can_be_forced(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text('{"msg":"x"}\n')
    reader = Reader([str(tmp_path)], ReadOptions(format="plain"))
    assert [frame["format"].to_list() for frame in final_frames(reader.batches()) if len(frame)] == [["plain"]]


@pytest.mark.slow
def test_a_thousand_files_can_be_open_at_once(tmp_path: Path) -> None:
    for number in range(1100):
        (tmp_path / f"{number}.log").write_text(f"2025-07-22 12:00:{number % 60:02} INFO {number}\n")
    reader = Reader([str(tmp_path)], ReadOptions(format="generic"))
    assert sum(len(frame) for frame in final_frames(reader.batches())) == 1100
