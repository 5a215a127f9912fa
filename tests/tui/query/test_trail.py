"""Back and forward through views."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from logtui.tui.query.trail import Trail, View


def view(text: str) -> View:
    return View(text, None)


def test_there_is_no_way_back_from_the_first_view_nor_forward_from_the_newest() -> None:
    trail = Trail()
    assert trail.back(view("a")) is None
    assert trail.forward(view("a")) is None


def test_a_new_view_takes_the_place_of_those_that_were_left_by_going_back() -> None:
    trail = Trail()
    trail.leave(view("a"))
    assert trail.back(view("b")) == view("a")
    trail.leave(view("a"))
    assert trail.forward(view("c")) is None
    assert trail.back(view("c")) == view("a")


@given(st.lists(st.text(max_size=3), min_size=1, max_size=8))
def test_going_back_to_the_first_view_and_forward_again_ends_where_it_began(texts: list[str]) -> None:
    trail, here = Trail(), view(texts[0])
    for text in texts[1:]:
        trail.leave(here)
        here = view(text)
    last, seen = here, [here]
    while (before := trail.back(here)) is not None:
        here = before
        seen.append(here)
    assert [each.text for each in reversed(seen)] == texts
    while (after := trail.forward(here)) is not None:
        here = after
    assert here == last
