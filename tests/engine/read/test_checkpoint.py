"""A reader that goes on from a checkpoint brings what the first one would have brought."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.read.checkpoint import Checkpoint
from logtui.formats import SourceClock
from logtui.formats.turns import Track
from logtui.lines import Place

START = SourceClock(datetime(2025, 12, 1, tzinfo=UTC))
NUMBERS = st.integers(0, 2**62)
TRACKS = st.builds(Track, st.integers(-1, 3), NUMBERS, st.integers(1, 5), st.none() | st.tuples(NUMBERS, NUMBERS))
CLOCKS = st.builds(
    SourceClock,
    st.just(START.modified),
    year=st.none() | st.integers(1971, 2100),
    years=st.none() | TRACKS,
    day=st.none() | NUMBERS,
    days=st.none() | TRACKS,
    last=st.none() | NUMBERS,
)


@given(st.builds(Place, st.integers(1, 2**60), NUMBERS), NUMBERS, CLOCKS, st.dictionaries(st.text(), NUMBERS))
def test_a_checkpoint_comes_back_from_its_bytes(
    place: Place, records: int, clock: SourceClock, skipped: dict[str, int]
) -> None:
    made = Checkpoint(place, records, None, clock, skipped, 3)
    assert Checkpoint.unpacked(made.packed(), START) == made


def test_the_lines_of_records_that_may_still_grow_come_back() -> None:
    carry = pl.DataFrame({"text": ["ERROR a", "  at b"], "line": [1, 2]})
    back = Checkpoint.unpacked(Checkpoint(Place(3, 30), 7, carry, START, {}, 0).packed(), START)
    assert back.carry is not None
    assert back.carry.equals(carry)


@pytest.mark.parametrize("data", [b"", b"\xc1", msgspec.msgpack.encode({"line": 1})])
def test_bytes_that_are_no_checkpoint_are_an_error(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        Checkpoint.unpacked(data, START)
