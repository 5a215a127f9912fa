"""Records around matches, against looking at every record's distance."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.engine.live.snapshot import Chunk, Run, Snapshot
from logtui.engine.search.request import Request
from logtui.engine.window.context import with_context
from logtui.engine.window.row_window import RowWindow
from tests.examples import examples
from tests.tui.fakes import records

MATCHING = Request.of("level:error")


def window_of(sources: list[list[bool]], size: int) -> RowWindow:
    runs = []
    for number, errors in enumerate(sources):
        frame = records([{"level": "error" if is_error else "info", "source": f"{number}.log"} for is_error in errors])
        chunks = [Chunk(frame.slice(start, size)) for start in range(0, frame.height, size)]
        runs.append(Run(tuple(chunks)))
    snapshot = Snapshot(runs=tuple(runs))
    return RowWindow.of(snapshot, MATCHING)


@settings(deadline=None, max_examples=examples(20))
@given(
    st.lists(st.lists(st.booleans(), min_size=1, max_size=25), min_size=1, max_size=3),
    st.integers(1, 9),
    st.integers(1, 6),
)
def test_every_record_near_a_match_of_its_source_is_there_once(
    sources: list[list[bool]], size: int, around: int
) -> None:
    window = window_of(sources, size)
    wide = with_context(window, around)
    expected = {
        (f"{number}.log", 100 * at): errors[at]
        for number, errors in enumerate(sources)
        for at in range(len(errors))
        if any(errors[max(0, at - around) : at + around + 1])
    }
    frame = wide.page(0, wide.count)
    keys = list(frame.select("source", "offset").iter_rows())
    assert len(keys) == len(set(keys)) == wide.count
    assert dict(zip(keys, wide.are_matches(0, wide.count) or [], strict=True)) == expected
    assert wide.core is window
    histogram = wide.histogram(10)
    assert histogram.frame["count"].sum() + histogram.outside == window.count


def test_without_context_the_window_is_the_same() -> None:
    window = window_of([[True, False]], 5)
    assert with_context(window, 0) is window
    assert window.are_matches(0, 1) is None
