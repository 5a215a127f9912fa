"""The records around a searched text are those of the full reading."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats import RecordAssembler, SourceClock, detect
from logtui.formats.head_lane import Heads
from logtui.formats.lanes import lane_of, needle_lane_of
from logtui.formats.line_reader import LineReader
from logtui.formats.needle_lane import NeedleLane, searchable
from logtui.formats.sieve import Sieve
from logtui.lines import LineBlock, LineSplitter
from tests.formats.lanes import frames_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

SIEVE: Final = Sieve(texts=(pl.col("raw").str.contains("(?i)quagga"),), needles=(("QUAGGA",),))
SERVICE: Final = "2025-07-22T12:34:56Z INFO AuthenticationService user123 User login successful"
OBJECT: Final = json.dumps({"timestamp": "2025-07-22T12:34:56Z", "level": "info", "message": "plain", "id": 7})
MAINS: Final = (
    SERVICE,
    OBJECT,
    "2025-07-22 12:34:56,789 ERROR [main] org.example.Store: lost connection",
    "E0722 12:34:56.789012    4211 server.go:77] refused",
)
OTHERS: Final = (
    "2025-07-22T12:34:58Z ERROR AuthenticationService user123 met a quagga",
    "2025-07-22T12:34:50Z INFO AuthenticationService user123 Quagga k=v",
    "2025-07-22 12:34:57,789 ERROR [main] org.example.Store: QUAGGA",
    "E0722 12:34:57.789012    4211 server.go:77] a quagga",
    "\tat a.b.Quagga(D.java:1)",
    "\tat a.b.Other(D.java:1)",
    "Caused by: java.lang.RuntimeException: a quagga",
    "java.lang.RuntimeException: none",
    "  quagga",
    "plain words",
    "",
    "{",
    '  "level": "warn", "msg": "quagga"',
    "}",
    '{"timestamp": "2025-07-22T12:34:58Z", "level": "error", "message": "a quagga", "id": 8}',
    r'{"timestamp": "2025-07-22T12:34:58Z", "level": "error", "message": "a \u0071uagga", "id": 8}',
    '{"log":"quagga\\n","stream":"stdout","time":"2025-07-22T12:34:57Z"}',
    '{"log":"in two ","stream":"stdout","time":"2025-07-22T12:34:57Z"}',
    "2025-07-22T12:34:56Z INFO AuthenticationService user123 \x1b[1mquagga\x1b[0m",
    "2025-07-22T12:34:58Z ERROR AuthenticationService user123 not A\u017fCII",
)


def reader_of(main: str) -> LineReader:
    found = detect(pl.Series([main] * 20))
    return LineReader(found.cascade, found.orders)


def lane_for(reader: LineReader, columns: Collection[str] | None = None) -> NeedleLane:
    lane = needle_lane_of(reader, lane_of(reader, columns, SIEVE), columns, SIEVE)
    assert lane is not None
    return lane


def blocks_of(texts: Sequence[str], borders: Collection[int]) -> list[LineBlock]:
    places = sorted({0, len(texts), *(place for place in borders if place < len(texts))})
    splitter = LineSplitter()
    return [
        splitter.cut("".join(f"{text}\n" for text in texts[start:end]).encode())
        for start, end in itertools.pairwise(places)
    ]


def wanted(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The records that hold the word, without the order time, which follows from all records before."""
    found = pl.concat(frames, how="diagonal")
    holds = pl.any_horizontal(pl.col("raw", "message").str.contains("(?i)quagga"))
    found = found.filter(holds).drop("order_time", "seq", strict=False)
    return found.select(each.name for each in found if each.null_count() < len(found))


def searched(reader: LineReader, blocks: Sequence[LineBlock], columns: Collection[str] | None) -> list[pl.DataFrame]:
    lane = lane_for(reader, columns)
    assembler = RecordAssembler("memory", SourceClock(datetime(2025, 12, 1, tzinfo=UTC)), reader)
    frames = []
    for block in blocks:
        found = lane.read(block)
        frames.append(assembler.feed_heads(found) if isinstance(found, Heads) else assembler.feed(found))
    return [*frames, assembler.finish()]


