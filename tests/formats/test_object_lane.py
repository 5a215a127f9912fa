"""The records of JSON lines that a sieve holds back are those of the full reading."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats import detect
from logtui.formats.head_lane import Heads
from logtui.formats.lanes import lane_of
from logtui.formats.line_reader import LineReader
from logtui.formats.object_lane import OBJECT_COLUMNS, ObjectLane, is_of_objects
from logtui.formats.sieve import Sieve
from logtui.model.record import CORE_SCHEMA
from tests.formats.lanes import blocks_of, frames_of, lines_of, wanted_of, with_others

QUAGGA: Final = Sieve(
    texts=(
        pl.when(pl.col("message").is_not_null() & (pl.col("format") != "plain"))
        .then("message")
        .otherwise("raw")
        .str.contains("(?i)quagga"),
    )
)
"""The filter for the word."""

IN_RAW: Final = Sieve(texts=(pl.col("raw").str.contains("(?i)quagga"),))
"""Its sieve."""

TIMES: Final = (
    {"timestamp": "2025-07-22T12:34:56.123Z"},
    {"timestamp": "2025-07-22T12:34:50+02:00", "time": 1753187696},
    {"time": 1753187696123, "pid": 3},
    {"ts": 1753187696.5},
    {"date": "2025-07-22", "time": "12:34:56"},
    {"date": "2025-07-22", "time": None},
    {"@t": "2025-07-22T12:34:56Z", "@m": "x"},
    {"@t": "2025-07-22T12:34:56Z", "@l": "Error"},
    {"created_at": "2025-07-22T12:34:57Z"},
    {"timestamp": {"seconds": 1753187696, "nanos": 5}},
    {"meta": {"event_time": "2025-07-22T12:34:57Z"}},
    {"timestamp": ""},
    {"timestamp": "12:34:56"},
    {"time": "Jul 22 12:34:56"},
    {"level": "x"},
)
RESTS: Final = (
    {"level": "info", "message": "plain"},
    {"level": 30, "msg": "a number", "deep": {"a": {"b": 1}}},
    {"severity": None, "message": None, "user": {"id": 7, "plan": "pro"}},
    {"message": {"text": "inner"}},
    {"message": '{"level":"error","message":"inner"}'},
    {"log": "x"},
    {"list": [1, 2], "message": "m"},
    {"message": "ms", "duration_ms": 1.25, "ok": True},
    {"message": "m", "kubernetes": {"pod_name": "p"}},
    {"ids": {"a.b": 1}, "message": "m"},
    {"severity": "WARNING", "service": {"name": "pay"}, "hostname": "web-1", "logger": "a.b", "message": "m"},
    {"lvl": "E", "app": "shop", "log": {"level": "info", "logger": "x.y"}, "msg": "m"},
    {"levelname": "ERROR", "levelno": 40, "name": "root", "message": "m"},
    {"levelname": "NOTICE", "level": 250, "channel": "security", "message": "m"},
    {"severity_number": 17, "host": {"name": "n1"}, "kubernetes": {"host": "n2"}, "body": "m"},
    {"s": "I", "c": "NETWORK", "ctx": "conn1", "msg": "m"},
    {"reqId": "r", "remoteAddr": "::1", "level": 3, "app": "files", "message": "m"},
    {"operationName": "o", "category": "Audit", "level": "4", "message": "m"},
    {"method": "GET", "status": 503, "message": "m"},
    {"method": "GET", "status": "200", "level": "", "service": "", "message": "m"},
    {"@mt": "m", "@l": "Error", "level": "no", "Application": "shop"},
)
ODD: Final = (
    "{",
    '  "level": "warn", "message": "a quagga"',
    "}",
    "[",
    "]",
    '{"items": [',
    "]}",
    '{"a":1}{"message":"two quagga"}',
    '{"message":"quagga","message":"again"}',
    r'{"timestamp":"2025-07-22T12:34:58Z","message":"a \u0071uagga"}',
    r'{"timestamp":"2025-07-22T12:34:58Z","message":"quagga\nx"}',
    '{"timestamp":"2025-07-22T12:35:58Z","level":"error","message":"Quagga","user":{"id":1,"plan":"free"}}',
    ' {"message":"indented quagga"},',
    '{"log":"quagga\\n","stream":"stdout","time":"2025-07-22T12:34:57Z"}',
    '{"log":"in two ","stream":"stdout","time":"2025-07-22T12:34:57Z"}',
    '{"timestamp":"2025-07-22T12:34:56Z","quagga":"only as a key","message":"m"}',
    '{"n": 01, "message":"no JSON, quagga"}',
    "plain quagga",
    "\tat a.b.Quagga(D.java:1)",
    "Traceback (most recent call last):",
    "ValueError: quagga",
    "",
)
WHOLE: Final = (*ODD[8:12], ODD[15])
"""Those of them that are records by themselves."""


def objects() -> st.SearchStrategy[list[str]]:
    """Lines of one or two shapes."""
    kind = st.builds(lambda time, rest: {**time, **rest}, st.sampled_from(TIMES), st.sampled_from(RESTS))
    return st.lists(kind, min_size=1, max_size=2).flatmap(
        lambda kinds: st.lists(st.sampled_from([json.dumps(each) for each in kinds]), min_size=20, max_size=60)
    )


def logs() -> st.SearchStrategy[list[str]]:
    """Lines of JSON and few others."""
    other = st.one_of(st.sampled_from(WHOLE), st.sampled_from(ODD))
    others = st.lists(st.tuples(st.integers(0, 60), other), max_size=4)
    return st.builds(with_others, objects(), others)


@pytest.mark.slow
@given(
    logs(),
    st.sets(st.integers(1, 80), max_size=3),
    st.sampled_from((None, frozenset({"level", "message"}), frozenset(CORE_SCHEMA))),
)
def test_the_records_that_a_sieve_holds_back_are_those_of_the_full_reading(
    texts: list[str], borders: set[int], columns: frozenset[str] | None
) -> None:
    blocks, reader = blocks_of(texts, borders), reader_of(texts)
    needed = None if columns is None else columns | {"message"}
    part = wanted_of(frames_of(reader, blocks, needed, IN_RAW), needed, QUAGGA)
    whole = wanted_of(frames_of(reader, blocks, None), needed, QUAGGA)
    assert set(whole.columns) == set(part.columns)
    assert part.equals(whole.select(part.columns))


@pytest.mark.slow
@given(
    logs(),
    st.sets(st.integers(1, 80), max_size=3),
    st.frozensets(st.sampled_from(OBJECT_COLUMNS)),
    st.sampled_from(
        (
            None,
            Sieve(heads=(pl.col("level") == "error",), columns=frozenset({"level"})),
            Sieve(heads=(pl.col("service").is_null(),), columns=frozenset({"service"})),
            replace(IN_RAW, heads=(pl.col("level") != "info",), columns=frozenset({"level"})),
        )
    ),
)
def test_any_columns_are_those_of_the_full_reading(
    texts: list[str], borders: set[int], columns: frozenset[str], sieve: Sieve | None
) -> None:
    blocks, reader = blocks_of(texts, borders), reader_of(texts)
    columns |= sieve.columns if sieve else frozenset()
    every = sieve or Sieve(texts=(pl.lit(value=True),))
    part = wanted_of(frames_of(reader, blocks, columns, sieve), columns, every)
    whole = wanted_of(frames_of(reader, blocks, None), columns, every)
    assert part.equals(whole.select(part.columns))
    assert set(part.columns) == set(whole.columns)


def reader_of(texts: list[str]) -> LineReader:
    found = detect(pl.Series(texts))
    return LineReader(found.cascade, found.orders)


LINE: Final = json.dumps({**TIMES[0], "level": "info", "service": "api", "message": "all is well"})


def read(texts: list[str], columns: set[str] | None = None, sieve: Sieve | None = IN_RAW) -> pl.DataFrame | Heads:
    lane = lane_of(reader_of([LINE] * 9), columns, sieve)
    assert isinstance(lane, ObjectLane)
    return lane.read(lines_of(texts))


def test_of_lines_that_a_sieve_lets_pass_only_times_are_read() -> None:
    heads = read([LINE] * 20 + [ODD[11]] + [LINE] * 3)
    assert isinstance(heads, Heads)
    assert len(heads.records) == 23
    assert heads.records["timestamp"].null_count() == 0
    assert heads.rest is not None
    assert heads.rest["text"].to_list() == [ODD[11]]
    assert not {"level", "service", "message"} & set(heads.records.columns)


def test_of_a_count_by_level_only_levels_are_read() -> None:
    heads = read([LINE] * 20 + [ODD[11]], {"level"}, None)
    assert isinstance(heads, Heads)
    assert heads.rest is None
    assert heads.records["level"].value_counts(sort=True).rows() == [("info", 20), ("error", 1)]
    assert not {"timestamp", "service", "message"} & set(heads.records.columns)


def test_messages_are_read_in_full() -> None:
    reader = reader_of([LINE] * 9)
    assert lane_of(reader, {"level", "message"}, None) is reader


def test_times_are_read_only_if_they_are_asked_for() -> None:
    heads = read([LINE] * 20, {"level"})
    assert isinstance(heads, Heads)
    assert "timestamp" not in heads.records.columns


@pytest.mark.parametrize("odd", ["{", "plain words", "\tat a.b.C(D.java:1)", ODD[13]])
def test_a_block_with_lines_that_are_no_records_by_themselves_is_read_in_full(odd: str) -> None:
    assert isinstance(read([LINE] * 20 + [odd] + [LINE] * 3), pl.DataFrame)


@pytest.mark.parametrize("line", [*RESTS[3:7], RESTS[8], {"@mt": "{x} ran", "x": "a quagga"}])
def test_objects_that_are_read_further_have_no_shape(line: dict[str, object]) -> None:
    assert isinstance(read([json.dumps(TIMES[0] | line)] * 20), pl.DataFrame)


@pytest.mark.parametrize("line", [ODD[13], "2025-07-22T12:34:56Z INFO AuthService u1 Login ok"])
def test_a_source_of_envelopes_or_text_has_no_object_lane(line: str) -> None:
    assert not is_of_objects(reader_of([line] * 9).cascade)
