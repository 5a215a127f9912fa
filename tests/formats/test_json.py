"""Large blocks of JSON objects are decoded as their lines are one by one."""

from __future__ import annotations

import polars as pl
import pytest

from logtui.formats.json_lines import decode

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
