"""Runs are shown merged by time, then run, then place, page by page and whatever the parts are."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.engine.live.snapshot import Chunk, Run, Snapshot
from logtui.engine.search.datasets import parts_of_store
from logtui.engine.search.request import Request
from logtui.engine.window.order import order_of
from logtui.engine.window.row_window import RowWindow
from logtui.model.keys import FileKey
from logtui.store import Store
from tests.examples import examples
from tests.tui.fakes import START, records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.search.part import PlacedPart

ERRORS = Request.of("level:error")
RUNS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["info", "error"])), max_size=25),
        st.lists(st.integers(0, 25), max_size=3),
    ),
    min_size=1,
    max_size=4,
)


def frame_of(number: int, rows: Sequence[tuple[int, str]]) -> pl.DataFrame:
    """The records of one source; order times never decrease."""
    if not rows:
        return records([{}]).head(0)
    frame = records(
        [
            {"order_time": START + timedelta(seconds=time), "level": level, "source": f"{number}.log"}
            for time, level in rows
        ]
    )
    return frame.with_columns(pl.col("order_time").cum_max())


def cut(frame: pl.DataFrame, borders: Sequence[int]) -> list[pl.DataFrame]:
    edges = sorted({0, frame.height, *(border % max(1, frame.height) for border in borders)})
    return [frame[low:high] for low, high in pairwise(edges) if high > low]


def merged(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """What the pages must add up to."""
    numbered = [frame.with_columns(run=pl.lit(number)) for number, frame in enumerate(frames)]
    return pl.concat(numbered).sort("order_time", "run", "seq").drop("run")


def window_of(runs: Sequence[Run], *, filtered: bool) -> RowWindow:
    snapshot = Snapshot(runs=tuple(runs))
    request = ERRORS if filtered else Request.everything()
    return RowWindow.of(snapshot, request)


@settings(max_examples=examples(50), deadline=None)
@given(runs=RUNS, filtered=st.booleans(), size=st.integers(1, 9), open_tail=st.booleans())
def test_pages_joined_are_the_records_sorted(
    runs: list[tuple[list[tuple[int, str]], list[int]]], filtered: bool, size: int, open_tail: bool
) -> None:
    frames = [frame_of(number, rows) for number, (rows, _) in enumerate(runs)]
    made = []
    for frame, (_, borders) in zip(frames, runs, strict=True):
        parts = cut(frame, borders)
        tail = parts.pop() if open_tail and parts else frame.head(0)
        made.append(Run(tuple(Chunk(part) for part in parts), tail))
    window = window_of(made, filtered=filtered)
    expected = merged(frames)
    expected = expected.filter(pl.col("level") == "error") if filtered else expected
    pages = [window.page(start, size) for start in range(0, window.count + size, size)]
    assert window.count == expected.height
    assert_frame_equal(pl.concat([expected.head(0), *pages]), expected)
    hits = [row for row, level in enumerate(expected["level"]) if level == "error"]
    for row in range(-1, expected.height):
        assert window.find(row, ERRORS) == next((hit for hit in hits if hit > row), None)
        assert window.find(row, ERRORS, forward=False) == next((hit for hit in reversed(hits) if hit < row), None)


@settings(max_examples=examples(40), deadline=None)
@given(runs=RUNS)
def test_every_record_is_found_again_and_others_lead_to_the_next_match(
    runs: list[tuple[list[tuple[int, str]], list[int]]],
) -> None:
    frames = [frame_of(number, rows) for number, (rows, _) in enumerate(runs)]
    made = [Run(tuple(map(Chunk, cut(frame, borders)))) for frame, (_, borders) in zip(frames, runs, strict=True)]
    everything, errors = window_of(made, filtered=False), window_of(made, filtered=True)
    seen = 0
    for row, (source, offset, level) in enumerate(merged(frames).select("source", "offset", "level").iter_rows()):
        key = FileKey(source, offset)
        assert everything.row_of(key) == row
        assert everything.key_of(row) == key
        assert errors.row_of(key) == (seen if level == "error" else None)
        assert errors.nearest(key) == max(0, min(seen, errors.count - 1))
        seen += level == "error"


def test_segments_merge_like_records_in_memory(tmp_path: Path) -> None:
    frames = [
        frame_of(number, [(step * (number + 1) // 3, "error" if step % 7 == 0 else "info") for step in range(90)])
        for number in range(3)
    ]
    runs = []
    for number, frame in enumerate(frames):
        with Store(tmp_path / str(number), writable=True, group_rows=8) as store:
            for part in cut(frame, [40]):
                store.seal(part, {})
            parts: tuple[PlacedPart, ...] = parts_of_store(store)()
        runs.append(Run(parts))
    window = window_of(runs, filtered=False)
    pages = [window.page(start, 11) for start in range(0, window.count, 11)]
    assert_frame_equal(pl.concat(pages, how="diagonal_relaxed"), merged(frames), check_dtypes=False)
    snapshot = window.snapshot
    found = RowWindow.of(snapshot, ERRORS)
    assert_frame_equal(
        found.page(0, 100).select("source", "offset"),
        merged(frames).filter(pl.col("level") == "error").select("source", "offset"),
    )


@pytest.mark.slow
@pytest.mark.parametrize("times", [[5] * 400, list(range(400)), [number * 37 % 400 for number in range(400)]])
def test_a_block_is_bounded_whatever_the_times_are(times: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        runs = []
        for number in range(5):
            frame = frame_of(number, [(time, "info") for time in times])
            with Store(Path(folder, str(number)), writable=True, group_rows=16) as store:
                store.seal(frame, {})
                runs.append(Run(parts_of_store(store)()))
        order = order_of(runs)
        sizes = [sum(piece.stop - piece.start for piece in block) for block in order.blocks]
    assert sum(sizes) == 5 * 400
    assert max(sizes) <= 5 * 16


def test_records_that_come_late_are_shown_once() -> None:
    early = frame_of(0, [(time, "info") for time in range(10)])
    late = frame_of(0, [(2, "info"), (12, "info")]).with_columns(offset=pl.col("offset") + 5000)
    other = frame_of(1, [(time, "info") for time in range(14)])
    window = window_of([Run((Chunk(early), Chunk(late))), Run((Chunk(other),))], filtered=False)
    shown = window.page(0, 100).select("source", "offset")
    assert shown.height == 26
    assert shown.unique().height == 26
