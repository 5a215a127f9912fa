"""A frame comes back as it went in; what is damaged, or not of this file, is no frame."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from hypothesis import given
from hypothesis import strategies as st

from logtui.store.journal.frames import EncodedBatch, PlacedFrame, scan
from tests.store.journal.batches import batch, texts

if TYPE_CHECKING:
    from pathlib import Path

SALT: Final = b"12345678"


def encoded(*contents: str, salt: bytes = SALT) -> bytes:
    batches = [EncodedBatch(batch(text)) for text in contents]
    return b"".join(b"".join(one.parts(seq, salt)) for seq, one in enumerate(batches, 1))


def scanned(data: bytes, **options: int) -> list[PlacedFrame]:
    file = os.memfd_create("frames")
    try:
        os.write(file, data)
        return list(scan(file, SALT, 0, len(data), **options))
    finally:
        os.close(file)


def contents(data: bytes) -> list[str]:
    return texts(placed.frame for placed in scanned(data))


def test_frames_lie_one_behind_the_other() -> None:
    placed = scanned(encoded("a", "bb", ""))
    assert texts(one.frame for one in placed) == ["a", "bb", ""]
    assert [one.start for one in placed[1:]] == [one.end for one in placed[:-1]]


def test_the_length_is_that_of_the_frame() -> None:
    one = EncodedBatch(batch("abc"))
    assert one.length == sum(map(len, one.parts(7, SALT)))


def test_every_flipped_bit_costs_its_frame_and_no_other() -> None:
    data = encoded("first", "second", "third")
    borders = [placed.end for placed in scanned(data)]
    for bit in range(len(data) * 8):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        hit = sum(border <= bit // 8 for border in borders)
        expected = ["first", "second", "third"]
        del expected[hit]
        assert contents(bytes(damaged)) == expected


def test_every_cut_costs_the_frames_behind_it() -> None:
    data = encoded("first", "second", "third")
    borders = [placed.end for placed in scanned(data)]
    for length in range(len(data)):
        assert len(scanned(data[:length])) == sum(border <= length for border in borders)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_bytes_between_frames_hide_none(before: bytes, between: bytes) -> None:
    first, second = encoded("first"), encoded("second")
    assert contents(before + first + between + second) == ["first", "second"]


def test_a_frame_is_found_across_the_borders_of_what_is_read_at_once() -> None:
    for length in range((1 << 20) - 4, (1 << 20) + 4):
        assert contents(b"\0" * length + encoded("far")) == ["far"]


def test_a_frame_of_another_file_is_none() -> None:
    assert contents(encoded("old", salt=b"87654321") + encoded("new")) == ["new"]


def test_a_frame_inside_a_damaged_payload_is_none() -> None:
    """A sender cannot put records of its own making into the place of damaged ones: it does not know the salt."""
    forged = encoded("forged", salt=b"guessed!").decode("latin-1")
    data = bytearray(encoded(forged, "next"))
    data[0] ^= 1
    assert contents(bytes(data)) == ["next"]


def test_frames_that_are_not_wanted_are_passed_over() -> None:
    assert texts(placed.frame for placed in scanned(encoded("a", "b", "c"), after=2)) == ["c"]


def test_a_large_payload_is_not_copied() -> None:
    one = batch("x" * 1000)
    assert EncodedBatch(one).parts(1, SALT)[1] is one.payload


def test_scanning_reads_a_file_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "frames"
    path.write_bytes(b"head" + encoded("a", "b"))
    with path.open("rb") as file:
        assert next(scan(file.fileno(), SALT, 4, path.stat().st_size)).start == 4
