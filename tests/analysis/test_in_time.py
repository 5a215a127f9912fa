"""What is told of when records come is told once, with its numbers, and not of too few."""

from __future__ import annotations

from datetime import timedelta

import pytest

from logtui.analysis import Kind
from tests.analysis.test_anomalies import START, found, row, steady


def test_a_spike_of_records_is_told_with_what_is_usual() -> None:
    rows = [row(60 * minute + second) for minute in range(100) for second in range(0, 60, 6)]
    rows += [row(3_600 + number / 20) for number in range(1_000)]
    spike = next(each for each in found(rows) if each.kind is Kind.VOLUME_SPIKE)
    assert spike.severity == "warn"
    assert spike.start == START + timedelta(hours=1)
    assert spike.numbers["count"] >= 1_000
    assert spike.numbers["usual"] == pytest.approx(10, abs=2)
    assert spike.concerns == {}
    assert spike.places


def test_a_silence_in_between_is_a_warning_and_one_at_the_end_an_error() -> None:
    rows = [
        each for each in steady(per_minute=60) if each["service"] != "web" or not 40 <= each["timestamp"].minute < 60
    ]
    last, between = (each for each in found(rows) if each.kind is Kind.SILENCE)  # the most severe one comes first
    assert (between.severity, between.start) == ("warn", START + timedelta(minutes=40))
    assert (last.severity, last.start) == ("error", START + timedelta(minutes=100))
    assert between.title == "web was silent for 20 min"
    assert last.title == "web went silent 20 min before the end"
    assert between.numbers["seconds"] == 1_200


@pytest.mark.parametrize(("level", "severity"), [("fatal", "error"), ("error", "error"), ("warn", "warn")])
def test_a_new_message_is_as_severe_as_its_level(level: str, severity: str) -> None:
    new = [row(6_000 + number, level=level, pattern="disk is full") for number in range(3)]
    (anomaly,) = (each for each in found(steady() + new) if each.kind is Kind.NEW_PATTERN)
    assert (anomaly.severity, dict(anomaly.concerns)) == (severity, {"level": level})
    assert anomaly.end == START + timedelta(seconds=6_002)


@pytest.mark.parametrize("level", ["info", None])
@pytest.mark.parametrize(("count", "is_told"), [(60, False), (90, True)])
def test_a_new_message_without_severity_is_told_where_it_is_common(
    level: str | None, count: int, is_told: bool
) -> None:
    new = [row(6_000 + number * 10, level=level, pattern="cache warmed") for number in range(count)]
    told = [each for each in found(steady() + new) if each.kind is Kind.NEW_PATTERN]
    assert [each.severity for each in told] == ["info"] * is_told


def test_of_few_records_no_message_is_new() -> None:
    rows = [row(second * 60) for second in range(100)] + [row(5_900, level="error", pattern="disk is full")] * 3
    assert not [each for each in found(rows) if each.kind is Kind.NEW_PATTERN]


def test_of_many_new_messages_the_worst_ten_are_told() -> None:
    new = [
        row(6_000 + number, level="fatal" if kind == 11 else "warn", pattern=f"trouble of kind {kind}")
        for number in range(3)
        for kind in range(12)
    ]
    told = [each.title for each in found(steady() + new) if each.kind is Kind.NEW_PATTERN]
    assert len(told) == 10
    assert "kind 11" in told[0]


def test_records_of_one_moment_are_no_flood() -> None:
    assert not [each for each in found([row(0, user="a")] * 200 + [row(1, user="b")]) if each.kind is Kind.FLOOD]
