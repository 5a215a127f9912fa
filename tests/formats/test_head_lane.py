"""Reading some columns gives the same values as reading all of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.read.batch import final_frames
from logtui.engine.read.options import ReadOptions
from logtui.formats import FORMATS, detect
from logtui.formats.head_lane import HeadLane, Heads, simple_main
from logtui.formats.line_reader import LineReader
from logtui.lines import LineSplitter
from logtui.model.record import CORE_SCHEMA
from logtui.sources import SAMPLE_BYTES
from tests.formats.helpers import cut, reader_of

if TYPE_CHECKING:
    from collections.abc import Sequence

FREE: Final = ("raw", "source", "line", "offset", "bytes", "seq", "ingest_time", "format")
OPTIONS: Final = ReadOptions()

SAMPLES: Final = [sample for each in FORMATS for sample in each.samples]
ODD: Final = (
    "Traceback (most recent call last):",
    '  File "x.py", line 1',
    "ValueError: x",
    "Error: no such host",
    "\tat a.b.C(D.java:1)",
    "Caused by: java.lang.RuntimeException: x",
    "DETAIL:  Key (id)=(1) already exists.",
    "",
    " ",
    "{",
    '  "level": "warn", "msg": "pretty"',
    "}",
    ' {"level": "warn", "msg": "indented"},',
    '{"a":1}{"level":"error","msg":"two"}',
    "plain words",
    "2025-07-22T12:34:56Z INFO AuthenticationService user123 ",
    '2025-07-22T12:34:56Z INFO AuthenticationService user123 {"level":"error","message":"inner"}',
    "2025-07-22T12:34:56Z INFO AuthenticationService connecting to",
    "2025-07-22T12:34:56Z \x1b[31mERROR\x1b[0m AuthenticationService user123 coloured",
    "progress 10%\rprogress 20%",
)
"""Lines that no pattern reads by itself, or that look like those of a format and are not."""


def lines_mostly_of(main: str) -> st.SearchStrategy[list[str]]:
    """Lines of one format, and few others, so that most blocks are alike."""
    others = st.lists(st.tuples(st.integers(0, 60), st.sampled_from([*SAMPLES, *ODD])), max_size=3)
    return st.builds(lambda size, others: with_others([main] * size, others), st.integers(1, 60), others)


def with_others(lines: list[str], others: Sequence[tuple[int, str]]) -> list[str]:
    for place, other in others:
        lines.insert(place, other)
    return lines


@cache
def head(main: str) -> bytes:
    """Lines of a format, enough for detection to end."""
    line = f"{main}\n".encode()
    return line * (SAMPLE_BYTES // len(line) + 1)


def read(blocks: Sequence[bytes], columns: frozenset[str] | None) -> list[pl.DataFrame]:
    return list(final_frames(reader_of(blocks, OPTIONS).batches(columns)))


@given(
    st.sampled_from(SAMPLES).flatmap(lambda main: st.tuples(st.just(main), lines_mostly_of(main))),
    st.lists(st.integers(1, 5000), max_size=6),
    st.frozensets(st.sampled_from(list(CORE_SCHEMA))),
)
def test_any_columns_are_those_of_the_full_reading(
    lines: tuple[str, list[str]], cuts: list[int], columns: frozenset[str]
) -> None:
    main, texts = lines
    blocks = [head(main), *cut("\n".join(texts).encode(), cuts)]
    wanted = [name for name in CORE_SCHEMA if name in columns or name in FREE]
    part = pl.concat([frame.select(wanted) for frame in read(blocks, columns)])
    assert part.equals(pl.concat(read(blocks, None), how="diagonal").select(wanted))


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_lines_of_one_format_are_records_with_the_same_columns(sample: str) -> None:
    test = test_any_columns_are_those_of_the_full_reading.hypothesis.inner_test  # type: ignore[attr-defined]
    test((sample, [sample] * 5), [], frozenset(CORE_SCHEMA))


def lane_of(text: str, columns: set[str]) -> tuple[HeadLane, pl.DataFrame]:
    lines = LineSplitter().feed(text.encode())
    found = detect(lines["text"])
    main = simple_main(found.cascade)
    assert main is not None
    return HeadLane(LineReader(found.cascade, found.orders), main, columns), lines


SERVICE: Final = "2025-07-22T12:34:56Z INFO AuthenticationService user123 User login successful\n"


def test_only_the_asked_columns_are_read() -> None:
    lane, lines = lane_of(SERVICE * 9, {"level"})
    found = lane.read(lines)
    assert isinstance(found, Heads)
    assert set(found.records.columns) == {*"raw line offset bytes format level yearless dateless".split()}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_line_and_its_neighbours_are_read_in_full(odd: str) -> None:
    lane, lines = lane_of(f"{SERVICE * 29}{odd}\n{SERVICE * 3}", {"level"})
    found = lane.read(lines)
    assert isinstance(found, Heads)
    assert found.rest is not None
    assert len(found.records) + found.rest["line"].n_unique() == 33
    assert len(found.records) == 30


def test_lines_of_which_many_are_odd_are_read_in_full() -> None:
    lane, lines = lane_of(SERVICE * 20 + "\tat a.b.C(D.java:1)\n" * 9, {"level"})
    assert isinstance(lane.read(lines), pl.DataFrame)
