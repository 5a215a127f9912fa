"""Reading can go on from where a line begins, and the unfinished line is shown without being taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import logtui.lines
from logtui.lines import MAX_LINE_BYTES, LineSplitter, Place, RowSplitter

TEXTS = st.lists(st.sampled_from([b"one", b"\n", b"\r\n", b"\r", "é".encode(), bytes(20), b"\xff"]), max_size=20).map(
    b"".join
)


@given(TEXTS, TEXTS)
def test_another_splitter_goes_on_from_the_place_of_the_unfinished_line(before: bytes, behind: bytes) -> None:
    first = RowSplitter()
    lines = first.feed(b"start\n" + before)
    assert first.place is not None
    rest = RowSplitter(start=first.place)
    again = rest.feed((b"start\n" + before + behind)[first.place.offset :]) + rest.finish()
    whole = RowSplitter()
    assert lines + again == whole.feed(b"start\n" + before + behind) + whole.finish()


@pytest.mark.parametrize(
    ("data", "codec"), [(b"", None), ("x\n".encode("utf-16-le"), "utf-16-le"), (b"x" * (MAX_LINE_BYTES + 5), None)]
)
def test_there_is_no_place_to_go_on_from_before_the_start_in_utf16_and_inside_a_line_too_long(
    data: bytes, codec: str | None
) -> None:
    splitter = RowSplitter(codec)
    splitter.feed(data)
    assert splitter.place is None


def test_the_place_is_behind_the_lines_that_have_ended() -> None:
    splitter = RowSplitter()
    splitter.feed(b"one\ntwo\nthr")
    assert splitter.place == Place(3, 8)


def test_the_unfinished_line_is_shown_and_comes_again_when_it_ends() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"one\ntw\xff").height == 1
    for _ in range(2):
        assert splitter.unfinished().rows() == [("twÿ", 2, 4, 3)]
    assert splitter.invalid_lines == 0
    assert splitter.feed(b"o\n").rows() == [("twÿo", 2, 4, 5)]
    assert splitter.invalid_lines == 1
    assert splitter.unfinished().is_empty()


def test_the_unfinished_line_of_utf16_is_not_shown() -> None:
    splitter = LineSplitter("utf-16-le")
    splitter.feed("one\ntwo".encode("utf-16-le"))
    assert splitter.unfinished().is_empty()


def test_names_of_the_column_splitter_are_loaded_when_asked_for_and_others_are_unknown() -> None:
    assert logtui.lines.LineSplitter is LineSplitter
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = logtui.lines.Nothing
