"""The cheap test of a line's beginning lets through every line that the patterns of traces match."""

from __future__ import annotations

from hypothesis import given
from hypothesis.strategies import from_regex

from logtui.formats.rows.patterns import python_pattern
from logtui.formats.traces import CONTINUED, LINKS, STARTS_OF_CONTINUED, STARTS_OF_LEADS

LEADS = "|".join(leads for leads, _ in LINKS)


@given(from_regex(python_pattern(CONTINUED)))
def test_a_line_that_continues_a_record_begins_with_one_of_the_starts(line: str) -> None:
    assert line.startswith(STARTS_OF_CONTINUED)


@given(from_regex(python_pattern(LEADS)))
def test_a_line_that_leads_on_begins_with_one_of_the_starts(line: str) -> None:
    assert line.startswith(STARTS_OF_LEADS)
