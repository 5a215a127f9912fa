"""Lines do not depend on block borders, and no byte is unaccounted for."""

from __future__ import annotations

import itertools

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.errors import SourceError
from logtui.lines import MAX_LINE_BYTES, LineSplitter, RowSplitter, codec_named

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
        bytes(9),
        bytes(40),
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


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"Gr\xf6\xdfe", "Größe"),
        (b"\x80 5 \x93quoted\x94", "€ 5 “quoted”"),
        ("Größe ".encode() + b"\xff", "Größe \ufffd"),
        (b"no \x81 character", "no \ufffd character"),
    ],
    ids=["Latin-1", "Windows-1252", "broken UTF-8", "neither"],
)
def test_a_line_that_is_not_utf8_is_taken_for_windows_1252_where_nothing_in_it_is_and_counted(
    line: bytes, text: str
) -> None:
    lines, splitter = split(b"Gr\xc3\xb6\xc3\x9fe\n" + line + b"\nok\n")
    assert lines["text"].to_list() == ["Größe", text, "ok"]
    assert splitter.invalid_lines == 1


@given(
    st.text(alphabet="aé日\\表\n\r", max_size=40),
    st.sampled_from(["shift_jis", "gb18030", "utf-16-be", "euc-jp"]),
    st.lists(st.integers(1, 90)),
)
def test_a_stated_encoding_is_read_like_utf8(text: str, name: str, cuts: list[int]) -> None:
    data = text.replace("é", "é" if name == "gb18030" else "e").encode(name)
    lines, splitter = split(data, cuts, codec_named(name))
    assert (
        lines["text"].to_list()
        == data.decode(name).replace("\r\n", "\n").replace("\r", "\n").split("\n")[: lines.height]
    )
    assert int(lines["bytes"].sum()) == len(data)
    assert splitter.invalid_lines == 0


@pytest.mark.parametrize(
    ("name", "codec"), [("latin-1", "iso8859-1"), ("UTF8", "utf-8"), ("utf-16", "utf-16-le"), ("cp1252", "cp1252")]
)
def test_encodings_have_the_names_that_they_have_in_python(name: str, codec: str) -> None:
    assert codec_named(name) == codec


@pytest.mark.parametrize("name", ["latin-99", "rot13", "utf-7", "cp037", "utf-32", "iso2022_jp", "nul\0", ""])
def test_encodings_whose_lines_do_not_end_as_in_ascii_are_refused(name: str) -> None:
    with pytest.raises(SourceError, match="no encoding"):
        codec_named(name)


LINES = st.lists(st.sampled_from([b"", b"one\n", b"\n", b"two\r\n", b"a\0b\n", b"cut off"]), max_size=6).map(b"".join)
HOLES = st.sampled_from([16, 40, 5000]).map(bytes)


@given(st.lists(st.tuples(LINES, HOLES), max_size=5), LINES, st.lists(st.integers(1, 30_000), max_size=9))
def test_a_hole_of_nuls_ends_a_line_and_is_skipped_wherever_it_is(
    parts: list[tuple[bytes, bytes]], last: bytes, cuts: list[int]
) -> None:
    data = b"".join(lines + hole for lines, hole in parts) + last
    lines, splitter = split(data, cuts)
    between = [text for part in [*(lines for lines, _ in parts), last] for text in split(part)[0]["text"]]
    assert lines["text"].to_list() == between
    assert splitter.skipped.get("nul_bytes", 0) == sum(len(hole) for _, hole in parts)


def test_few_nuls_are_a_part_of_a_line_unless_it_begins_with_them() -> None:
    lines, splitter = split(b"a\0\0b\n\0\0c\n\0\n" + b"d\0" * 40)
    assert lines["text"].to_list() == ["a\0\0b", "c", "", "d\0" * 40]
    assert lines["offset"].to_list() == [0, 7, 10, 11]
    assert splitter.skipped == {"nul_bytes": 3}


@given(
    st.lists(PIECES, max_size=40).map(b"".join),
    st.sampled_from([None, "utf-16-le", "cp1252"]),
    st.lists(st.integers(1, 99)),
)
def test_rows_are_the_lines_of_the_columns(data: bytes, codec: str | None, cuts: list[int]) -> None:
    lines, columns = split(data, cuts, codec)
    rows = RowSplitter(codec)
    borders = [0, *sorted({cut for cut in cuts if cut < len(data)}), len(data)]
    found = [line for start, end in itertools.pairwise(borders) for line in rows.feed(data[start:end])]
    assert [*found, *rows.finish()] == lines.rows()
    assert (rows.skipped, rows.invalid_lines) == (columns.skipped, columns.invalid_lines)


@pytest.mark.parametrize("block", [64 * 1024, 10**9])
def test_a_hole_ends_a_line_that_is_too_long(block: int) -> None:
    data = b"x" * (3 * MAX_LINE_BYTES + 5) + bytes(MAX_LINE_BYTES) + b"after\n"
    lines, splitter = split(data, list(range(block, len(data), block)))
    assert lines["text"].str.len_bytes().to_list() == [MAX_LINE_BYTES, 5]
    assert lines["offset"].to_list() == [0, len(data) - 6]
    assert splitter.skipped == {"long_line": 2 * MAX_LINE_BYTES + 5, "nul_bytes": MAX_LINE_BYTES}


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
    assert lines["text"].to_list() == [start.decode("cp1252"), "next"]


def test_a_byte_order_mark_is_no_text() -> None:
    lines, splitter = split(b"\xef\xbb\xbfhello\n")
    assert lines.row(0) == ("hello", 1, 3, 6)
    assert splitter.skipped == {"byte_order_mark": 3}
