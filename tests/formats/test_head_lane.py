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
from logtui.formats.lanes import lane_of
from logtui.formats.line_reader import LineReader
from logtui.formats.sieve import Sieve
from logtui.lines import LineSplitter
from logtui.model.record import CORE_SCHEMA
from logtui.sources import SAMPLE_BYTES
from tests.formats.helpers import cut, reader_of
from tests.formats.lanes import FREE, blocks_of, frames_of, lines_of, wanted_of, with_others

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

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
    "2025-07-22T12:34:56Z INFO com.example.Store - lost connection",
    "2025-07-22T12:34:56Z INFO AuthenticationService user123 User \x1b[1mlogin\x1b[0m successful",
    "2025-07-22T12:34:56Z \x1b[31mERROR\x1b[0m AuthenticationService user123 coloured",
    "progress 10%\rprogress 20%",
)
"""Lines that no pattern reads by itself, or that look like those of a format and are not."""


MAINS: Final = (
    "2025-07-22T12:34:56Z INFO AuthenticationService user123 User login successful",
    "2025-07-22 12:34:56,789 - app.db - ERROR - timed out",
    "2025-07-22 12:34:56,789 ERROR [main] org.example.Store: lost connection",
    "2025-07-22 12:34:56.789  INFO 4211 --- [nio-8080-exec-1] c.example.OrderController : created",
    "E0722 12:34:56.789012    4211 server.go:77] refused",
    "<6>[12345.678901] eth0: link up",
)
"""Lines of formats that patterns alone read."""


def lines_mostly_of(main: str) -> st.SearchStrategy[list[str]]:
    """Lines of one format, and few others, so that most of them are records by themselves."""
    other = st.one_of(st.sampled_from(ODD), st.sampled_from(SAMPLES))
    others = st.lists(st.tuples(st.integers(0, 60), other), min_size=1, max_size=4)
    return st.builds(lambda size, others: with_others([main] * size, others), st.integers(20, 60), others)


@cache
def reader_of_main(main: str) -> LineReader:
    found = detect(pl.Series([main] * 20))
    return LineReader(found.cascade, found.orders)


def records_of(reader: LineReader, blocks: Sequence[pl.DataFrame], columns: Collection[str] | None) -> pl.DataFrame:
    wanted = [name for name in CORE_SCHEMA if columns is None or name in columns or name in FREE]
    return pl.concat([frame.select(wanted) for frame in frames_of(reader, blocks, columns)])


@pytest.mark.slow
@given(
    st.one_of(st.sampled_from(MAINS), st.sampled_from(SAMPLES)).flatmap(
        lambda main: st.tuples(st.just(main), lines_mostly_of(main))
    ),
    st.sets(st.integers(1, 100), max_size=3),
    st.frozensets(st.sampled_from(list(CORE_SCHEMA))),
)
def test_any_columns_are_those_of_the_full_reading(
    lines: tuple[str, list[str]], borders: set[int], columns: frozenset[str]
) -> None:
    main, texts = lines
    blocks, reader = blocks_of(texts, borders), reader_of_main(main)
    part = records_of(reader, blocks, columns)
    assert part.equals(records_of(reader, blocks, None).select(part.columns))


CONDITIONS: Final = {
    "text": Sieve(texts=(pl.col("raw").str.contains("(?i)QUAGGA"),)),
    "common text": Sieve(texts=(pl.col("raw").str.contains("(?i)e"),)),
    "level": Sieve(heads=(pl.col("level") == "error",), columns=frozenset({"level"})),
    "service": Sieve(heads=(pl.col("service").is_null(),), columns=frozenset({"service"})),
    "both": Sieve(
        (pl.col("raw").str.contains("quagga"),), (pl.col("level") != "error",), frozenset({"level", "severity_text"})
    ),
}
MARKED: Final = (
    "2025-07-22T12:34:58Z ERROR AuthenticationService user123 met a quagga",
    "2025-07-22T12:34:50Z INFO AuthenticationService user123 Quagga k=v",
    "2025-07-22 12:34:57,789 - app.db - ERROR - quagga",
    "E0722 12:34:57.789012    4211 server.go:77] a quagga",
    "\tat a.b.Quagga(D.java:1)",
    "  quagga",
    '{"level": "error", "msg": "quagga"}',
)
"""Lines that a sieve holds back."""


@pytest.mark.slow
@given(
    st.one_of(st.sampled_from(MAINS), st.sampled_from(SAMPLES)).flatmap(
        lambda main: st.tuples(st.just(main), lines_mostly_of(main))
    ),
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(MARKED)), max_size=3),
    st.sets(st.integers(1, 100), max_size=3),
    st.one_of(st.none(), st.frozensets(st.sampled_from(list(CORE_SCHEMA)))),
    st.sampled_from(sorted(CONDITIONS)),
)
def test_the_records_that_a_sieve_holds_back_are_those_of_the_full_reading(
    lines: tuple[str, list[str]],
    marked: list[tuple[int, str]],
    borders: set[int],
    columns: frozenset[str] | None,
    name: str,
) -> None:
    blocks, reader, sieve = (
        blocks_of(with_others(lines[1], marked), borders),
        reader_of_main(lines[0]),
        CONDITIONS[name],
    )
    columns = None if columns is None else columns | sieve.columns
    part = wanted_of(frames_of(reader, blocks, columns, sieve), columns, sieve)
    whole = wanted_of(frames_of(reader, blocks, None), columns, sieve)
    assert part.equals(whole.select(part.columns))
    assert set(whole.columns) == set(part.columns)


