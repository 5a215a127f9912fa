from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.errors import BodyError
from logtui.server.ingest.form import is_form, json_of_form


@pytest.mark.parametrize("body", [b'[{"a": "b=c"}]', b' {"a=b": 1}', b"hello", b"", b"<xml a='1'/>", b'"a=b"'])
def test_json_and_garbage_are_no_form(body: bytes) -> None:
    assert not is_form(body)


@given(st.dictionaries(st.from_regex(r"[a-z_.]{1,8}", fullmatch=True), st.text(min_size=1), min_size=1))
def test_a_form_becomes_the_object_that_it_was_made_of(values: dict[str, str]) -> None:
    form = urlencode(values).encode()
    renamed = {"name": "logger", "created": "timestamp"}
    expected = {renamed.get(name, name): text for name, text in values.items() if text != "None"}
    assert is_form(form)
    assert json.loads(json_of_form(form)) == expected


def test_what_says_nothing_is_left_out() -> None:
    assert json.loads(json_of_form(b"msg=a&exc_info=None&stack_info=")) == {"msg": "a"}


@pytest.mark.parametrize("body", [b"a=1&b", b"a=\xff"])
def test_a_broken_form_is_explained(body: bytes) -> None:
    with pytest.raises(BodyError, match="expected JSON or a form"):
        json_of_form(body)
