"""The fields of records are counted with the type that their values read as."""

from __future__ import annotations

from dataclasses import replace

from logtui.engine.live.snapshot import Chunk
from logtui.engine.search.datasets import dataset_of_runs
from logtui.engine.search.request import Request
from logtui.engine.summaries.field_shares import FieldShare, FieldShares, field_shares
from tests.engine.search.test_conformance import placed


def shares(
    *parts: list[dict[str, object]], request: Request | None = None, most: int = 1_000
) -> tuple[FieldShares, dict[str, FieldShare]]:
    request = request or Request.everything()
    found = field_shares(request, dataset_of_runs([[Chunk(placed(each)) for each in parts]]).pieces(request), most)
    return found, {each.name: each for each in found.fields}


def test_each_field_has_its_count_and_its_type() -> None:
    found, fields = shares(
        [{"message": "a", "took": "1.5e3", "ok": "true", "code": "007"}, {"message": "b", "took": "-2", "ok": "x"}],
        [{"message": "c", "done": "false", "level": "info", "timestamp": "2026-01-15T10:00:00Z"}],
    )
    assert (found.records, found.is_partial) == (3, False)
    assert fields["took"] == FieldShare("took", "number", 2)
    assert fields["ok"] == FieldShare("ok", "string", 2)
    assert fields["code"] == FieldShare("code", "string", 1)
    assert fields["done"] == FieldShare("done", "boolean", 1)
    assert fields["timestamp"] == FieldShare("timestamp", "time", 1)
    assert fields["level"] == FieldShare("level", "string", 1)
    assert fields["message"].present == 3


def test_core_columns_come_first_and_then_those_that_most_records_have() -> None:
    found, _ = shares([{"message": "a", "b": "1"}, {"message": "a", "b": "1", "a": "2"}, {"service": "x", "c": "1"}])
    names = [each.name for each in found.fields if each.name not in ("source", "format")]
    assert names == ["service", "message", "b", "a", "c"]


def test_a_field_that_is_named_like_a_core_column_keeps_its_mark() -> None:
    frame = placed([{"message": "a"}]).with_columns(placed([{"x": "1"}])["@x"].alias("@service"))
    request = Request.everything()
    found = field_shares(request, dataset_of_runs([[Chunk(frame)]]).pieces(request))
    assert [each.name for each in found.fields if "service" in each.name] == ["@service"]


def test_it_ends_at_a_number_of_records_and_says_so() -> None:
    found, fields = shares(
        [{"message": "old", "timestamp": "2026-01-15T10:00:00Z", "old": "1"}],
        [{"message": "new", "timestamp": "2026-01-16T10:00:00Z", "new": "1"}],
        most=1,
    )
    assert (found.records, found.is_partial) == (1, True)
    assert "new" in fields
    assert "old" not in fields


def test_it_ends_when_it_is_cancelled() -> None:
    found, _ = shares([{"message": "a"}], request=replace(Request.everything(), cancelled=lambda: True))
    assert found == FieldShares(0, (), is_partial=True)
