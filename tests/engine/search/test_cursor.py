"""A cursor comes back from its text, and the records behind it are those that come later in the order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.search.answer_order import Order
from logtui.engine.search.cursor import Cursor, by_time
from tests.store.records import START, frame_of

CURSORS = st.builds(Cursor, st.none() | st.integers(), st.none() | st.text(), st.integers(0))


@given(CURSORS)
def test_a_cursor_comes_back_from_its_text(cursor: Cursor) -> None:
    assert Cursor.read(cursor.written) == cursor


@pytest.mark.parametrize("text", ["", "1", "x,1", "1,x", ",", "1,,a"])
def test_a_text_that_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not enough values|invalid literal"):
        Cursor.read(text)


@given(
    st.lists(
        st.tuples(st.none() | st.integers(0, 3), st.sampled_from(["a", "b", None]), st.none() | st.integers(0, 3)),
        min_size=1,
        max_size=12,
        unique=True,
    ),
    st.sampled_from([Order.NEWEST_FIRST, Order.OLDEST_FIRST]),
    st.data(),
)
def test_what_is_behind_a_cursor_follows_its_record(
    rows: list[tuple[int | None, str | None, int | None]], order: Order, data: st.DataObject
) -> None:
    frame = frame_of(
        [
            {
                "message": "x",
                "raw": "x",
                "timestamp": None if second is None else START + timedelta(seconds=second),
                "source": source,
                "offset": place,
                "seq": 4 + number,
            }
            for number, (second, source, place) in enumerate(rows)
        ]
    )
    ordered = by_time(frame, order)
    at = data.draw(st.integers(1, len(rows)))
    cursor = Cursor.of(ordered.head(at))
    assert frame.filter(cursor.precedes(order))["seq"].to_list() == sorted(ordered["seq"][at:])


@pytest.mark.parametrize("order", [Order.NEWEST_FIRST, Order.OLDEST_FIRST])
def test_records_of_a_live_store_are_ordered_by_seq_whoever_has_sent_them(order: Order) -> None:
    frame = frame_of(
        [
            {"message": "x", "raw": "x", "timestamp": START, "source": f"10.0.0.{seq % 3}", "offset": None, "seq": seq}
            for seq in range(9)
        ]
    )
    found = by_time(frame, order)["seq"].to_list()
    assert found == sorted(range(9), reverse=order is Order.NEWEST_FIRST)
    assert Cursor.of(frame).source is None
