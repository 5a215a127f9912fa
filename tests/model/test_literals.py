"""The literals of a pattern stand in every text that it matches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats.order import ORDER
from logtui.formats.rows.patterns import python_pattern
from logtui.formats.table import Table
from logtui.model.literals import literals_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.formats.declaration import Declaration

DECLARED: Final = [each for each in ORDER if not isinstance(each, (str, Table))]
SAMPLES: Final = [sample for each in DECLARED for sample in each.samples]

ATOMS: Final = st.sampled_from(["a", "b", "-", " ", r"\[", r"\d", "[ab)|]", "[]a]", ".", r"\ufeff", r"\x61", "^", "{"])
REPEATS: Final = st.sampled_from(["", "", "", "?", "*", "+", "{0,2}", "{2}", "{1,3}?", "*?", "??"])
OPENINGS: Final = st.sampled_from(["(?:", "(", "(?i:", "(?s:", "(?=", "(?!"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    groups = st.builds(lambda opening, body: f"{opening}{body})", OPENINGS, inner)
    sequences = st.lists(st.one_of(ATOMS, groups, inner), max_size=4).map("".join)
    return st.one_of(
        st.builds(lambda group, repeat: group + repeat, groups, REPEATS),
        st.builds(lambda one, other: f"{one}|{other}", inner, inner),
        sequences,
    )


PATTERNS: Final = st.recursive(st.builds(lambda atom, repeat: atom + repeat, ATOMS, REPEATS), _grown, max_leaves=12)


def _patterns(declaration: Declaration) -> Iterator[str]:
    yield from declaration.patterns
    yield from declaration.trusted
    for step in declaration.refinements:
        yield from step


@pytest.mark.parametrize("declaration", DECLARED, ids=lambda each: each.name)
def test_a_declared_pattern_matches_no_sample_that_lacks_one_of_its_literals(declaration: Declaration) -> None:
    for pattern in _patterns(declaration):
        literals = literals_of(pattern)
        for sample in SAMPLES:
            if python_pattern(pattern).search(sample):
                assert all(literal in sample for literal in literals), pattern


@given(PATTERNS, st.text("aAbB-[ {|)1\ufeff", max_size=12))
def test_every_match_of_any_pattern_holds_its_literals(pattern: str, text: str) -> None:
    try:
        match = re.search(pattern, text)
    except re.error:
        return
    if match:
        assert all(literal in text for literal in literals_of(pattern))


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        (r"^(?P<ip>\S+) - \[(?P<time>[^\]]+)\] x?y", (" - [", "] ", "y")),
        (r"^ab+c{0,3}d", ("ab", "d")),
        (r"^(?:one|two) three(?: four)?", (" three",)),
        (r"^one|^two", ()),
        (r"^(?i:error): (?s:.*)$", (": ",)),
        (r"^\ufeff\x{61}\d@", ("@",)),
        (r"^(?<!a)b", ()),
    ],
)
def test_literals_are_the_texts_that_no_match_lacks(pattern: str, literals: tuple[str, ...]) -> None:
    assert literals_of(pattern) == literals
