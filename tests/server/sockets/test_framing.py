"""Framing: what the bytes of a connection mean as messages, however they arrive."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.server.sockets.framing import Framed, Framer, Oversize, message_of

if TYPE_CHECKING:
    from collections.abc import Sequence

SYSLOG = b"<14>1 2024-01-15T10:00:00Z myhost api - - - Request processed"
JSON = b'{"timestamp": "2024-01-15T10:00:00Z", "level": "info", "message": "Hello"}'
TRACEBACK = b"<11>failed\nTraceback (most recent call last):\n  File 'x.py'\nValueError: 7"


def counted(message: bytes) -> bytes:
    return b"%d %b" % (len(message), message)


def framed(chunks: Sequence[bytes], max_bytes: int = 1 << 20) -> Framed:
    framer, found = Framer(max_bytes), Framed()
    for part in [*map(framer.feed, chunks), framer.finish()]:
        found.messages += part.messages
        found.oversize += part.oversize
    return found


def chunks_of(stream: bytes, cuts: Sequence[int]) -> list[bytes]:
    places = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    return [stream[start:end] for start, end in pairwise(places)]


CASES = {
    "lines": (SYSLOG + b"\n" + JSON + b"\nplain\n", [SYSLOG, JSON, b"plain"]),
    "lines that end with CR LF": (SYSLOG + b"\r\n" + b"plain\r\n", [SYSLOG, b"plain"]),
    "blank lines": (b"\n\nfoo\n\n\nbar\n\r\n", [b"foo", b"bar"]),
    "an indented line": (b"a\n  at b\n", [b"a", b"  at b"]),
    "no end at the end": (b"a\nb", [b"a", b"b"]),
    "NULs": (SYSLOG + b"\0" + JSON + b"\0", [SYSLOG, JSON]),
    "a traceback before NULs": (TRACEBACK + b"\0" + TRACEBACK + b"\0", [TRACEBACK, TRACEBACK]),
    "lines after NULs": (b"<14>a\0<14>b\n<14>c\n" + JSON + b"\n", [b"<14>a", b"<14>b", b"<14>c", JSON]),
    "counts": (counted(SYSLOG) + counted(JSON), [SYSLOG, JSON]),
    "a line end in a counted message": (counted(TRACEBACK) + counted(SYSLOG), [TRACEBACK, SYSLOG]),
    "a count that includes the line end": (counted(SYSLOG + b"\n") + counted(JSON), [SYSLOG, JSON]),
    "a line end behind a counted message": (counted(SYSLOG) + b"\n" + SYSLOG, [SYSLOG, SYSLOG]),
    "counts, lines and NULs": (
        counted(TRACEBACK) + SYSLOG + b"\n" + JSON + b"\nplain\n<14>a\nb\0" + counted(SYSLOG),
        [TRACEBACK, SYSLOG, JSON, b"plain", b"<14>a\nb", SYSLOG],
    ),
    "a line that begins with a date": (
        b"2026-11-23 started\n404 not found\n7\n",
        [b"2026-11-23 started", b"404 not found", b"7"],
    ),
    "a count with a zero before it": (b"007 <14>a\n0 <14>b\n", [b"007 <14>a", b"0 <14>b"]),
    "a count of 20 digits": (b"1" * 20 + b" <14>a\n", [b"1" * 20 + b" <14>a"]),
    "a count that is too small": (
        b"8 <14>abcdefgh" + counted(SYSLOG) + counted(JSON),
        [b"<14>abcd", b"efgh", SYSLOG, JSON],
    ),
    "a count that is too large": (b"9 <14>a\n" + SYSLOG + b"\n" + SYSLOG + b"\n", [b"<14>a\n<14", SYSLOG[3:], SYSLOG]),
    "a connection that ends in a counted message": (b"90 " + SYSLOG, [b"90 " + SYSLOG]),
    "bytes that are no UTF-8": (b"\xff\xfe\n\x80\n", [b"\xff\xfe", b"\x80"]),
    "nothing": (b"", []),
}


@pytest.mark.parametrize("name", CASES)
def test_a_stream_is_cut_into_its_messages(name: str) -> None:
    stream, expected = CASES[name]
    assert framed([stream]) == Framed(expected)


@pytest.mark.parametrize("name", [name for name in CASES if "NUL" not in name])
def test_a_stream_that_comes_byte_by_byte_is_cut_the_same(name: str) -> None:
    stream, expected = CASES[name]
    assert framed([bytes([byte]) for byte in stream]) == Framed(expected)


PIECES = st.lists(
    st.one_of(
        st.sampled_from([SYSLOG, JSON, b"plain", TRACEBACK, b"9", b"12 <1", b"5 {", b"\n", b"\r\n", b" "]),
        st.sampled_from([SYSLOG, JSON, TRACEBACK]).map(counted),
        st.binary(max_size=6),
    ),
    max_size=12,
).map(b"".join)
CUTS = st.lists(st.integers(0, 2000), max_size=20)


@given(PIECES.map(lambda stream: stream.replace(b"\0", b"0")), CUTS, st.sampled_from([3, 20, 60, 1000]))
def test_messages_do_not_depend_on_the_pieces_in_which_they_arrive(stream: bytes, cuts: list[int], bound: int) -> None:
    assert framed(chunks_of(stream, cuts), bound) == framed([stream], bound)


@given(PIECES, CUTS, st.sampled_from([3, 20, 60, 1000]))
def test_nor_do_they_once_the_connection_has_shown_that_it_uses_nuls(
    stream: bytes, cuts: list[int], bound: int
) -> None:
    assert framed([b"a\0", *chunks_of(stream, cuts)], bound) == framed([b"a\0", stream], bound)


@given(st.lists(st.sampled_from([SYSLOG, JSON, TRACEBACK, b"<13>x"])), st.lists(st.sampled_from("cn")), CUTS)
def test_messages_of_every_framing_come_back_as_they_were_sent(
    messages: list[bytes], framings: list[str], cuts: list[int]
) -> None:
    sent = list(zip(messages, framings, strict=False))
    stream = b"".join(counted(message) if framing == "c" else message + b"\0" for message, framing in sent)
    assert framed([b"first\0", *chunks_of(stream, cuts)]).messages == [b"first", *(message for message, _ in sent)]


@given(PIECES, CUTS, st.integers(1, 40))
def test_no_byte_but_ends_and_counts_is_lost(stream: bytes, cuts: list[int], bound: int) -> None:
    found = framed(chunks_of(stream, cuts), bound)
    kept = sum(map(len, found.messages)) + sum(each.length for each in found.oversize)
    ends = sum(stream.count(end) for end in (b"\r", b"\n", b"\0"))
    digits = sum(stream.count(digit) for digit in b"0123456789 ")
    assert len(stream) - ends - digits <= kept <= len(stream)


def test_a_line_above_the_bound_is_cut_and_the_next_ones_are_read() -> None:
    found = framed([b"a" * 5, b"b" * 30, b"c\nnext\n"], 10)
    assert found == Framed([b"next"], [Oversize(b"aaaaabbbbb", 36)])


def test_a_line_of_just_the_bound_is_a_message() -> None:
    assert framed([b"a" * 10, b"\n", b"b" * 11 + b"\n"], 10) == Framed([b"a" * 10], [Oversize(b"b" * 10, 11)])


def test_a_counted_message_above_the_bound_is_passed_over_by_its_count() -> None:
    long = b"<14>" + b"x\n" * 20
    found = framed([counted(long)[:20], counted(long)[20:] + counted(SYSLOG)], 61)
    assert found == framed([counted(long) + counted(SYSLOG)], 61)
    assert framed([counted(long) + counted(b"<1>a")], 10) == Framed([b"<1>a"], [Oversize(long[:10], 44)])


def test_a_message_above_the_bound_is_told_when_the_connection_ends() -> None:
    assert framed([b"a" * 100], 10) == Framed([], [Oversize(b"a" * 10, 100)])


def test_what_is_held_of_an_endless_line_is_bounded() -> None:
    framer = Framer(1000)
    for _ in range(500):
        framer.feed(b"x" * 100)
    assert framer._held + sum(map(len, framer._parts)) < 2500
    assert framer.finish().oversize == [Oversize(b"x" * 1000, 50_000)]


def test_a_quiet_sender_that_uses_nuls_ends_its_last_line() -> None:
    framer = Framer()
    assert framer.feed(b"<14>a\0<14>b\n").messages == [b"<14>a"]
    is_held = framer.ends_if_quiet
    assert framer.finish().messages == [b"<14>b"]
    assert (is_held, framer.ends_if_quiet) == (True, False)
    assert framer.feed(b"<14>c\0").messages == [b"<14>c"]


@pytest.mark.parametrize(
    ("datagram", "expected"),
    [
        (SYSLOG, SYSLOG),
        (SYSLOG + b"\n\0", SYSLOG),
        (counted(SYSLOG), SYSLOG),
        (counted(SYSLOG + b"\n"), SYSLOG),
        (TRACEBACK + b"\0", TRACEBACK),
        (b"9 <14>a", b"9 <14>a"),
        (b"404 not found", b"404 not found"),
        (b"\r\n", b""),
    ],
)
def test_a_datagram_is_one_message(datagram: bytes, expected: bytes) -> None:
    assert message_of(datagram) == expected
