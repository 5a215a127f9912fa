"""Compiled filters agree with a plain reading of the language, and negation is the exact complement."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.model.levels import LEVELS
from logtui.query.syntax.tree import (
    Compare,
    Equals,
    EqualsLiteral,
    Exact,
    Exists,
    Glob,
    Node,
    Not,
    Prefix,
    Range,
    Regex,
    Text,
    TextGlob,
    TextRegex,
    conjunction,
    disjunction,
)
from logtui.query.syntax.words import escape, word_pattern
from tests.query.frames import mask, record_frame, rows
from tests.query.oracle import matches

TEXTS = st.text(st.sampled_from("aAbBéÉ%_.*?\\ \n(["), max_size=6)
NUMBERS = st.sampled_from(["0", "7", "07", "7.0", "-7", "70", "500", "500.00", "0.5", "-0", "1e3", "5 "])
VALUES = st.one_of(TEXTS, NUMBERS, st.sampled_from(["api", "API", "true", "TRUE", ""]))
FIELDS = st.sampled_from(["a", "b", "service", "absent"])
PATTERNS = st.text(st.sampled_from("aB*?.é"), min_size=1, max_size=5)
REGEXES = st.sampled_from(["a", "^a", "b$", "a.b", "[0-9]+", "(a|é)b?", "A", r"\.", "^$"])
OPERATORS = st.sampled_from([">", ">=", "<", "<="])
BOUNDS = st.one_of(st.sampled_from(["0", "7", "-7", "500", "0.5", "api", "b", "B"]))
FLAGS = st.sampled_from(["", "i"])

TEXT_LEAVES = st.one_of(
    st.builds(Text, st.text(st.sampled_from("aAbBéÉ%_.*?\\ "), min_size=1, max_size=3)),
    st.builds(TextGlob, PATTERNS.map(word_pattern)),
    st.builds(TextRegex, REGEXES, FLAGS),
)
FIELD_LEAVES = st.one_of(
    st.builds(Equals, FIELDS, VALUES),
    st.builds(EqualsLiteral, FIELDS, VALUES),
    st.builds(Exact, FIELDS, VALUES),
    st.builds(Prefix, FIELDS, TEXTS),
    st.builds(Glob, FIELDS, st.one_of(PATTERNS.map(word_pattern), TEXTS.map(lambda text: escape(text) + "*"))),
    st.builds(Regex, FIELDS, REGEXES, FLAGS),
    st.builds(Exists, FIELDS),
    st.builds(Compare, FIELDS, OPERATORS, BOUNDS, st.booleans()),
    st.builds(Range, FIELDS, BOUNDS, st.one_of(st.none(), BOUNDS), st.booleans(), st.booleans(), st.booleans()),
)
LEVEL_LEAVES = st.one_of(
    st.builds(Equals, st.just("level"), st.sampled_from([*LEVELS, "success", "odd"])),
    st.builds(Compare, st.just("level"), OPERATORS, st.sampled_from([*LEVELS, "W", "err"])),
    st.just(Exists("level")),
)
TREES: st.SearchStrategy[Node] = st.recursive(
    st.one_of(TEXT_LEAVES, FIELD_LEAVES, LEVEL_LEAVES),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=4).map(conjunction),
        st.lists(inner, min_size=2, max_size=4).map(disjunction),
    ),
    max_leaves=8,
)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"format": st.sampled_from(["json", "generic", "logfmt"]), "raw": TEXTS},
        optional={
            "message": st.one_of(st.none(), TEXTS),
            "level": st.one_of(st.none(), st.sampled_from(LEVELS)),
            "severity_text": st.one_of(st.none(), st.sampled_from(["ERROR", "Success", "odd", "warn"])),
            "service": st.one_of(st.none(), VALUES),
            "a": st.one_of(st.none(), VALUES),
            "b": st.one_of(st.none(), VALUES),
        },
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(TREES, RECORDS)
def test_a_filter_keeps_the_rows_that_a_plain_reading_keeps(tree: Node, records: list[dict[str, str | None]]) -> None:
    assert mask(tree, record_frame(records)) == [matches(tree, record) for record in records]


@settings(max_examples=150, deadline=None)
@given(TREES, RECORDS)
def test_a_negated_filter_keeps_exactly_the_other_rows(tree: Node, records: list[dict[str, str | None]]) -> None:
    frame = record_frame(records)
    assert mask(Not(tree), frame) == [not found for found in mask(tree, frame)]


@pytest.mark.parametrize("term", ["sk" * 8000, "é" * 8000, "a*" * 500, "?é" * 300, '"' + "ſk" * 4000 + '"'])
@pytest.mark.parametrize("field", ["", "a:", "message:", "-"])
def test_the_longest_allowed_terms_stay_inside_what_the_engine_compiles(field: str, term: str) -> None:
    frame = record_frame([{"message": "x", "a": "x"}])
    assert rows(field + term, frame) == ([1] if field == "-" else [])


def test_many_long_alternatives_stay_inside_what_the_engine_compiles() -> None:
    frame = record_frame([{"message": "x" * 3000}, {"message": "s"}])
    assert rows(" OR ".join(["sk" * 2000] * 12 + ["X" * 3000]), frame) == [1]


def test_the_largest_allowed_queries_compile_quickly() -> None:
    frame = record_frame([{"message": f"m{n}", "a": str(n)} for n in range(100)])
    started = time.perf_counter()
    assert rows(" OR ".join(f"m{n}" for n in range(1024)), frame) == list(range(1, 101))
    assert rows(" OR ".join(f"a:{n}" for n in range(1024)), frame) == list(range(1, 101))
    assert len(rows("-(" * 50 + "m1" + ")" * 50, frame)) == 11
    assert len(rows("(" * 99 + "m1 OR a:2" + ")" * 99, frame)) == 12
    assert time.perf_counter() - started < 5
