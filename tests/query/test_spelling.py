"""What is written as a name, a word or a phrase is read as the same one."""

from __future__ import annotations

import pytest
from hypothesis import given

from logtui.query import parse, parse_filter
from logtui.query.syntax.escapes import escape
from logtui.query.syntax.pipes.fields import Fields
from logtui.query.syntax.pipes.keys import Field
from logtui.query.syntax.spelling import (
    bare_glob_text,
    column_text,
    glob_text,
    name_text,
    plain_name_text,
    quoted,
    word_text,
)
from logtui.query.syntax.tree import Exists, Text
from tests.query.trees import ANY, NAMES


@given(NAMES)
def test_a_name_is_read_as_it_was_in_filters_and_in_pipes(name: str) -> None:
    assert parse_filter(f"{name_text(name)}:*") == Exists(name)
    assert parse(f"| fields {column_text(name)}").pipes == (Fields((Field(name),)),)


@given(ANY)
def test_a_phrase_is_read_letter_by_letter(text: str) -> None:
    assert parse_filter(quoted(text)) == Text(text)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("took_ms", "took_ms"),
        ("@user.name", "@user.name"),
        ("items[0].id", "items[0].id"),
        ("user*", "user*"),
        ("odd field", '"odd field"'),
        ("By", '"By"'),
        ("odd *", "odd\\ *"),
        ("ends-", '"ends-"'),
    ],
)
def test_a_name_is_bare_where_it_reads_as_a_name(name: str, written: str) -> None:
    assert name_text(name) == written


@pytest.mark.parametrize(
    ("plain", "written"), [("mean", "mean"), ("the mean", '"the mean"'), ("a*", '"a*"'), ("as", '"as"')]
)
def test_the_name_of_a_result_has_no_wildcards(plain: str, written: str) -> None:
    assert plain_name_text(plain) == written


@pytest.mark.parametrize(
    ("plain", "written"), [("avg(took)", "avg(took)"), ("p99.9(a.b)", "p99.9(a.b)"), ("avg(a b)", '"avg(a b)"')]
)
def test_a_column_that_a_function_made_is_written_like_the_function(plain: str, written: str) -> None:
    assert column_text(escape(plain)) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [("500", "500"), ("a b", "a\\ b"), (">5", "\\>5"), ("5>", "5>"), ("/a/", "\\/a/"), ("/a", "/a"), ("a*", "a\\*")],
)
def test_a_word_is_escaped_where_it_would_mean_something_else(value: str, written: str) -> None:
    assert word_text(value) == written


def test_a_glob_keeps_its_wildcards_and_escapes_more_where_no_field_stands_in_front() -> None:
    assert glob_text("a:b*") == "a:b*"
    assert bare_glob_text("a:b*") == "a\\:b*"
    assert glob_text("a\\*b*") == "a\\*b*"
