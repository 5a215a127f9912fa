"""Groups of levels and services find the same records as looking at each of them."""

from __future__ import annotations

import pytest

from logtui.alerts.new_records import NewRecords
from logtui.engine.search.request import Request
from tests.tui.fakes import records

ROWS = [
    {"level": level, "service": service, "message": f"took {number} ms", "@ms": str(number)}
    for number, (level, service) in enumerate(
        [("error", "api"), ("info", "api"), (None, "web"), ("warn", None), ("error", "web-v2"), ("info", "web")]
    )
]
QUERIES = [
    "",
    "level:error",
    "level:>=warn service:web*",
    "service:api took",
    "NOT service:web",
    "level:error OR ms:3",
    "ms:>2 level:info",
    "nowhere:1",
    "NOT nowhere:1 level:error",
    '"took 4" service:api',
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_finds_what_it_finds_record_by_record(query: str) -> None:
    frame = records(ROWS)
    expected = frame.filter(Request.of(query).expression(frame.columns))
    found = NewRecords(frame).matching(query, ["seq", "message"])
    assert sorted(found.rows()) == sorted(expected.select("seq", "message").rows())


def test_there_may_be_no_record() -> None:
    assert NewRecords(records([])).matching("level:error x:1", ["seq"]).height == 0
