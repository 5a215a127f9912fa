"""Pairs in messages: which are found, and columns find the same as the row reader."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats.key_values import message_pairs
from logtui.formats.rows.pairs import pairs_of

PARTS = st.sampled_from(
    [*"a b, =;()[]\"'", "k=v", "k2=", "x=1,2", ",y=3", "環境=本番", "l=[1, 2]", 'q="a,b=c"', "\n", " ", "u=h?a=b"]
)


@pytest.mark.parametrize(
    ("message", "pairs"),
    [
        ("tenant=acme case_id=abc-123 done", {"tenant": "acme", "case_id": "abc-123"}),
        ("key=a,b next=c", {"key": "a,b", "next": "c"}),
        ("k1=v1,k2=v2, k3=v3", {"k1": "v1", "k2": "v2", "k3": "v3"}),
        ("環境=production größe=7", {"環境": "production", "größe": "7"}),
        ("list=[1, 2] (x=1)", {"list": "[1, 2]", "x": "1"}),
        ("context [user=al, req=7]", {"user": "al", "req": "7"}),
        ("url=http://host/p?a=b,c", {"url": "http://host/p?a=b,c"}),
        ('q="a, b=c" e=""', {"q": "a, b=c", "e": ""}),
        ("empty= next=1 last=", {"empty": "", "next": "1", "last": ""}),
        ("wait= 5 s", {}),
        ("x == y, a => b", {}),
    ],
)
def test_pairs_are_found(message: str, pairs: dict[str, str]) -> None:
    assert pairs_of(message) == pairs


@given(st.lists(st.lists(PARTS, max_size=12).map("".join), min_size=1, max_size=5))
def test_columns_find_the_same_pairs(messages: list[str]) -> None:
    found = message_pairs(pl.Series(messages))
    rows = found.to_dicts() if found.width else [{} for _ in messages]
    assert [{key: value for key, value in row.items() if value is not None} for row in rows] == [
        pairs_of(message) for message in messages
    ]
