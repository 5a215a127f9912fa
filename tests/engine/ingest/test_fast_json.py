from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.engine.ingest.fast_json import FastJson
from logtui.engine.ingest.text_reader import CASCADE, read_texts
from logtui.formats import RecordAssembler, SourceClock
from logtui.formats.line_reader import LineReader
from logtui.model.names import FIELD_PREFIX
from tests.bench.mixes import MIXES
from tests.engine.ingest.objects import RECORDS, USUAL
from tests.examples import examples

COMPARED = ("level", "severity_text", "service", "host", "logger", "format")
PLAIN = '{"timestamp":"2024-01-15T10:00:00Z","level":"info","message":"plain","service":"api","n":1}'


def values(frame: pl.DataFrame, row: int) -> dict[str, Any]:
    found = frame.row(row, named=True)
    fields = {name: value for name, value in found.items() if name[0] == FIELD_PREFIX and value is not None}
    return {name: found[name] for name in COMPARED} | fields


def as_files_read_it(text: str) -> dict[str, Any]:
    """The one record of a file of this line, by the general reader."""
    size = len(text.encode())
    lines = pl.DataFrame(
        {"text": [text], "line": [1], "offset": [0], "bytes": [size]},
        schema_overrides={"line": pl.UInt64, "offset": pl.UInt64, "bytes": pl.UInt64},
    )
    reader = LineReader(CASCADE)
    assembler = RecordAssembler("file", SourceClock(datetime(2024, 1, 16, tzinfo=UTC)), reader)
    records = pl.concat([assembler.feed(reader.read(lines)), assembler.finish()], how="diagonal")
    assert len(records) == 1
    return values(records, 0) | {"message": records["message"][0], "timestamp": records["timestamp"][0]}


def dated(reading: pl.DataFrame, row: int) -> Any:  # noqa: ANN401
    return None if reading["yearless"][row] or reading["dateless"][row] else reading["timestamp"][row]


@pytest.mark.slow
@settings(max_examples=examples(40), deadline=None)
@given(texts=st.lists(RECORDS | USUAL, min_size=1, max_size=6))
def test_objects_are_read_as_the_general_reader_reads_each_of_them(texts: list[str]) -> None:
    reading = FastJson().read(pl.Series(texts))
    assert len(reading) == len(texts)
    for row, text in enumerate(texts):
        expected = as_files_read_it(text)
        message, time = expected.pop("message"), expected.pop("timestamp")
        found = values(reading, row)
        assert (found.pop("format") or "plain") == expected.pop("format")
        assert found == expected, text
        assert (reading["message"][row] if reading["message"][row] is not None else text) == message
        if dated(reading, row) is not None:
            assert reading["timestamp"][row] == time


@pytest.mark.slow
@settings(max_examples=examples(25), deadline=None)
@given(odd=st.lists(RECORDS, min_size=1, max_size=4), places=st.lists(st.integers(0, 300), min_size=4, max_size=4))
def test_a_block_is_read_as_its_records_are_one_by_one_whatever_came_before(odd: list[str], places: list[int]) -> None:
    texts = [PLAIN] * 300
    for place, text in zip(places, odd, strict=False):
        texts.insert(place, text)
    reader = FastJson()
    for _ in range(2):
        reading = reader.read(pl.Series(texts))
        assert len(reading) == len(texts)
        for row in {0, len(texts) - 1, *(texts.index(text) for text in odd)}:
            alone = read_texts(pl.Series([texts[row]]))
            assert values(reading, row) == values(alone, 0)
            assert reading["message"][row] == alone["message"][0]
            assert reading["timestamp"][row] == alone["timestamp"][0]


@pytest.mark.parametrize("name", list(MIXES))
def test_the_mixes_are_read_as_any_text_is(name: str) -> None:
    texts = pl.Series([line for line in MIXES[name](0, 3_000).decode().splitlines() if line.endswith("}")])
    fast, general = FastJson().read(texts), read_texts(texts)
    assert fast.select(sorted(fast.columns)).equals(general.select(sorted(general.columns)))


@pytest.mark.parametrize(
    "text",
    [
        '{"timestamp":1,"message":"x","v":NaN,"w":-Infinity}',
        '{"timestamp":1,"message":"x","message":"y","n":1,"n":2}',
        '{"timestamp":1,"message":"x","v":1e999,"big":123456789012345678901234567890}',
        '{"timestamp":1,"message":"\\ud800 half"}',
        '{"time":"2024-01-15T10:00:00Z","stream":"stdout","log":"INFO:app.main:ready","kubernetes":{"pod_name":"a"}}',
        '{"__REALTIME_TIMESTAMP":"1759852800026000","MESSAGE":[72,105],"PRIORITY":"3"}',
        '{"timestamp":1,"message":"{\\n \\"msg\\": \\"inner\\"}"}',
        '{"timestamp":1,"message":"x","a":{"b":{"c":{"d":{"e":{"f":{"g":1}}}}}}}',
    ],
)
def test_odd_objects_are_read_as_files_are(text: str) -> None:
    reading = FastJson().read(pl.Series([PLAIN, text, PLAIN]))
    expected = as_files_read_it(text)
    assert {**values(reading, 1), "message": reading["message"][1], "timestamp": reading["timestamp"][1]} == expected
