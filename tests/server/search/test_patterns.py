"""The API counts message patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.server.running import Server


def test_patterns_have_a_count_a_span_of_time_and_a_sample(server: Server) -> None:
    answer = server.request("GET", "/api/v1/patterns?size=2&to=2024-01-15").json
    first, second = answer["patterns"]
    assert (first["pattern"], first["count"], first["level"]) == ("Request processed <*>", 32, "error")
    assert (first["first"], first["last"]) == ("2024-01-15T00:00:00Z", "2024-01-15T23:00:00Z")
    assert first["sample"].startswith("Request processed ")
    assert (second["pattern"], second["count"]) == ("Database Timeout <*>", 16)
    assert (answer["other"], answer["exact"], answer["partial"]) == (1, True, False)


def test_patterns_are_those_of_the_query(server: Server) -> None:
    answer = server.request("GET", "/api/v1/patterns?query=level:fatal&to=2024-01-15").json
    assert [each["sample"] for each in answer["patterns"]] == ["İstanbul timeout"]
    assert server.request("GET", "/api/v1/patterns?query=nothing_like_it").json["patterns"] == []


def test_a_timeout_makes_the_answer_partial(server: Server) -> None:
    assert server.request("GET", "/api/v1/patterns?timeout=0.000001").json["partial"] is True


def test_a_fault_is_a_400(server: Server) -> None:
    assert server.request("GET", "/api/v1/patterns?size=0").status == 400
    assert "caret" in server.request("GET", "/api/v1/patterns?query=level:(").json
