"""What is told of single records: as many of them, from where, and only where they are few."""

from __future__ import annotations

import pytest

from logtui.analysis import Kind, Place
from logtui.analysis.profile import LONG_BYTES
from tests.analysis.test_anomalies import found, only, row, steady


def test_of_many_rare_errors_five_are_told_and_the_others_counted() -> None:
    rare = [
        row(100 + number, level="error", pattern=f"odd failure of kind {letter}")
        for number, letter in enumerate("abcdefg")
    ]
    told = [each for each in found(steady() + rare) if each.kind is Kind.RARE_PATTERN]
    assert len(told) == 5
    assert all(each.explanation.endswith("; 7 such messages in all") for each in told)


@pytest.mark.parametrize(("count", "is_rare"), [(2, True), (3, False)])
def test_an_error_is_rare_once_or_twice(count: int, is_rare: bool) -> None:
    rows = steady() + [row(100 + number, level="error", pattern="checksum mismatch") for number in range(count)]
    assert [each.kind for each in found(rows)] == [Kind.RARE_PATTERN] * is_rare


def test_unknown_levels_in_any_case_are_one() -> None:
    odd = [row(50, level=None, severity_text=word, line=70 + place) for place, word in enumerate(("huh", "HUH", "Huh"))]
    anomaly = only(steady() + odd)
    assert anomaly.title == "unknown level HUH: 3 records"
    assert anomaly.places == (Place("app.log", 70, 0),)


@pytest.mark.parametrize(("count", "is_rare"), [(3, True), (4, False)])
def test_the_most_severe_level_is_rare_up_to_three_times(count: int, is_rare: bool) -> None:
    fatal = [row(50 + number, level="fatal", severity_text="PANIC", pattern="info of api") for number in range(count)]
    assert [each.kind for each in found(steady() + fatal)] == [Kind.RARE_LEVEL] * is_rare


@pytest.mark.parametrize(("size", "is_long"), [(LONG_BYTES - 1, False), (LONG_BYTES, True)])
def test_a_record_is_long_from_16_kib_on(size: int, is_long: bool) -> None:
    told = found([*steady(), row(70, bytes=size, pattern="info of api")])
    assert [each.title for each in told] == ["1 record of 16 KiB or more"] * is_long


def test_where_many_records_are_long_none_is_odd() -> None:
    assert found([{**each, "bytes": LONG_BYTES} for each in steady()]) == []