def with_few(main: str, others: Sequence[tuple[int, str]]) -> list[str]:
    """Lines so long that a block of them may hold several needles."""
    lines = [f"{main} {'.' * 900}" if not main.startswith("{") else main.replace("plain", "." * 900)] * 150
    for place, other in others:
        lines.insert(place, other)
    return lines


@pytest.mark.slow
@given(
    st.sampled_from(MAINS),
    st.lists(st.tuples(st.integers(0, 150), st.sampled_from(OTHERS)), max_size=6),
    st.sets(st.integers(1, 150), max_size=3),
)
def test_the_records_with_a_needle_are_those_of_the_full_reading(
    main: str, others: list[tuple[int, str]], borders: set[int]
) -> None:
    blocks, reader = blocks_of(with_few(main, others), borders), reader_of(main)
    part, whole = (
        wanted(searched(reader, blocks, None)),
        wanted(frames_of(reader, [block.lines for block in blocks], None)),
    )
    assert part.equals(whole.select(part.columns))
    assert set(part.columns) == set(whole.columns)


@pytest.mark.parametrize("other", OTHERS)
def test_one_other_line_has_the_records_of_the_full_reading(other: str) -> None:
    blocks, reader = blocks_of(with_few(SERVICE, [(75, other)]), {50, 75}), reader_of(SERVICE)
    part, whole = (
        wanted(searched(reader, blocks, None)),
        wanted(frames_of(reader, [block.lines for block in blocks], None)),
    )
    assert part.equals(whole.select(part.columns))


def test_of_a_block_without_the_needle_only_the_last_line_is_read() -> None:
    [block] = blocks_of([SERVICE] * 300, ())
    found = lane_for(reader_of(SERVICE)).read(block)
    assert isinstance(found, Heads)
    assert found.rest is not None
    assert found.rest["line"].to_list() == [300]
    assert "lines" not in vars(block), "the block was split"


def test_a_needle_in_a_trace_brings_the_whole_record() -> None:
    trace = ["java.lang.RuntimeException: x", *["\tat a.b.C(D.java:1)"] * 9, "\tat a.b.Quagga(D.java:1)"]
    lines = [SERVICE] * 150 + trace + [SERVICE] * 150
    found = lane_for(reader_of(SERVICE)).read(blocks_of(lines, ())[0])
    assert isinstance(found, Heads)
    assert found.rest is not None
    assert found.rest["line"].to_list() == [*range(150, 162), 311]


def test_a_block_full_of_needles_is_split() -> None:
    [block] = blocks_of([f"{SERVICE} quagga"] * 100, ())
    lane_for(reader_of(SERVICE)).read(block)
    assert "lines" in vars(block)


def test_a_record_without_a_border_near_is_read_with_its_block() -> None:
    [block] = blocks_of([SERVICE] * 100 + ["\tat a.b.C(D.java:1)"] * 40 + ["\tat a.b.Quagga(D.java:1)", SERVICE], ())
    lane_for(reader_of(SERVICE)).read(block)
    assert "lines" in vars(block)


def test_times_without_a_year_are_read_with_their_block() -> None:
    [block] = blocks_of([MAINS[3]] * 300, ())
    lane_for(reader_of(MAINS[3])).read(block)
    assert "lines" in vars(block)
    [block] = blocks_of([MAINS[3]] * 300, ())
    lane_for(reader_of(MAINS[3]), ("level",)).read(block)
    assert "lines" not in vars(block)


@pytest.mark.parametrize(
    ("needles", "expected"),
    [
        ([("Quagga",)], [b"quagga"]),
        ([("id",), ("user4389", "user4390")], [b"user4389", b"user4390"]),
        ([("über",)], []),
        ([('say "x"',)], []),
        ([("a/b",)], []),
        ([("x",)], []),
        ([("quagga", "ü")], []),
        ([], []),
    ],
)
def test_the_clause_that_is_searched_holds_only_plain_characters(
    needles: list[tuple[str, ...]], expected: list[bytes]
) -> None:
    assert searchable(Sieve(needles=tuple(needles))) == expected
