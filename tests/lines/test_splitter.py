"""Lines do not depend on block borders, and no byte is unaccounted for."""

from __future__ import annotations

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.lines import MAX_LINE_BYTES, LineSplitter

PIECES = st.sampled_from(
    [
        b"a",
        b"word ",
        b"\n",
        b"\r\n",
        b"\r",
        b"\n\n",
        b"\xff",
        "é€😀".encode(),
        b"\x00",
        b"\t",
        b"\xef\xbb\xbf",
    ]
)


def split(data: bytes, cuts: list[int] | None = None, codec: str | None = None) -> tuple[pl.DataFrame, LineSplitter]:
    splitter = LineSplitter(codec)
    borders = sorted({0, len(data), *(cut for cut in cuts or [] if cut < len(data))})
    frames = [splitter.feed(data[start:end]) for start, end in itertools.pairwise(borders)]
    return pl.concat([*frames, splitter.finish()]), splitter


@given(st.lists(PIECES, max_size=40).map(b"".join), st.lists(st.integers(1, 200), max_size=12))
def test_lines_do_not_depend_on_where_blocks_are_cut(data: bytes, cuts: list[int]) -> None:
    whole, one = split(data)
    parts, other = split(data, cuts)
    assert parts.equals(whole)
    assert (one.skipped, one.invalid_lines) == (other.skipped, other.invalid_lines)


@given(st.lists(PIECES, max_size=40).map(b"".join))
def test_every_byte_is_in_a_line_or_counted_as_skipped(data: bytes) -> None:
    lines, splitter = split(data)
    assert int(lines["bytes"].sum()) + sum(splitter.skipped.values()) == len(data)


@given(
    st.text(alphabet="aé€😀\n\r", max_size=40),
    st.sampled_from(["utf-16-le", "utf-16-be"]),
    st.lists(st.integers(1, 90)),
)
def test_utf16_is_read_like_utf8(text: str, codec: str, cuts: list[int]) -> None:
    data = ("\ufeff" + text).encode(codec)
    lines, splitter = split(data, cuts)
    assert lines["text"].to_list() == split(text.encode())[0]["text"].to_list()
    assert int(lines["bytes"].sum()) + sum(splitter.skipped.values()) == len(data)


@given(st.binary(max_size=9), st.sampled_from([b"\xff\xfe", b"\xfe\xff"]), st.lists(st.integers(1, 9)))
def test_every_byte_of_broken_utf16_is_accounted_for(data: bytes, mark: bytes, cuts: list[int]) -> None:
    lines, splitter = split(mark + data, cuts)
    assert int(lines["bytes"].sum()) + sum(splitter.skipped.values()) == len(data) + 2


def test_line_ends_are_told_apart_and_only_newlines_are_numbered() -> None:
    lines, _ = split(b"one\ntwo\r\n10%\r20%\r\nlast")
    assert lines["text"].to_list() == ["one", "two", "10%", "20%", "last"]
    assert lines["line"].to_list() == [1, 2, 3, 3, 4]
    assert lines["offset"].to_list() == [0, 4, 9, 13, 18]


def test_invalid_bytes_become_replacement_characters_and_are_counted() -> None:
    lines, splitter = split(b"ok\nbad \xff\xfe byte\n")
    assert lines["text"].to_list() == ["ok", "bad \ufffd\ufffd byte"]
    assert splitter.invalid_lines == 1


@pytest.mark.parametrize("block", [64 * 1024, 3 * 1024 * 1024, 10**9])
def test_a_line_of_ten_megabytes_is_cut_and_the_rest_counted(block: int) -> None:
    data = b"before\n" + b"x" * (10 * 1024 * 1024) + b"\r\nafter\n"
    lines, splitter = split(data, list(range(block, len(data), block)))
    assert lines["text"].str.len_bytes().to_list() == [6, MAX_LINE_BYTES, 5]
    assert splitter.skipped == {"long_line": 9 * 1024 * 1024}
    assert lines["offset"].to_list() == [0, 7, 7 + 10 * 1024 * 1024 + 2]


@pytest.mark.parametrize("start", [b"x^2 + 1", b"x\x01", b"x\x9c", b"\x1f\x8b", b"(\xb5/\xfd"])
def test_lines_that_begin_like_a_compressed_file_are_text(start: bytes) -> None:
    lines, _ = split(start + b"\nnext\n")
    assert lines["text"].to_list() == [start.decode("utf-8", "replace"), "next"]


def test_a_byte_order_mark_is_no_text() -> None:
    lines, splitter = split(b"\xef\xbb\xbfhello\n")
    assert lines.row(0) == ("hello", 1, 3, 6)
    assert splitter.skipped == {"byte_order_mark": 3}
