"""Queries for the records of one group."""

from __future__ import annotations

import pytest

from logtui.alerts.messages import narrowed
from logtui.engine.search.request import Request
from tests.tui.fakes import records

RECORDS = records(
    [
        {"service": "api", "@user": "ann"},
        {"service": "api", "@user": ""},
        {"service": None, "@user": None},
        {"service": "", "@user": "bob"},
        {"service": "api", "@user": "ann", "level": "error"},
    ]
)


@pytest.mark.parametrize(
    ("query", "group", "lines"),
    [
        ("", (), [1, 2, 3, 4, 5]),
        ("", (("service", "api"), ("user", "ann")), [1, 5]),
        ("level:error OR level:warn", (("service", "api"),), [5]),
        ("level:info", (("service", ""),), [3, 4]),
        ("", (("user", ""),), [2, 3]),
        ("", (("nowhere", ""),), [1, 2, 3, 4, 5]),
    ],
)
def test_the_query_of_a_group_finds_the_records_that_are_counted_for_it(
    query: str, group: tuple[tuple[str, str], ...], lines: list[int]
) -> None:
    request = Request.of(narrowed(query, group))
    assert RECORDS.filter(request.expression(RECORDS.columns))["line"].to_list() == lines
