"""Message templates are filled, in columns as one by one."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats.json_templates import with_rendered_templates
from logtui.formats.message_templates import rendered

FIELDS = {"User": "ann", "Count": "7", "a.b": "deep"}
PARTS = st.sampled_from(["text ", "{User}", "{@Count}", "{Count:000}", "{a.b}", "{None}", "{{", "}}", "{", "}", "{,5}"])


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{User} has {Count,-5} items", "ann has 7     items"),
        ("{User,5} has {Count,-1}", "  ann has 7"),
        ("{Count:000} of {User}", "007 of ann"),
        ("{$User} and {@a.b}", "ann and deep"),
        ("{{User}} {Missing}", "{User} {Missing}"),
        ("no hole", "no hole"),
    ],
)
def test_holes_are_filled(template: str, message: str) -> None:
    assert rendered(template, FIELDS.get, ["007"]) == message


@given(st.lists(st.lists(PARTS, max_size=5).map("".join), min_size=1, max_size=4))
def test_columns_give_the_same_messages(templates: list[str]) -> None:
    rows = [FIELDS | {"@mt": template, "@r": '["007"]'} for template in templates]
    messages = with_rendered_templates(pl.DataFrame(rows))
    assert messages is not None
    assert messages.to_list() == [rendered(template, FIELDS.get, ["007"]) for template in templates]


def test_a_record_with_a_message_keeps_it() -> None:
    fields = pl.DataFrame({"@mt": ["{User}", "{User}"], "@m": [None, "said"], "User": ["ann", "bob"]})
    messages = with_rendered_templates(fields)
    assert messages is not None
    assert messages.to_list() == ["ann", None]
    assert with_rendered_templates(pl.DataFrame({"a": ["1"]})) is None