@pytest.mark.parametrize("main", MAINS)
def test_odd_lines_far_apart_have_the_records_of_the_full_reading(main: str) -> None:
    assert_read_as_in_full(main, [line for odd in ODD for line in (*[main] * 12, odd)] + [main] * 12)


@pytest.mark.slow
@pytest.mark.parametrize("main", MAINS)
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_line_has_the_records_of_the_full_reading(main: str, odd: str) -> None:
    assert_read_as_in_full(main, [main] * 12 + [odd] + [main] * 12)


def assert_read_as_in_full(main: str, texts: Sequence[str]) -> None:
    reader = reader_of_main(main)
    part = records_of(reader, [lines_of(texts)], frozenset(CORE_SCHEMA))
    assert part.equals(records_of(reader, [lines_of(texts)], None).select(part.columns))


@pytest.mark.parametrize(
    "columns", [set(), {"level"}, {"timestamp", "order_time", "service", "message"}, set(CORE_SCHEMA)]
)
def test_a_source_has_the_same_records_when_some_columns_are_read(columns: set[str]) -> None:
    text = f"{SERVICE * 3000}Traceback (most recent call last):\n  x\nValueError: x\n{SERVICE * 4000}".encode()
    blocks = cut(text, [SAMPLE_BYTES, SAMPLE_BYTES + 50_000, len(text) - 30])
    whole, part = (list(final_frames(reader_of(blocks, ReadOptions()).batches(each))) for each in (None, columns))
    wanted = [name for name in CORE_SCHEMA if name in columns or name in FREE]
    assert pl.concat(each.select(wanted) for each in part).equals(pl.concat(whole, how="diagonal").select(wanted))
    assert set(part[0].columns) >= CORE_SCHEMA.keys()
    assert set(part[-2].columns) == set(wanted)


@pytest.mark.parametrize("main", MAINS)
def test_the_level_alone_is_that_of_the_full_reading(main: str) -> None:
    blocks, reader = [lines_of([main] * 12)], reader_of_main(main)
    part = records_of(reader, blocks, frozenset({"level"}))
    assert part.equals(records_of(reader, blocks, None).select(part.columns))
    assert part["level"].null_count() == 0


def lane_over(text: str, columns: set[str]) -> tuple[HeadLane, pl.DataFrame]:
    lines = LineSplitter().feed(text.encode())
    found = detect(lines["text"])
    main = simple_main(found.cascade)
    assert main is not None
    return HeadLane(LineReader(found.cascade, found.orders), main, columns), lines


SERVICE: Final = "2025-07-22T12:34:56Z INFO AuthenticationService user123 User login successful\n"


def test_only_the_asked_columns_are_read() -> None:
    lane, lines = lane_over(SERVICE * 9, {"level"})
    found = lane.read(lines)
    assert isinstance(found, Heads)
    assert set(found.records.columns) == {"raw", "line", "offset", "bytes", "format", "level", "yearless", "dateless"}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_line_and_the_line_above_it_are_read_in_full(odd: str) -> None:
    lane, lines = lane_over(f"{SERVICE * 29}{odd}\n{SERVICE * 3}", {"level"})
    found = lane.read(lines)
    assert isinstance(found, Heads)
    assert found.rest is not None
    assert len(found.records) + found.rest["line"].n_unique() == 33
    assert len(found.records) == 31


def test_lines_of_which_many_are_odd_are_read_in_full() -> None:
    lane, lines = lane_over(SERVICE * 20 + "\tat a.b.C(D.java:1)\n" * 9, {"level"})
    assert isinstance(lane.read(lines), pl.DataFrame)


def test_of_lines_that_a_sieve_lets_pass_only_times_are_read() -> None:
    lane, lines = sieving_lane(SERVICE * 29 + QUAGGA + SERVICE * 3, None)
    heads = lane.read(lines)
    assert isinstance(heads, Heads)
    assert heads.are_passed
    assert heads.rest is not None
    assert heads.rest["text"].to_list() == [QUAGGA.rstrip("\n")]
    assert len(heads.records) == 32
    assert not {"level", "service", "message"} & set(heads.records.columns)


def test_a_block_of_which_a_sieve_holds_back_much_is_read_as_without_it() -> None:
    lane, lines = sieving_lane(QUAGGA * 32, None)
    assert isinstance(lane.read(lines), pl.DataFrame)
    lane, lines = sieving_lane(QUAGGA * 32, {"level"})
    heads = lane.read(lines)
    assert isinstance(heads, Heads)
    assert not heads.are_passed
    assert "level" in heads.records.columns


QUAGGA: Final = SERVICE.replace("login", "Quagga")


def sieving_lane(text: str, columns: set[str] | None) -> tuple[HeadLane, pl.DataFrame]:
    lines = LineSplitter().feed(text.encode())
    found = detect(lines["text"])
    lane = lane_of(LineReader(found.cascade, found.orders), columns, CONDITIONS["text"])
    assert isinstance(lane, HeadLane)
    return lane, lines
