"""Frames survive the way over HTTP, however the bytes are cut; an answer that breaks off is noticed."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.search.remote.wire import Ending, packed, unpacked
from tests.query.frames import record_frame

RECORDS = record_frame(
    [
        {"timestamp": "2026-01-15T10:00:00.123456789Z", "level": "error", "message": "İstanbul", "took": "1.5"},
        {"level": None, "message": None, "took": None},
    ]
).with_columns(pl.col("@took").cast(pl.Float64), pl.lit([1, None]).alias("@array"))
ENDING = Ending({"count": 2}, matched=2, is_partial=True)
ANSWER = packed(RECORDS) + packed(RECORDS.head(0)) + packed(ENDING)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(min(place, len(data)) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


@given(st.lists(st.integers(0, len(ANSWER))))
def test_an_answer_is_the_same_however_it_is_cut(places: list[int]) -> None:
    first, empty, ending = unpacked(cut(ANSWER, places))
    assert isinstance(first, pl.DataFrame)
    assert isinstance(empty, pl.DataFrame)
    assert first.equals(RECORDS)
    assert (first.schema, empty.schema, len(empty)) == (RECORDS.schema, RECORDS.schema, 0)
    assert ending == ENDING


@given(st.integers(0, len(ANSWER) - 1))
def test_an_answer_that_breaks_off_is_no_answer(length: int) -> None:
    with pytest.raises(EOFError):
        list(unpacked([ANSWER[:length]]))
