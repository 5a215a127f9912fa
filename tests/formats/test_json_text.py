"""JSON as people and programs write it is made strict without losing a value."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats.json_text import INEXACT, loose_object, strict_json

VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=4), VALUES))
def test_strict_json_says_what_it_said(found: dict[str, Any]) -> None:
    text = strict_json(json.dumps(found))
    assert text is not None
    assert json.loads(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a":NaN,"b":-Infinity}', {"a": "NaN", "b": "-Infinity"}),
        ('{"a":1,"a":2}', {"a": 2}),
        ('{"a":1e400}', {"a": "1e400"}),
        ('{"a":0.12345678901234567891}', {"a": "0.12345678901234567891"}),
        ('{"a":0.1,"b":1e5}', {"a": 0.1, "b": 1e5}),
        ("[1]", None),
        ('{"a":', None),
    ],
)
def test_an_object_is_decoded_with_what_json_and_doubles_lack(text: str, found: dict[str, Any] | None) -> None:
    assert loose_object(text) == found


def test_only_numbers_with_more_digits_than_a_double_has_are_looked_at() -> None:
    assert re.search(INEXACT, '{"a":0.12345678901234567}')
    assert not re.search(INEXACT, '{"a":0.123456789012}')
