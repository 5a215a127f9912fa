"""Objects with more keys than columns are made of lose no value: what is not flattened stays as JSON text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from logtui.engine.read.row_reader import read_rows
from logtui.formats.json_keys import MAX_DEPTH, MAX_FIELDS, folded, role_of, severity_of_status, time_rank
from logtui.model.record import field_columns
from tests.formats.helpers import records_of

if TYPE_CHECKING:
    from pathlib import Path


def leaves(value: object) -> list[str]:
    """All texts in a value, whether it is flattened or kept as JSON."""
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    return [str(value)]


def kept(record: dict[str, str | None]) -> list[str]:
    texts = [text for text in record.values() if text is not None]
    return sorted(leaf for text in texts for leaf in leaves(json.loads(text) if text.startswith("{") else text))


def fields_of(event: dict[str, Any]) -> dict[str, str | None]:
    frame = records_of([json.dumps(event).encode() + b"\n"])
    return frame.select(field_columns(frame)).row(0, named=True)


@pytest.mark.parametrize("count", [MAX_FIELDS - 2, MAX_FIELDS, MAX_FIELDS + 1, 3 * MAX_FIELDS])
def test_no_key_is_lost_of_a_flat_object(count: int) -> None:
    event = {"message": "x"} | {f"key{number}": f"value{number}" for number in range(count)}
    assert kept(fields_of(event)) == sorted(f"value{number}" for number in range(count))


@pytest.mark.parametrize("count", [MAX_FIELDS - 10, MAX_FIELDS + 10])
def test_objects_beyond_the_limit_stay_json(count: int, tmp_path: Path) -> None:
    inner = {f"group{number}": {"a": f"a{number}", "b": f"b{number}"} for number in range(3)}
    event = {"message": "x", **{f"key{number}": f"value{number}" for number in range(count)}, **inner}
    fields = fields_of(event)
    assert kept(fields) == sorted(leaf for name, value in event.items() if name != "message" for leaf in leaves(value))
    is_flat = "@group0.a" in fields
    assert is_flat is (count < MAX_FIELDS)
    assert ("@group0" in fields) is not is_flat
    log = tmp_path / "app.jsonl"
    log.write_text(json.dumps(event) + "\n")
    (row,) = read_rows(log)
    assert kept(dict(row.fields)) == kept(fields)


def test_objects_that_lie_too_deep_stay_json() -> None:
    event: dict[str, Any] = {"leaf": "deep"}
    for depth in range(MAX_DEPTH + 1):
        event = {f"level{depth}": event}
    (name, text), *others = fields_of({"message": "x", **event}).items()
    assert not others
    assert name.count(".") == MAX_DEPTH - 1
    assert json.loads(text or "") == {"level0": {"leaf": "deep"}}


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("log_level", "level_text"),
        ("logLevel", "level_text"),
        ("@timestamp", "time_text"),
        ("payload.msg", "message"),
        ("user", None),
        ("payload.user", None),
        ("nested.level", None),
    ],
)
def test_a_path_is_for_a_core_column_however_it_is_spelled(path: str, role: str | None) -> None:
    found = role_of(path)
    assert (found and found[0]) == role


def test_a_key_of_its_own_comes_before_one_inside_another_object() -> None:
    own, inner = role_of("message"), role_of("data.message")
    assert own is not None
    assert inner is not None
    assert own[1] < inner[1]


def test_of_names_that_sound_like_a_time_the_likeliest_comes_first() -> None:
    names = ["updatedAt", "startTime", "event_time", "createdAt", "endTime"]
    ranked = sorted((rank for name in names if (rank := time_rank(name))), key=lambda rank: rank[:2])
    assert [name for *_, name in ranked] == ["event_time", "createdAt", "endTime", "startTime", "updatedAt"]
    for name in ("at", "expires_at", "timeout", "name", "a.b.c.event_time", ""):
        assert time_rank(name) is None


def test_paths_and_statuses_are_compared_as_servers_write_them() -> None:
    assert folded("HTTP-Request_Id") == "httprequestid"
    assert [severity_of_status(status) for status in ("200", "404", "503", "600", "20", "2000")] == [
        "info",
        "warn",
        "error",
        None,
        None,
        None,
    ]
