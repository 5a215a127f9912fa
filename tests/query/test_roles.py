"""The parts of a query text are told apart, whatever is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.query import ROLES, roles_of
from logtui.query.syntax.canonical import tree_text
from tests.query.samples import TREES


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("level:error timeout", "field:level value:error text:timeout"),
        ("-n:>=5 AND NOT x", "sign:- field:n sign:>= value:5 keyword:AND keyword:NOT text:x"),
        ("t:[1 TO 5] /a b/i", "field:t pattern:[1 TO 5] pattern:/a b/i"),
        ('(a || "b c', 'sign:( text:a sign:|| value:"b c"'),
        ("a | top 5 host", "text:a keyword:| top value:5 field:host"),
        ("", ""),
    ],
)
def test_each_part_has_its_role(text: str, roles: str) -> None:
    shown = [f"{part.role}:{text[part.start : part.end]}" for part in roles_of(text)]
    assert " ".join(shown).removesuffix('"') == roles.removesuffix('"')


@given(st.one_of(st.text(max_size=60), TREES.map(tree_text)))
def test_parts_are_in_order_and_inside_the_text(text: str) -> None:
    parts = roles_of(text)
    ends = [0, *(part.end for part in parts)]
    assert all(part.start >= end for part, end in zip(parts, ends, strict=False))
    assert all(part.start < part.end <= len(text) and part.role in ROLES for part in parts)
