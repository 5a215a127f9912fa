"""The API explains queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.server.running import record, wait_for

if TYPE_CHECKING:
    from tests.server.running import Server


def test_an_explanation_says_how_a_query_is_read_and_run(server: Server) -> None:
    answer = server.request("GET", "/api/v1/explain?query=timeout+servic:web+timestamp:2024-01-15").json
    assert answer["query"] == "timeout servic:web timestamp:2024-01-15"
    assert answer["tree"].startswith("(and (text 'timeout')")
    assert answer["unknown"] == ["servic"]
    assert answer["times"]["first"] == "2024-01-15T00:00:00Z"
    assert answer["clauses"][0] == [{"text": "timeout", "field": None}]
    (hint,) = answer["hints"]
    assert (hint["message"], hint["start"]) == ("no record has the field servic; did you mean service?", 8)
    (store,) = answer["stores"]
    assert (store["records"], store["pruned"] + store["known"] + store["looked_at"]) == (50, 50)
    assert "name" not in store


def test_a_query_that_does_not_parse_is_a_400_with_its_place(server: Server) -> None:
    answer = server.request("GET", "/api/v1/explain?query=level:(")
    assert (answer.status, answer.json["start"], answer.json["end"]) == (400, 6, 7)


def test_a_field_that_only_later_records_have_is_known(shared: Server) -> None:
    assert shared.post([record(1)]).status == 202
    wait_for(lambda: shared.request("GET", "/api/v1/search?limit=0").json["total"] > 0)
    assert shared.post([record(2, only_later="x")]).status == 202
    wait_for(lambda: shared.request("GET", "/api/v1/search?query=only_later:x&limit=0").json["total"] == 1)
    answer = shared.request("GET", "/api/v1/explain?query=only_later:x").json
    assert (answer["unknown"], answer["hints"]) == ([], [])
