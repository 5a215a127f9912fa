"""Random filters over a few fields, and random records that have them."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from logtui.model.levels import LEVELS
from logtui.query.syntax.escapes import escape, word_pattern
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
from tests.query.operators import operator_leaves

TEXTS = st.text(st.sampled_from("aAbBéÉ%_.*?\\ \n(["), max_size=6)
NUMBERS = st.sampled_from(["0", "7", "07", "7.0", "-7", "70", "500", "500.00", "0.5", "-0", "1e3", "5 "])
QUANTITIES = st.sampled_from(["1.5s", "1500ms", "2m", "10MB", "10MiB", "10.0.0.5", "::1", "fe80::7", "::ffff:10.0.0.5"])
ARRAYS = st.lists(st.one_of(st.integers(0, 7), st.sampled_from(["a", "É", "10.0.0.5", "2s"]), st.none(), st.booleans()))
OBJECTS = st.lists(st.fixed_dictionaries({}, optional={"id": st.integers(5, 8), "b": st.just("api")}), max_size=2)
NESTED = st.one_of(ARRAYS, OBJECTS).map(lambda value: json.dumps(value, ensure_ascii=False))
VALUES = st.one_of(TEXTS, NUMBERS, QUANTITIES, NESTED, st.sampled_from(["api", "API", "true", "TRUE", "", "ſK", "Ωß"]))
FIELDS = st.sampled_from(["a", "b", "A", "service", "app", "absent", "b.id", "a[0].b", "*", "b*", "@service"])
PATTERNS = st.text(st.sampled_from("aB*?.é"), min_size=1, max_size=5)
REGEXES = st.sampled_from(["a", "^a", "b$", "a.b", "[0-9]+", "(a|é)b?", "A", r"\.", "^$"])
OPERATORS = st.sampled_from([">", ">=", "<", "<="])
BOUNDS = st.sampled_from(["0", "7", "-7", "500", "0.5", "api", "b", "B", "1.5s", "1m", "10MiB", "10.0.0.5", "fe80::"])
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
    operator_leaves(FIELDS),
    st.builds(Compare, FIELDS, OPERATORS, BOUNDS, st.booleans()),
    st.builds(Range, FIELDS, BOUNDS, st.one_of(st.none(), BOUNDS), st.booleans(), st.booleans(), st.booleans()),
)
LEVEL_LEAVES = st.one_of(
    st.builds(Equals, st.just("level"), st.sampled_from([*LEVELS, "success", "odd"])),
    st.builds(Compare, st.just("level"), OPERATORS, st.sampled_from([*LEVELS, "W", "err"])),
    st.just(Exists("level")),
    st.builds(Glob, st.just("level"), st.sampled_from(["err*", "*o*", "?arn", "su*"])),
    st.builds(Regex, st.just("level"), st.sampled_from(["^e", "o", "E"]), FLAGS),
    st.builds(Exact, st.just("severity"), st.sampled_from(["error", "ERROR", "odd"])),
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
            "app": st.one_of(st.none(), VALUES),
            "a": st.one_of(st.none(), VALUES),
            "b": st.one_of(st.none(), VALUES),
        },
    ),
    min_size=1,
    max_size=6,
)
