"""What completion offers: the fields that records have, how common they are, and their values."""

from __future__ import annotations

from typing import Any

from logtui.engine.summaries import field_statistics
from logtui.engine.summaries.field_statistics import known_of
from tests.store.records import frame_of

ROWS: list[dict[str, Any]] = [
    {"level": "error", "service": "api", "message": "refused user=17", "raw": "x", "@code": "500", "@id": "a"},
    {"level": "info", "service": "api", "message": "served user=17 ms=4", "raw": "x", "@code": "200"},
    {"level": "info", "service": "web", "message": "served", "raw": "x", "@code": "200"},
    {"level": "info", "service": None, "message": "served", "raw": "x"},
]


def test_fields_have_the_share_of_the_records_that_have_them() -> None:
    fields = known_of(frame_of(ROWS)).fields
    assert {name: fields[name] for name in ("level", "service", "code", "id", "user", "ms")} == {
        "level": 1.0,
        "service": 0.75,
        "code": 0.75,
        "id": 0.25,
        "user": 0.5,
        "ms": 0.25,
    }
    assert "host" not in fields


def test_values_come_the_commonest_first() -> None:
    values = known_of(frame_of(ROWS)).values
    assert list(values("code")) == [("200", 2), ("500", 1)]
    assert list(values("level")) == [("info", 3), ("error", 1)]
    assert list(values("user")) == [("17", 2)]
    assert list(values("host")) == []


def test_names_that_mean_no_field_have_no_values() -> None:
    values = known_of(frame_of(ROWS)).values
    assert [list(values(name)) for name in ("none", "@none", "")] == [[], [], []]


def test_a_field_named_like_a_core_column_goes_by_its_prefix() -> None:
    frame = frame_of(ROWS).rename({"@code": "@level"})
    known = known_of(frame)
    assert known.fields["@level"] == 0.75
    assert list(known.values("@level")) == [("200", 2), ("500", 1)]


def test_no_more_values_are_kept_than_can_be_looked_through() -> None:
    rows = [{"message": f"m{number}", "raw": "x", "@id": f"id{number // 2}"} for number in range(1_000)]
    values = known_of(frame_of(rows)).values("id")
    assert len(values) == field_statistics._MOST_VALUES
    assert {count for _, count in values} == {2}


def test_of_no_records_nothing_is_known() -> None:
    known = known_of(frame_of(ROWS).head(0))
    assert (dict(known.fields), list(known.values("level"))) == ({}, [])
