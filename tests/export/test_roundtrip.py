"""Whatever a log holds, other tools read the same back."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from logtui.export.csv import CsvWriter
from logtui.export.json import JsonWriter
from logtui.export.json_types import is_json
from logtui.export.jsonl import JsonlWriter
from logtui.export.writers import write_frames
from tests.export.frames import frame

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NASTY = "\"\\/\b\f\n\r\t\x00\x1f\x7f\x85\u2028\u2029\ufeff\ufffd😀 </script> ' , ;"
NUMBERS = st.one_of(
    st.from_regex(r"-?[0-9]{1,17}(\.[0-9]{1,17})?", fullmatch=True),
    st.sampled_from(["true", "false", "null", "True", "NaN", "1e5", "01", "-", ".5", "5.", "1_0", "{}", "[1]", " 1"]),
)
KEYS = st.one_of(st.sampled_from(["a.b", 'qu"ote', "-dash", "naïve key", "back\\slash"]), TEXTS.filter(bool))


@given(TEXTS, st.dictionaries(KEYS, st.one_of(st.none(), TEXTS), max_size=4))
@example(NASTY, {NASTY: NASTY})
def test_jsonl_gives_back_every_text(message: str, fields: dict[str, str | None]) -> None:
    record = {"message": message} | {f"@{key}": value for key, value in fields.items()}
    stream = io.BytesIO()
    write_frames([frame(record, {})], JsonlWriter(stream))
    first, second, rest = stream.getvalue().decode().split("\n")
    assert rest == ""
    assert json.loads(second)["fields"] == {}
    parsed = json.loads(first, parse_int=str, parse_float=str)
    assert parsed["message"] == message
    texts = {key: value for key, value in fields.items() if value is not None}
    assert parsed["fields"] == {key: _as_value(text) for key, text in texts.items()}


def _as_value(text: str) -> object:
    """A boolean, an array or an object; other texts, numbers among them, as they are."""
    is_typed = text in ("true", "false") or (text[:1] in ("[", "{") and is_json(text))
    return json.loads(text, parse_int=str, parse_float=str) if is_typed else text


@given(NUMBERS)
def test_a_value_is_bare_exactly_if_its_text_is_a_value_of_json(text: str) -> None:
    stream = io.BytesIO()
    write_frames([frame({"@v": text})], JsonlWriter(stream, ["v"]))
    assert stream.getvalue().decode() == f'{{"v":{text if _is_canonical(text) else json.dumps(text)}}}\n'


def _is_canonical(text: str) -> bool:
    if text in ("true", "false", "{}", "[1]"):
        return True
    return bool(re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", text))


@given(st.lists(TEXTS, max_size=5))
@example([NASTY])
def test_json_array_parses(messages: list[str]) -> None:
    stream = io.BytesIO()
    batches = [frame({"message": message}) for message in messages]
    assert write_frames(batches, JsonWriter(stream)) == len(messages)
    assert [record["message"] for record in json.loads(stream.getvalue())] == messages


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
@example([(NASTY, ""), ("\r", "\n")])
def test_csv_gives_back_every_text(cells: list[tuple[str, str]]) -> None:
    stream = io.BytesIO()
    batch = frame(*({"message": left, "@right": right} for left, right in cells))
    write_frames([batch], CsvWriter(stream, ["message", "right"]))
    text = stream.getvalue().decode()
    assert [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))][1:] == cells


@pytest.mark.parametrize(
    ("nanoseconds", "expected"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.000000001Z"),
        (1_500, "1970-01-01T00:00:00.000001500Z"),
        (1_759_849_512_120_000_000, "2025-10-07T15:05:12.120Z"),
        (1_759_849_512_120_400_000, "2025-10-07T15:05:12.120400Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (None, None),
    ],
)
def test_times_have_as_many_digits_as_they_need(nanoseconds: int | None, expected: str | None) -> None:
    stream = io.BytesIO()
    write_frames([frame({"timestamp": nanoseconds})], JsonlWriter(stream))
    assert json.loads(stream.getvalue())["timestamp"] == expected
