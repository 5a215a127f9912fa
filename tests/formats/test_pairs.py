"""Pairs in messages: which are found, and columns find the same as the row reader."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats.key_values import message_pairs
from logtui.formats.pairs import MAX_KEYS
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


@pytest.mark.parametrize("keys", [MAX_KEYS, MAX_KEYS + 40])
def test_of_more_keys_than_columns_are_made_of_the_frequent_ones_are_taken(keys: int) -> None:
    found = message_pairs(pl.Series([f"key{number}={number} common=1" for number in range(keys)]))
    assert found.width == MAX_KEYS
    assert found["common"].to_list() == ["1"] * keys
    rare = found.drop("common")
    assert rare.select(pl.sum_horizontal(pl.all().count())).item() == MAX_KEYS - 1
    assert {name: rare[name].drop_nulls().item() for name in rare.columns} == {
        f"key{number}": str(number) for number in range(keys) if f"key{number}" in rare.columns
    }


def test_a_message_gives_no_more_pairs_than_columns_are_made_of() -> None:
    message = " ".join(f"k{number}={number}" for number in range(MAX_KEYS + 10))
    expected = {f"k{number}": str(number) for number in range(MAX_KEYS)}
    assert pairs_of(message) == expected
    assert message_pairs(pl.Series([message])).row(0, named=True) == expected
