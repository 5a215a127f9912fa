"""Records that take several lines, and records that stand for equal ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.live.snapshot import Chunk, Run, Snapshot
from logtui.engine.window.row_window import RowWindow
from logtui.tui.list.flow import Flow, Place
from logtui.tui.list.pages import Pages
from tests.tui.fakes import records


def flow_of(messages: list[str], heights: list[int] | None = None) -> Flow:
    pages = Pages()
    rows = records([{"message": message, "raw": message} for message in messages])
    pages.switch(RowWindow.of_all(Snapshot(runs=(Run((Chunk(rows),)),))))
    tall = heights or [1] * len(messages)
    flow = Flow(pages, lambda number: tall[number])
    flow.wraps = True
    return flow


def test_tall_records_push_the_next_ones_down() -> None:
    flow = flow_of(["a", "b", "c"], [1, 3, 1])
    assert flow.places(0, 0, 5) == [Place(0, 0), Place(1, 0), Place(1, 1), Place(1, 2), Place(2, 0)]
    assert flow.places(1, 2, 5) == [Place(1, 2), Place(2, 0)]


def test_equal_neighbours_are_one_with_a_count() -> None:
    flow = flow_of(["a", "b", "b", "b", "a", "a"])
    flow.folds = True
    assert [place.number for place in flow.places(0, 0, 10)] == [0, 1, 4]
    assert [flow.repeats(number) for number in (0, 1, 4)] == ["", "3", "2"]
    assert flow.before(4) == 1
    assert flow.start_of_fold(3) == 1


def test_a_long_fold_says_that_there_may_be_more() -> None:
    flow = flow_of(["same"] * 3_000)
    flow.folds = True
    assert flow.repeats(0) == "1001+"


def test_lines_behind_the_first_make_records_different() -> None:
    flow = flow_of(["a\n  at x", "a\n  at y"])
    flow.folds = True
    assert flow.repeats(0) == ""


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 6)), min_size=1, max_size=30), st.integers(1, 12))
def test_the_last_record_of_a_screen_is_whole_or_alone(said: list[tuple[str, int]], height: int) -> None:
    flow = flow_of([message for message, _ in said], [tall for _, tall in said])
    flow.folds = True
    number = flow.start_of_fold(len(said) - 1)
    top = flow.top_for(number, height)
    shown = [place for place in flow.places(top, 0, height) if place.number == number]
    assert len(shown) == min(said[number][1], height)
    if top > 0:
        before = flow.before(top)
        assert sum(said[place][1] for place in _rows(flow, before, number)) > height


def _rows(flow: Flow, first: int, last: int) -> list[int]:
    rows = [first]
    while rows[-1] < last:
        rows.append(flow.after(rows[-1]))
    return rows
