"""Binary files are told from text by their first bytes, not by their names."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.sources.binary import binary_kind, looks_like_utf16

TEXT = b"2025-07-22T12:00:00Z INFO one\n"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x7fELF\x02\x01", "an ELF program"),
        (b"PK\x03\x04" + TEXT, "a zip archive"),
        (b"LPKSHHRH", "a systemd journal (pipe `journalctl` in instead)"),
        (bytes(range(1, 32)), "binary data"),
        (TEXT, None),
        (b"", None),
        (b"\x1b[31mred\x1b[0m\t\r\n", None),
        (b"\xff\xfe" + "one\n".encode("utf-16-le"), None),
        ("line one\n".encode("utf-16-be"), None),
    ],
)
def test_a_head_says_what_a_file_is(head: bytes, kind: str | None) -> None:
    assert binary_kind(head) == kind


@pytest.mark.parametrize(("controls", "is_binary"), [(30, False), (31, True)])
def test_three_tenths_of_control_bytes_are_still_text(controls: int, is_binary: bool) -> None:
    assert (binary_kind(b"\x01" * controls + b"x" * (100 - controls)) is not None) is is_binary


@pytest.mark.parametrize("hole", [bytes(1), bytes(60_000)])
def test_holes_of_nuls_say_nothing_about_the_rest(hole: bytes) -> None:
    assert binary_kind(hole + TEXT) is None
    assert binary_kind(TEXT + hole * 16 + TEXT) is None


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=2), st.sampled_from(["le", "be"]))
def test_ascii_in_utf16_is_known_by_its_nuls(text: str, order: str) -> None:
    assert looks_like_utf16(text.encode(f"utf-16-{order}")) == f"utf-16-{order}"
    assert looks_like_utf16(text.encode()) is None


@pytest.mark.parametrize("head", [b"", b"a\0", b"a\0b", bytes(100)])
def test_a_few_bytes_or_nuls_alone_are_no_utf16(head: bytes) -> None:
    assert looks_like_utf16(head) is None


@given(st.integers(0, 10**9))
def test_bytes_without_any_order_are_binary(seed: int) -> None:
    assert binary_kind(Random(seed).randbytes(20_000)) == "binary data"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1251", "shift_jis", "gb18030"])
def test_text_in_older_encodings_is_text_even_with_some_controls(encoding: str) -> None:
    letters = {"latin-1": "échec à 12 h", "cp1251": "ошибка", "shift_jis": "接続エラー", "gb18030": "连接失败"}[
        encoding
    ]
    assert binary_kind((f"ERROR {letters} while connecting\n" * 20 + "\x01" * 5).encode(encoding)) is None


def test_a_character_that_the_end_of_the_block_cuts_is_still_utf8() -> None:
    head = ("\x01" * 10 + "x" * 89 + "€").encode()
    assert binary_kind(head[:-1]) is None
    assert binary_kind(b"\xe2" + head) == "binary data"
