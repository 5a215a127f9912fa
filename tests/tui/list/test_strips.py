"""Strips are exactly as wide as asked for and show hostile text as harmless text."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from logtui.model.keys import FileKey
from logtui.tui.list.layout import Column, Layout
from logtui.tui.list.rows import Row, rows_of
from logtui.tui.list.strips import ListStyles, Shown, Words, row_strips
from logtui.tui.terminal.sanitize import crop, first_line, fit, harmless_line
from tests.tui.fakes import records

HOSTILE = [
    "[red]text[/red]",
    "[/]",
    "[[",
    "[@click=app.quit]x[/]",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;http://x\x07link\x1b]8;;\x07",
    "\x1b]52;c;aGk=\x07",
    "a\x00b",
    "50%\r100%",
    "tab\there",
    "👨‍👩‍👧 family ❤️",
    "שלום \u202eevil\u202c",
    "e\u0301 combining",
    "한국어 로그",
    "\x9b2J",
    "\ud7ff\u2028line",
    "\x7f",
]
TEXT = st.one_of(st.text(max_size=200), st.sampled_from(HOSTILE))


def row(message: str, *, more_lines: int = 0, fields: tuple[tuple[str, str], ...] = ()) -> Row:
    time = datetime(2025, 10, 7, 16, 0, 0, 123_000, tzinfo=UTC)
    return Row(FileKey("a", 0), time, "error", "api", message, more_lines, fields)


@given(
    message=TEXT,
    origin=TEXT,
    width=st.integers(1, 120),
    left=st.integers(0, 300),
    more=st.sampled_from([0, 3]),
    shown=st.builds(Shown, is_cursor=st.booleans(), is_open=st.booleans(), wraps=st.booleans(), repeats=st.just("12")),
    spans=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=3),
)
def test_every_strip_has_exactly_the_width(
    message: str, origin: str, width: int, left: int, more: int, shown: Shown, spans: list[tuple[int, int]]
) -> None:
    columns = (Column("time"), Column("delta"), Column("level"), Column("origin"), Column("@k", 9))
    widths = {"level": 1, "origin": 12, "@k": 3}
    layout = Layout(width=width, left=left, columns=columns, time="time", fraction=True, widths=widths)
    record = row(first_line(message), more_lines=more, fields=(("k", harmless_line(origin)),))
    record = record._replace(origin=harmless_line(origin), cells=(harmless_line(origin),), rest=message)
    strips = row_strips(record, layout, ListStyles(), shown, Words(lambda _: spans, lambda _: spans))
    assert strips
    for strip in strips:
        assert strip.cell_length == width
        assert sum(cell_len(segment.text) for segment in strip) == width


@given(text=TEXT)
def test_harmless_text_holds_nothing_that_moves_or_hides(text: str) -> None:
    shown = harmless_line(text)
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in shown)
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200d\u2028\u2029")


@pytest.mark.parametrize("text", ["[red]text[/red]", "[/]", "[[", "[@click=app.quit]x[/]"])
def test_brackets_are_shown_as_they_are(text: str) -> None:
    assert text in row_strips(row(first_line(text)), Layout(width=80), ListStyles())[0].text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]52;c;aGk=\x07safe", "safe"),
        ("a\x00b", "a␀b"),
        ("50%\r100%", "50%␍100%"),
        ("a\tb", "a    b"),
        ("\u202eevil", "\ufffdevil"),
    ],
)
def test_control_characters_become_pictures(text: str, shown: str) -> None:
    assert harmless_line(text) == shown


@given(text=TEXT.map(harmless_line), width=st.integers(0, 40), start=st.integers(0, 40))
def test_fitting_and_cropping_give_the_width(text: str, width: int, start: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cell_len(crop(text, start, width)) == width


def test_a_cut_line_ends_with_an_ellipsis_and_further_lines_are_announced() -> None:
    strip = row_strips(row("x" * 100, more_lines=4), Layout(width=40), ListStyles())[0]
    assert strip.text.endswith("x… ⏎4")


def test_words_are_marked_where_they_are() -> None:
    styles = ListStyles(hit=Style(bold=True))
    strip = row_strips(row("connection refused"), Layout(width=40), styles, words=Words(hits=lambda _: [(11, 18)]))[0]
    assert [segment.text for segment in strip if segment.style and segment.style.bold] == ["refused"]


def test_a_row_shows_the_first_line_and_counts_the_others() -> None:
    frame = records([{"message": "boom", "raw": "ERROR boom\n  at f\n  at g\n"}])
    shown = rows_of(frame)[0]
    assert (shown.message, shown.more_lines) == ("boom", 2)


def test_fields_are_shown_for_structured_formats_only() -> None:
    frame = records([{"format": "json", "@user": "7"}, {"format": "python", "@user": "7"}])
    assert [row.fields for row in rows_of(frame)] == [(("user", "7"),), ()]
