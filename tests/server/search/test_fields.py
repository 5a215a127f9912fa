"""The API lists the fields of records and the values of a field."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from tests.server.search.conftest import day

if TYPE_CHECKING:
    from tests.server.running import Server


def values(server: Server, name: str, **parameters: str | float) -> dict[str, Any]:
    answer = server.request("GET", f"/api/v1/fields/{quote(name)}/values?{urlencode(parameters)}")
    assert answer.status == 200, answer.body
    return answer.json


def test_fields_have_a_type_and_a_share(server: Server) -> None:
    answer = server.request("GET", "/api/v1/fields").json
    fields = {each["name"]: each for each in answer["fields"]}
    assert (answer["records"], answer["partial"]) == (50, False)
    assert fields["duration_ms"] == {"name": "duration_ms", "type": "number", "count": 48, "share": 0.96}
    assert fields["timestamp"]["type"] == "time"
    assert {fields[name]["type"] for name in ("level", "service", "message", "user")} == {"string"}
    assert not {"raw", "seq", "host"} & fields.keys()


def test_fields_are_those_of_the_query_and_its_range(server: Server) -> None:
    answer = server.request("GET", "/api/v1/fields?query=service:api+-duration_ms:*&from=2024-01-15&to=2024-01-15").json
    assert answer["records"] == 1
    assert "duration_ms" not in [each["name"] for each in answer["fields"]]


def test_values_are_listed_by_count(server: Server) -> None:
    levels = Counter(each["level"] for each in day())
    answer = values(server, "level")
    assert [(each["value"], each["count"]) for each in answer["values"]] == [
        *((level, levels[level]) for level in ("info", "error", "warn")),
        ("fatal", 2),
    ]
    assert (answer["field"], answer["other"], answer["missing"], answer["exact"]) == ("level", 0, 0, True)


def test_few_values_say_how_many_records_have_others(server: Server) -> None:
    answer = values(server, "user.id", size=2, query="service:web")
    assert len(answer["values"]) == 2
    assert sum(each["count"] for each in answer["values"]) + answer["other"] + answer["missing"] == 24


@pytest.mark.parametrize(
    "name", ["service", "level", "message", "duration_ms", "timestamp", "user.id", "@level", "none"]
)
@pytest.mark.parametrize("prefix", ["a", "A", "1", "Req", "2024-01-15T0", "*", "?", "\\", '"'])
def test_a_prefix_completes_values(name: str, prefix: str, server: Server) -> None:
    listed = [each["value"] for each in values(server, name, size=100)["values"]]
    expected = {value for value in listed if value.lower().startswith(prefix.lower())}
    assert {each["value"] for each in values(server, name, size=100, prefix=prefix)["values"]} == expected


@pytest.mark.parametrize("parameters", ["size=0", "size=10001", "limit=5", "query=level:(", "from=soon"])
def test_a_fault_is_a_400(parameters: str, server: Server) -> None:
    assert server.request("GET", f"/api/v1/fields/level/values?{parameters}").status == 400


def test_a_timeout_makes_the_answers_partial(server: Server) -> None:
    assert server.request("GET", "/api/v1/fields?timeout=0.000001").json["partial"] is True
    assert values(server, "service", timeout=1e-6)["partial"] is True
