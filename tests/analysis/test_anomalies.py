"""What is unusual is found, what is usual is not, however a profile was put together."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.analysis import PROFILED, Anomaly, Kind, Place, Profile, anomalies
from tests.examples import examples

START = datetime(2025, 10, 7, 12, 0, tzinfo=UTC)
NOW = int((START + timedelta(days=1)).timestamp()) * 10**9
SERVICES = ("api", "billing", "web")

Rows = list[dict[str, Any]]


def row(seconds: float, **more: object) -> dict[str, Any]:
    return {
        "timestamp": START + timedelta(seconds=seconds),
        "level": "info",
        "severity_text": "INFO",
        "service": "api",
        "user": None,
        "source": "app.log",
        "line": 0,
        "offset": 0,
        "bytes": 100,
        "pattern": "request served",
        "is_cut": False,
        **more,
    }


def steady(minutes: int = 120, per_minute: int = 30, seed: int = 1) -> Rows:
    """A calm log: every service writes now and then, one record in fifty is an error."""
    chance = random.Random(seed)
    rows = []
    for minute in range(minutes):
        for _ in range(per_minute + chance.randrange(-5, 6)):
            level = "error" if chance.random() < 0.02 else "info"
            service = chance.choice(SERVICES)
            user = f"user{chance.randrange(20)}"
            pattern = f"{level} of {service}"
            rows.append(
                row(60 * minute + chance.random() * 60, level=level, service=service, user=user, pattern=pattern)
            )
    return rows


def frame_of(rows: Rows) -> pl.DataFrame:
    ordered = sorted(rows, key=lambda each: (each["timestamp"] is None, each["timestamp"] or START))
    numbered = [{**each, "line": each["line"] or number + 1} for number, each in enumerate(ordered)]
    return pl.DataFrame(numbered, schema=PROFILED)


def found(rows: Rows) -> list[Anomaly]:
    return anomalies(Profile.of(frame_of(rows), NOW))


def only(rows: Rows) -> Anomaly:
    anomaly, *others = found(rows)
    assert not others, [each.title for each in others]
    return anomaly


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("per_minute", [6, 30, 100])
def test_a_calm_log_has_none(seed: int, per_minute: int) -> None:
    assert [each.title for each in found(steady(per_minute=per_minute, seed=seed))] == []


def test_a_spike_of_errors_is_told_with_its_service_and_time() -> None:
    spike = [
        row(3_600 + number / 2, level="error", service="billing", pattern="error of billing") for number in range(200)
    ]
    anomaly = found(steady() + spike)[0]
    assert anomaly.kind is Kind.ERROR_SPIKE
    assert anomaly.severity == "error"
    assert anomaly.concerns == {"service": "billing", "level": "error"}
    assert anomaly.start is not None
    assert abs(anomaly.start - (START + timedelta(hours=1))) <= timedelta(minutes=10)
    assert anomaly.numbers["count"] >= 200


def test_a_slow_rise_of_errors_is_told_too() -> None:
    rise = [row(3_600 + 12 * number, level="error", service="web", pattern="error of web") for number in range(200)]
    kinds = {(each.kind, each.concerns.get("service")) for each in found(steady(seed=3) + rise)}
    assert (Kind.ERROR_SPIKE, "web") in kinds


def test_a_service_that_falls_silent_is_told() -> None:
    rows = [
        each
        for each in steady(per_minute=60)
        if each["service"] != "web" or each["timestamp"] < START + timedelta(minutes=80)
    ]
    anomaly = only(rows)
    assert anomaly.kind is Kind.SILENCE
    assert anomaly.severity == "error"
    assert anomaly.concerns == {"service": "web"}
    assert anomaly.start == START + timedelta(minutes=80)


def test_a_gap_of_everything_is_told_once() -> None:
    rows = [each for each in steady(per_minute=60) if not 40 <= (each["timestamp"] - START).total_seconds() / 60 < 70]
    anomaly = only(rows)
    assert (anomaly.kind, anomaly.severity, dict(anomaly.concerns)) == (Kind.SILENCE, "warn", {})
    assert (anomaly.start, anomaly.end) == (START + timedelta(minutes=40), START + timedelta(minutes=70))


def test_a_user_who_floods_is_told() -> None:
    flood = [row(3_600 + number / 20, user="mallory", pattern="info of api", service="api") for number in range(1_000)]
    floods = [each for each in found(steady() + flood) if each.kind is Kind.FLOOD]
    assert [dict(each.concerns) for each in floods] == [{"user": "mallory"}]
    assert floods[0].start == START + timedelta(hours=1)


def test_a_user_who_floods_alone_while_all_others_are_silent_is_told() -> None:
    flood = [row(7_300 + number / 3, user="mallory", pattern="info of api") for number in range(300)]
    floods = [each for each in found(steady(per_minute=6) + flood) if each.kind is Kind.FLOOD]
    assert [dict(each.concerns) for each in floods] == [{"user": "mallory"}]


@pytest.mark.parametrize("seconds", [0.1, 60])
def test_a_user_with_half_of_all_records_among_many_is_told(seconds: float) -> None:
    rows = [
        row(number * seconds, user=f"user{number // 2 % 40}" if number % 2 else "mallory") for number in range(2_000)
    ]
    anomaly = only(rows)
    assert (anomaly.kind, dict(anomaly.concerns)) == (Kind.FLOOD, {"user": "mallory"})
    assert anomaly.numbers["count"] == 1_000


@pytest.mark.parametrize("users", [("a",), ("a", "b"), ("a", "a", "a", "b", "c", "d", "e", "f", "g")])
def test_users_of_a_usual_share_are_no_flood(users: tuple[str, ...]) -> None:
    assert found([row(number * 10, user=users[number % len(users)]) for number in range(900)]) == []


def test_unknown_levels_are_told_without_any_time() -> None:
    anomaly = only([row(0, timestamp=None, level=None, severity_text="HUH")] * 2)
    assert (anomaly.kind, dict(anomaly.concerns)) == (Kind.UNKNOWN_LEVEL, {"severity_text": "HUH"})


def test_records_without_a_readable_time_among_others_are_told() -> None:
    anomaly = only([*steady(), row(0, timestamp=None, line=7), row(0, timestamp=None, severity_text=None)])
    assert (anomaly.kind, anomaly.numbers["count"]) == (Kind.ODD_TIMESTAMP, 1)
    assert anomaly.places == (Place("app.log", 7, 0),)


def test_a_service_that_floods_is_told() -> None:
    flood = [row(3_600 + number / 20, pattern="info of api", service="crawler") for number in range(1_000)]
    floods = [each for each in found(steady() + flood) if each.kind is Kind.FLOOD]
    assert [dict(each.concerns) for each in floods] == [{"service": "crawler"}]


def test_a_message_that_is_new_is_told_with_its_pattern_and_place() -> None:
    new = [
        row(5_000 + 200 * number, level="warn", pattern="disk nearly full", line=77_000 + number) for number in range(5)
    ]
    anomaly = only(steady() + new)
    assert anomaly.kind is Kind.NEW_PATTERN
    assert anomaly.pattern == ("disk nearly full", False)
    assert anomaly.start == START + timedelta(seconds=5_000)
    assert anomaly.places == (Place("app.log", 77_000, 0),)


def test_a_rare_error_is_told() -> None:
    anomaly = only([*steady(), row(100, level="error", pattern="checksum mismatch")])
    assert (anomaly.kind, anomaly.severity, anomaly.pattern) == (
        Kind.RARE_PATTERN,
        "info",
        ("checksum mismatch", False),
    )


def test_a_rare_fatal_and_an_unknown_level_are_told() -> None:
    odd = [
        row(50, level="fatal", severity_text="PANIC", pattern="info of api"),
        row(60, level=None, severity_text="HUH"),
    ]
    kinds = {(each.kind, each.concerns.get("severity_text")) for each in found(steady() + odd)}
    assert kinds == {(Kind.RARE_LEVEL, "PANIC"), (Kind.UNKNOWN_LEVEL, "HUH")}


@pytest.mark.parametrize(
    ("when", "title"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), "1 record with a time before the year 2000"),
        (datetime(2031, 1, 1, tzinfo=UTC), "1 record with a time more than a day ahead"),
        (datetime(2021, 1, 1, tzinfo=UTC), "1 record with a time far from all others"),
    ],
)
def test_odd_times_are_told(when: datetime, title: str) -> None:
    assert [each.title for each in found([*steady(), row(0, timestamp=when, line=5)])] == [title]


def test_steps_back_in_time_are_counted() -> None:
    frame = frame_of(steady())
    mixed = pl.concat([frame.head(100), frame.slice(200, 100), frame.slice(100, 100)]).with_columns(
        line=pl.int_range(1, 301, dtype=pl.UInt64)
    )
    anomaly = next(each for each in anomalies(Profile.of(mixed, NOW)) if each.kind is Kind.ODD_TIMESTAMP)
    assert anomaly.numbers["count"] == 1
    assert anomaly.places == (Place("app.log", 201, 0),)


def test_a_few_giant_records_are_told() -> None:
    anomaly = only([*steady(), row(70, bytes=50_000, line=9, pattern="info of api")])
    assert (anomaly.kind, anomaly.places) == (Kind.LONG_LINE, (Place("app.log", 9, 0),))


@pytest.mark.parametrize(
    "rows",
    [[], [row(0)], [row(0, timestamp=None)] * 3, [row(0, level=None, severity_text=None, service=None, source=None)]],
)
def test_next_to_nothing_has_no_anomalies(rows: Rows) -> None:
    assert found(rows) == []


def _disturbed() -> Rows:
    rows = steady(minutes=40)
    rows += [row(1_200 + number, level="error", service="web", pattern="boom") for number in range(100)]
    rows += [row(1_500, timestamp=datetime(1970, 1, 1, tzinfo=UTC)), row(1_600, bytes=99_999)]
    rows += [row(1_700, level=None, severity_text="HUH"), row(1_000, timestamp=None, pattern="undated")]
    return rows


DISTURBED = frame_of(_disturbed())
EXPECTED = anomalies(Profile.of(DISTURBED, NOW))


@settings(deadline=None, max_examples=examples(30))
@given(st.lists(st.integers(0, DISTURBED.height), max_size=6), st.randoms(use_true_random=False))
def test_parts_in_any_order_say_the_same_as_the_whole(cuts: list[int], chance: random.Random) -> None:
    edges = [0, *sorted(cuts), DISTURBED.height]
    parts = [Profile.of(DISTURBED.slice(low, high - low), NOW) for low, high in pairwise(edges)]
    chance.shuffle(parts)
    half = len(parts) // 2
    groups = [Profile.merged(group) for group in (parts[:half], parts[half:]) if group]
    assert anomalies(Profile.merged(groups)) == EXPECTED
    assert len(EXPECTED) >= 4
