"""Encodings are known by their marks and names; text that is not in its encoding stays readable."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.errors import SourceError
from logtui.lines.encoding import Recoder, byte_order_mark, codec_named, decoded, is_utf16


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"\xef\xbb\xbfx", (b"\xef\xbb\xbf", "utf-8")),
        (b"\xff\xfex\0", (b"\xff\xfe", "utf-16-le")),
        (b"\xfe\xff\0x", (b"\xfe\xff", "utf-16-be")),
        (b"\xef\xbb", None),
        (b"", None),
    ],
)
def test_a_byte_order_mark_announces_the_encoding(head: bytes, found: tuple[bytes, str] | None) -> None:
    assert byte_order_mark(head) == found


@pytest.mark.parametrize(
    ("name", "codec"), [("latin-1", "iso8859-1"), ("UTF8", "utf-8"), ("utf-16", "utf-16-le"), ("sjis", "shift_jis")]
)
def test_a_codec_goes_by_any_of_its_names(name: str, codec: str) -> None:
    assert codec_named(name) == codec


@pytest.mark.parametrize("name", ["", "klingon", "utf-32", "utf-7", "iso2022_jp", "hz", "base64", "cp037", "a\0b"])
def test_what_is_no_encoding_of_lines_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(SourceError, match="there is no encoding") as caught:
        codec_named(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "codec", "text"),
    [
        (b"caf\xe9", "utf-8", "café"),
        ("é ".encode() + b"caf\xe9", "utf-8", "é caf�"),
        (b"a\x81b\xe9", "utf-8", "a�b�"),
        (b"\x81\x00", "shift_jis", "�\x00"),
    ],
)
def test_a_line_that_is_not_in_its_encoding_stays_readable(content: bytes, codec: str, text: str) -> None:
    assert decoded(content, codec) == text


@given(st.text(), st.sampled_from(["utf-16-le", "utf-16-be"]), st.lists(st.integers(0, 40), max_size=5))
def test_recoded_blocks_are_the_text_wherever_they_are_cut(text: str, codec: str, cuts: list[int]) -> None:
    data, recoder = text.encode(codec), Recoder(codec)
    borders = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    pieces = [recoder.feed(data[low:high]) for low, high in itertools.pairwise(borders)]
    assert b"".join(pieces) + recoder.feed(b"", final=True) == text.encode()


def test_two_bytes_make_a_character_only_in_utf16() -> None:
    assert [is_utf16(codec) for codec in ("utf-16-le", "utf-16-be", "utf-8", "iso8859-1")] == [True, True, False, False]
