"""Searches count what they find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.server.search.asking import ask, found

if TYPE_CHECKING:
    from tests.server.running import Server

DEMO = b"""{
    "query": "*",
    "from": "2024-01-15T00:00:00Z",
    "to": "2024-01-15T23:59:59Z",
    "aggregations": {
      "by_level": {"field": "level"},
      "by_hour": {"type": "histogram", "field": "timestamp", "interval": "1h"}
    }
  }"""


def test_the_demo_of_aggregations_answers_as_printed(server: Server) -> None:
    answer = server.request("POST", "/api/v1/search", DEMO, {"Content-Type": "application/x-www-form-urlencoded"}).json
    assert answer["aggregations"]["by_level"] == {"info": 24, "error": 12, "warn": 12, "fatal": 1}
    hours = answer["aggregations"]["by_hour"]
    assert (len(hours), hours[0]) == (24, {"time": "2024-01-15T00:00:00Z", "count": 2})
    assert hours[23] == {"time": "2024-01-15T23:00:00Z", "count": 3}
    assert not answer["partial"]


def test_a_page_counts_all_logs_that_match(server: Server) -> None:
    counted = {"took": {"type": "stats", "field": "duration_ms"}, "users": {"type": "cardinality", "field": "user.id"}}
    first = found(server, query="service:web", limit=1, aggregations=counted)
    again = found(server, query="service:web", limit=1, aggregations=counted, cursor=first["cursor"])
    assert first["aggregations"] == again["aggregations"]
    assert first["aggregations"]["took"]["count"] == first["total"] == 24
    assert first["aggregations"]["users"] == 5


def test_an_aggregation_that_cannot_be_computed_is_refused(server: Server) -> None:
    unknown = ask(server, aggregations={"one": {"type": "term", "field": "level"}})
    assert (unknown.status, unknown.json["place"]) == (400, "aggregations.one.type")
    fine = {"type": "histogram", "interval": "1s"}
    too_many = ask(server, aggregations={"one": fine})
    assert too_many.status == 400
    assert "interval 10s fits" in too_many.json["detail"]
