from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.engine.ingest.accept import accept
from logtui.errors import BodyError
from tests.bench.mixes import MIXES, as_array
from tests.engine.ingest.objects import RECORDS, USUAL
from tests.examples import examples

GOOD = '{"timestamp":"2024-01-15T10:00:00Z","message":"a"}'
OTHER = '{"timestamp":1705312801,"message":"b","n":{"m":[1,2]}}'


def lines(*texts: str) -> bytes:
    return "\n".join(texts).encode()


@pytest.mark.parametrize(
    "body",
    [
        f"[{GOOD},{OTHER}]",
        f" [\n {GOOD} ,\r\n {OTHER}\n]\n",
        f"{GOOD}\n{OTHER}",
        f"{GOOD}\r\n{OTHER}\r\n",
        f"\n{GOOD}\n\n{OTHER}\n",
        f"{GOOD}{OTHER}",
        f"{GOOD},\n{OTHER},",
        f"\ufeff{GOOD}\n{OTHER}",
    ],
)
def test_every_layout_of_a_body_gives_the_same_lines(body: str) -> None:
    found = accept(body.encode())
    assert (found.payload, found.count, found.rejections) == (lines(GOOD, OTHER), 2, ())


def test_an_object_over_several_lines_becomes_one_line() -> None:
    found = accept(json.dumps(json.loads(OTHER), indent=2).encode())
    assert found.count == 1
    assert b"\n" not in found.payload
    assert json.loads(found.payload) == json.loads(OTHER)


def test_objects_of_several_lines_may_follow_one_another() -> None:
    found = accept((json.dumps(json.loads(OTHER), indent=2) + "\n" + GOOD).encode())
    assert [json.loads(line) for line in found.payload.splitlines()] == [json.loads(OTHER), json.loads(GOOD)]


@pytest.mark.parametrize(
    "record",
    [
        {"date": 1705312800.123, "log": "as Fluent Bit sends it"},
        {"@timestamp": "2024-01-15T10:00:00.000Z", "msg": ""},
        {"ts": "1705312800", "body": {"stringValue": "x"}},
        {"timestamp": "2024-01-15", "message": "a day"},
        {"timestamp": 999999999, "message": "9 digits"},
        {"timestamp": 1705312800123456789, "message": "ns"},
        {"timestamp": -1, "message": "before 1970"},
        {"@t": "2024-01-15T10:00:00Z", "@mt": "Hello {Name}", "Name": "x"},
        {"timestamp": "1990-01-01T00:00:00Z", "message": "old", "level": 99, "service": None},
    ],
)
def test_a_record_is_taken_under_any_alias_and_with_any_age(record: dict[str, Any]) -> None:
    found = accept(json.dumps([record]).encode())
    assert (found.count, found.rejections) == (1, ())


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"message": "x"}, "expected a time under `timestamp` or one of its aliases"),
        ({"timestamp": "2024-01-15T10:00:00Z"}, "expected a string under `message` or one of its aliases"),
        ({"timestamp": "2024-01-15T10:00:00Z", "message": 42}, "expected a message that is a string"),
        ({"timestamp": "2024-01-15T10:00:00Z", "message": {"a": 1}}, "expected a message that is a string"),
        ({"timestamp": "2024-01-15T10:00:00Z", "message": None}, "expected a string under `message`"),
        ({"timestamp": "yesterday", "message": "x"}, "got 'yesterday'"),
        ({"timestamp": "10:00:00", "message": "x"}, "got '10:00:00'"),
        ({"timestamp": "0001-01-01T00:00:00Z", "message": "x"}, "got '0001-01-01T00:00:00Z'"),
        ({"timestamp": 17053128001, "message": "x"}, "got '17053128001'"),
        ({"timestamp": True, "message": "x"}, "got 'true'"),
        ("text", "expected a JSON object, got '\"text\"'"),
        (7, "expected a JSON object, got '7'"),
    ],
)
def test_what_is_not_taken_says_why_where_and_what(record: object, reason: str) -> None:
    raw = json.dumps(record)
    found = accept(f"[{GOOD},{raw},{OTHER}]".encode())
    assert found.payload == lines(GOOD, OTHER)
    [rejection] = found.rejections
    assert (rejection.position, rejection.raw) == (1, raw.encode())
    assert reason in rejection.reason


def test_without_a_need_for_a_time_only_the_message_decides() -> None:
    texts = ['{"message":"x"}', '{"log":"y","timestamp":"yesterday"}', '{"timestamp":1}']
    found = accept(lines(*texts), needs_time=False)
    assert found.payload == lines(*texts[:2])
    assert [each.position for each in found.rejections] == [2]


def test_a_broken_line_is_rejected_and_the_next_one_taken() -> None:
    found = accept(lines(GOOD, '{"timestamp":1,"mess', OTHER))
    assert found.payload == lines(GOOD, OTHER)
    assert [(each.position, each.raw) for each in found.rejections] == [(1, b'{"timestamp":1,"mess')]


@pytest.mark.parametrize(
    ("body", "position"),
    [(b"", 0), (b"  ", 0), (b"hello", 0), (b'  {"timestamp":1', 16), (b'[{"a":1},{"b":]', 14), (b"[1,2", 4)],
)
def test_a_body_that_is_no_json_says_where_it_breaks(body: bytes, position: int) -> None:
    with pytest.raises(BodyError) as caught:
        accept(body)
    assert caught.value.position == position


def test_a_body_of_only_bad_records_is_no_error() -> None:
    found = accept(b'[{"a":1},{"b":2}]')
    assert (found.payload, found.count, len(found.rejections)) == (b"", 0, 2)
    assert accept(b"[]").count == 0


def test_numbers_and_texts_that_json_lacks_are_taken_as_they_are() -> None:
    text = '{"timestamp":1705312800,"message":"x","v":NaN,"v":2,"w":-Infinity,"half":"\\ud800"}'
    assert accept(f"[{text}]".encode()).payload == text.encode()


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    found = accept(b'{"timestamp":1705312800,"message":"caf\xe9"}')
    assert found.payload.decode() == '{"timestamp":1705312800,"message":"caf\ufffd"}'


def test_an_object_that_is_nested_too_deep_is_rejected() -> None:
    deep = '{"timestamp":1705312800,"message":"x","a":' + "[" * 100_000 + "]" * 100_000 + "}"
    found = accept(lines(GOOD, deep, OTHER))
    assert found.payload == lines(GOOD, OTHER)
    assert len(found.rejections) == 1


@pytest.mark.parametrize("name", list(MIXES))
def test_the_mixes_are_taken_but_for_their_bad_records(name: str) -> None:
    records = MIXES[name](0, 20_000)
    found = accept(records)
    assert found.count + len(found.rejections) == 20_000
    assert len(found.rejections) == (pytest.approx(20, abs=19) if name == "reference" else 0)
    whole = b"\n".join(line for line in records.splitlines() if line.endswith(b"}"))
    assert accept(as_array(whole)).payload == found.payload


@settings(max_examples=examples(100), deadline=None)
@given(records=st.lists(RECORDS | USUAL, min_size=1, max_size=8))
def test_no_record_is_lost_and_company_changes_no_decision(records: list[str]) -> None:
    found = accept(lines(*records))
    taken = found.payload.decode().split("\n") if found.count else []
    rejected = {each.position: each.raw.decode() for each in found.rejections}
    together = [rejected[place] if place in rejected else taken.pop(0) for place in range(len(records))]
    assert (together, taken) == (records, [])
    for place, text in enumerate(records):
        assert accept(f"[{text}]".encode()).count == (place not in rejected), text
