"""The names in a query say which columns it needs."""

from __future__ import annotations

import pytest

from logtui.query import columns_named, fields_of, is_core_only, parse
from tests.query.frames import record_frame

COLUMNS = [*record_frame([]).columns, "@user", "@user.name", "@status", "@Service", "@line"]


def test_the_names_of_a_query_are_those_in_front_of_its_values() -> None:
    assert fields_of(parse("error level:warn -(a.b:1 OR us*:x) last:5m")) == {"level", "a.b", "us*", "@time"}


@pytest.mark.parametrize("query", ["", "error", "level:error -svc:x", "msg:x last:5m", "@timestamp:2026 raw:/x/"])
def test_queries_over_core_names_need_no_field_columns(query: str) -> None:
    assert is_core_only(parse(query))


@pytest.mark.parametrize("query", ["status:500", "level:error x:1", "*:42", "serv*:x", "@service:x", "Service:x"])
def test_queries_over_other_names_need_field_columns(query: str) -> None:
    assert not is_core_only(parse(query))


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("level", ["level"]),
        ("severity", ["level"]),
        ("line", ["line"]),
        ("@line", ["@line"]),
        ("userId", ["@user"]),
        ("STATUS", ["@status"]),
        ("user*", ["@user", "@user.name"]),
        ("user.*", ["@user", "@user.name"]),
        (r"user.\*", []),
        ("@s*", ["@status", "@Service"]),
        ("s*e", ["service", "@Service"]),
        ("ra*", []),
        ("nosuch", []),
    ],
)
def test_a_name_means_core_columns_first_then_fields(name: str, columns: list[str]) -> None:
    assert columns_named(name, COLUMNS) == columns
