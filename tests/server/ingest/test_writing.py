"""Writing records: times that nobody has to guess, and fields that never hide what a record states."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.ingest.record_time import read_time
from logtui.formats.json_keys import role_of
from logtui.model.times import rfc3339
from logtui.server.ingest.writing import accepted_of, add_fields, written_time


@given(st.integers(-(2**63) + 10**9, 2**63 - 1))
def test_a_time_is_read_as_it_was_written(ns: int) -> None:
    assert read_time(written_time(ns)) == ns


@pytest.mark.parametrize("ns", [2**63, 2**64 - 1, -(2**63) - 1])
def test_a_time_that_no_timestamp_can_hold_is_written_as_it_came(ns: int) -> None:
    assert written_time(ns) == str(ns)


def test_a_whole_second_has_no_fraction() -> None:
    assert written_time(1_705_312_800 * 10**9) == rfc3339(1_705_312_800 * 10**9) == "2024-01-15T10:00:00Z"


def test_fields_that_would_stand_for_what_is_stated_keep_apart() -> None:
    record: dict[str, Any] = {"timestamp": "t", "@message": "m", "x": 1}
    add_fields(record, {"time": "t2", "msg": "m2", "x": 2, "level": "info", "y": 3}, "labels")
    assert record == {
        "timestamp": "t",
        "@message": "m",
        "x": 1,
        "labels.time": "t2",
        "labels.msg": "m2",
        "labels.x": 2,
        "level": "info",
        "y": 3,
    }


KEYS = st.sampled_from(["x", "level", "severity", "msg", "labels.x", "labels.level", "labels.labels.x"])


@given(st.lists(st.tuples(st.dictionaries(KEYS, st.integers()), st.dictionaries(KEYS, st.integers())), max_size=4))
def test_fields_get_names_one_after_the_other(pairs: list[tuple[dict[str, int], dict[str, int]]]) -> None:
    for record, fields in pairs:
        expected = dict(record)
        stated = {role[0] for key in record if (role := role_of(key))}
        for key, value in fields.items():
            role = role_of(key)
            is_free = key not in expected and (role is None or role[0] not in stated)
            expected[key if is_free else f"labels.{key}"] = value
        add_fields(record, fields, "labels")
        assert list(record.items()) == list(expected.items())


def test_records_are_one_a_line() -> None:
    accepted = accepted_of([{"message": "a\nb"}, {"message": "c"}])
    assert (accepted.payload, accepted.count) == (b'{"message":"a\\nb"}\n{"message":"c"}', 2)
    assert accepted_of([]).payload == b""
