"""Tables that fit their terminal."""

from __future__ import annotations

import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.export.table import TableWriter, shared_widths
from logtui.export.widths import cells, fitted, widest
from logtui.export.writers import write_frames
from tests.export.frames import SLOW, TRACE, frame

PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("naïve", 5),
        ("nai\u0308ve", 5),
        ("注文", 4),
        ("😀", 2),
        ("❤\ufe0f", 2),
        ("a\u200bb", 2),
    ],
)
def test_cells_are_what_a_terminal_uses(text: str, width: int) -> None:
    assert cells(text) == width


@given(st.lists(PRINTABLE, max_size=4), st.integers(1, 20))
def test_fitted_text_takes_exactly_the_width(texts: list[str], width: int) -> None:
    column = fitted(pl.Series("a", texts, dtype=pl.String), width)
    assert [cells(text) for text in column] == [width] * len(texts)


@given(st.lists(PRINTABLE, max_size=4))
def test_widest_is_the_largest_of_the_cells(texts: list[str]) -> None:
    assert widest(pl.Series("a", texts, dtype=pl.String)) == max(map(cells, texts), default=0)


@given(st.lists(st.integers(0, 200), max_size=6), st.integers(20, 200))
def test_shared_widths_use_the_space_and_give_no_column_too_much(natural: list[int], available: int) -> None:
    widths = shared_widths(natural, available)
    assert all(width <= wish for width, wish in zip(widths, natural, strict=True))
    assert sum(widths) == min(available, sum(natural))


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_table_line_is_wider_than_the_terminal(width: int) -> None:
    stream = io.BytesIO()
    write_frames([frame(SLOW, TRACE, TRACE | {"message": "注文" * 90})], TableWriter(stream, width=width))
    lines = stream.getvalue().decode().splitlines()
    assert len(lines) == 5
    assert max(map(cells, lines)) <= width


def test_a_later_batch_widens_the_columns_that_need_it() -> None:
    stream = io.BytesIO()
    long = SLOW | {"service": "a-service"}
    write_frames([frame(SLOW), frame(long), frame(SLOW)], TableWriter(stream, ["service", "line"], width=80))
    assert stream.getvalue().decode().splitlines()[2:] == ["orders      7", "a-service     7", "orders        7"]


def test_the_last_column_has_the_room_that_is_left() -> None:
    stream = io.BytesIO()
    writer = TableWriter(stream, ["line", "message"], width=40)
    write_frames([frame({"line": 1, "message": "a"}), frame({"line": 2, "message": "b" * 99})], writer)
    assert stream.getvalue().decode().splitlines()[2:] == ["   1  a", "   2  " + "b" * 33 + "…"]
