"""Late records are merged with those at the end of the chunks that are later."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.live.late import merged_at_end
from logtui.engine.live.snapshot import PACK_ROWS, Chunk, append
from tests.tui.fakes import incident

FRAME = incident(40)


@given(st.lists(st.lists(st.integers(0, 39), min_size=1, max_size=8), min_size=1, max_size=8))
def test_batches_that_overlap_are_shown_in_the_order_of_their_times(batches: list[list[int]]) -> None:
    chunks: tuple[Chunk, ...] = ()
    for batch in batches:
        before, fresh = merged_at_end(chunks, FRAME[batch])
        chunks = append(before, fresh)
    times = pl.concat([chunk.read()["order_time"] for chunk in chunks])
    assert times.to_list() == sorted(FRAME["order_time"][number] for batch in batches for number in batch)


def test_records_that_are_not_late_leave_the_chunks_as_they_are() -> None:
    chunks = (Chunk(FRAME[:20]),)
    kept, fresh = merged_at_end(chunks, later := FRAME[20:])
    assert kept == [*chunks]
    assert fresh is later


def test_packed_chunks_are_not_taken_apart() -> None:
    packed = Chunk(incident(PACK_ROWS))
    kept, fresh = merged_at_end([packed], late := FRAME[:1])
    assert kept == [packed]
    assert fresh is late
