"""Large blocks of JSON objects are decoded as their lines are one by one."""

from __future__ import annotations

import polars as pl
import pytest

from logtui.formats.json_keys import MAX_FIELDS
from logtui.formats.json_lines import JsonLines, SeenKeys, decode
from logtui.formats.rows.objects import read_object

USUAL = '{"time":"2025-07-22T12:34:56Z","msg":"a: b","n":7,"no":null,"user":{"id":1,"x":null}}'

ODD = [
    '{"time":"2025-07-22T12:34:57Z","msg":"late","only_here":"x"}',
    '{"msg":"spaces" , "only_here" : "x"}',
    '{"msg":"\\u003a\\u003a","only_here":1}',
    '{"msg":"twice","msg":"again"}',
    '{"msg":"\\":null","only_here":null,"n":null}',
    '{"a:b":1,"user":{"deep":{"er":": null"}}}',
    '{"msg":"broken" "n":1}',
    '{"msg":"cut","n":}',
    '{"user":[1,{"a":2}],"msg":{"in":"ner"}}',
    "{}",
]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_object_is_decoded_among_many_as_it_is_alone(odd: str) -> None:
    many = decode(pl.Series([USUAL] * 101 + [odd] + [USUAL] * 98))
    alone = decode(pl.Series([odd]))
    assert many is not None
    usual = decode(pl.Series([USUAL]))
    assert usual is not None
    assert values(many.fields, 0) == values(usual.fields, 0)
    assert many.read[101] == (alone is not None)
    assert values(many.fields, 101) == ({} if alone is None else values(alone.fields, 0))


def values(fields: pl.DataFrame, row: int) -> dict[str, str]:
    return {name: value for name, value in fields.row(row, named=True).items() if value is not None}


def test_keys_that_were_seen_are_expected_and_forgotten_when_they_do_not_come() -> None:
    seen = SeenKeys()
    seen.note(["a", "b"])
    for _ in range(64):
        seen.note(["b"])
    assert list(seen.keys) == ["b"]


def test_no_more_keys_are_expected_than_are_flattened() -> None:
    seen = SeenKeys()
    seen.note(map(str, range(MAX_FIELDS + 50)))
    seen.note(["new"])
    assert len(seen.keys) == MAX_FIELDS
    assert "new" in seen.keys


def test_expected_keys_change_nothing_but_the_time_it_takes() -> None:
    seen = SeenKeys()
    seen.note(["absent", "no", "only_here"])
    texts = pl.Series([USUAL] * 101 + ODD + [USUAL] * 98)
    for _ in range(2):
        found, expected = decode(texts, seen=seen), decode(texts)
        assert found is not None
        assert expected is not None
        assert found.read.equals(expected.read)
        for row in range(99, 112):
            assert values(found.fields, row) == values(expected.fields, row)


def test_spellings_of_a_field_in_one_block_are_one_column() -> None:
    texts = [
        '{"message":"a","traceId":"1"}',
        '{"message":"b","trace_id":"2"}',
        '{"message":"c","trace.id":"3","traceId":"4"}',
        '{"message":"d","traceId":"5","trace_id":"6"}',
    ]
    reading = JsonLines().read(pl.Series(texts))
    assert reading["@trace_id"].to_list() == ["1", "2", "3", "6"]
    assert [read_object(text).fields["trace_id"] for text in texts] == ["1", "2", "3", "6"]  # type: ignore[union-attr]
