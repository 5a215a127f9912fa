"""Rules over records, against a slow computation that looks at every window on its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.alerts.conditions import Count, NewValue, Percentage, Rate
from logtui.alerts.evaluation import Evaluation, Evaluator
from logtui.alerts.rules import Rule
from logtui.alerts.states import Change, Event, Instance, Observation, State, step
from logtui.engine.live.snapshot import Chunk, Run, Snapshot
from tests.examples import examples
from tests.tui.fakes import records

if TYPE_CHECKING:
    import polars as pl

START = datetime(2025, 10, 7, 16, 0, tzinfo=UTC)
MINUTE = 60 * 10**9


def snapshot_of(frame: pl.DataFrame, parts: int = 1) -> Snapshot:
    size = max(1, -(-frame.height // parts))
    chunks = [Chunk(frame.slice(start, size)) for start in range(0, frame.height, size)]
    return Snapshot(runs=(Run(tuple(chunks)),))


def at_minutes(*minutes: float, level: str = "error", **more: object) -> list[dict[str, object]]:
    return [{"timestamp": START + timedelta(minutes=minute), "level": level, **more} for minute in minutes]


def evaluated(rule: Rule, rows: list[dict[str, object]], now: int | None = None) -> Evaluation:
    return Evaluator([rule]).evaluate(snapshot_of(records(rows)).settled, now)[0]


def changes(evaluation: Evaluation) -> list[tuple[float, str]]:
    start = int(START.timestamp()) * 10**9
    return [((change.at - start) / MINUTE, change.event.value) for change in evaluation.changes]


def test_a_count_fires_while_the_window_holds_enough_records() -> None:
    rule = Rule("errors", Count(3, ">=", window="2m"), query="level:error", interval="1m")
    rows = at_minutes(*range(20), level="info") + at_minutes(5, 5.5, 6.1)
    assert changes(evaluated(rule, rows)) == [(7, "firing"), (8, "resolved")]


def test_a_rate_is_per_second() -> None:
    rule = Rule("errors", Rate(0.05, ">=", window="1m"), query="level:error", interval="1m")
    assert changes(evaluated(rule, at_minutes(0, 1, 1.3, 1.6, 2, 3))) == [(2, "firing"), (3, "resolved")]


def test_a_percentage_compares_with_what_it_is_of() -> None:
    rule = Rule("errors", Percentage(50, ">=", of="service:api", window="1m"), query="level:error", interval="1m")
    rows = at_minutes(0.1, level="info", service="api") + at_minutes(0.2, 0.3, service="web")
    rows += at_minutes(1.1, service="api") + at_minutes(1.2, level="info", service="api")
    evaluation = evaluated(rule, rows)
    assert changes(evaluation) == [(2, "firing")]
    assert evaluation.instance.value == 50


def test_a_value_is_new_once_and_only_after_learning() -> None:
    rule = Rule("hosts", NewValue(field="host", learn="2m", window="1m"), interval="1m")
    rows = [row for minute, host in enumerate("aabacca") for row in at_minutes(minute, host=host)]
    assert changes(evaluated(rule, rows)) == [(3, "firing"), (4, "resolved"), (5, "firing"), (6, "resolved")]


def test_silence_of_everything_is_no_data_and_silence_of_errors_is_zero() -> None:
    rule = Rule("errors", Count(3, ">=", window="2m"), query="level:error", interval="1m")
    rows = at_minutes(0, 1, 30, 31, level="info")
    assert changes(evaluated(rule, rows)) == [(4, "no data"), (31, "data again")]


def test_a_live_input_goes_silent_as_the_clock_goes_on() -> None:
    rule = Rule("errors", Count(3, ">=", window="2m"), query="level:error", interval="1m")
    now = int((START + timedelta(minutes=60)).timestamp()) * 10**9
    evaluation = evaluated(rule, at_minutes(0, 1), now)
    assert evaluation.instance.state is State.NO_DATA
    assert evaluation.until == now


def test_times_that_were_never_set_are_left_out() -> None:
    rule = Rule("any", Count(1, ">=", window="1m"), interval="1m")
    rows: list[dict[str, object]] = [{"timestamp": datetime(1970, 1, 1, tzinfo=UTC)}, {"timestamp": None}]
    rows += at_minutes(0)
    assert changes(evaluated(rule, rows)) == [(1, "firing")]


def test_records_that_may_still_grow_are_left_for_later() -> None:
    rule = Rule("any", Count(1, ">=", window="1m"), interval="1m")
    run = Run((), records(at_minutes(0)))
    assert Evaluator([rule]).evaluate(Snapshot(runs=(run,)).settled)[0].changes == ()


def test_a_value_of_a_missing_field_is_never_new() -> None:
    rule = Rule("hosts", NewValue(field="nowhere", window="1m"), interval="1m")
    assert evaluated(rule, at_minutes(0, 5, 10)).instance.state is State.OK


def test_firing_rules_come_first() -> None:
    rules = [Rule("calm", Count(99, ">=")), Rule("mild", Count(1, ">="), severity="info"), Rule("bad", Count(1, ">="))]
    found = Evaluator(rules).evaluate(snapshot_of(records(at_minutes(0, 1))).settled)
    assert [each.rule.name for each in sorted(found, key=lambda each: each.rank)] == ["bad", "mild", "calm"]


RULES = st.builds(
    lambda condition, steps, consecutive, no_data, cooldown: Rule(
        "r",
        msgspec.structs.replace(condition, window=f"{steps}m"),
        query="level:error",
        interval="1m",
        consecutive=consecutive,
        no_data=no_data,
        cooldown=f"{cooldown}m",
    ),
    st.sampled_from(
        [Count(2, ">="), Count(1, operator="<"), Rate(0.02, ">="), Percentage(50, ">="), Count(3, ">=", clear=1)]
    ),
    st.integers(1, 5),
    st.integers(1, 3),
    st.sampled_from(["no_data", "ok", "keep"]),
    st.integers(0, 8),
)
ROWS = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=1, max_size=40)


def slow(rule: Rule, rows: list[tuple[int, bool]]) -> tuple[Instance, list[Change]]:
    """Every window counted from all records."""
    start = int(START.timestamp()) * 10**9
    instance, found = Instance(), []
    for end in range(min(rows)[0] + 1, max(rows)[0] + 2):
        inside = [is_error for minute, is_error in rows if end - rule.window_steps <= minute < end]
        value: float | None = float(sum(inside)) if inside else None
        if value is not None and isinstance(rule.condition, Rate):
            value = value / (rule.window_steps * 60)
        if value is not None and isinstance(rule.condition, Percentage):
            value = 100 * value / len(inside)
        instance, change = step(rule, instance, Observation(start + end * MINUTE, value))
        found += [change] if change else []
    return instance, found


@settings(deadline=None, max_examples=examples(60))
@given(RULES, ROWS, st.integers(1, 5))
def test_sliding_counts_say_what_every_window_says(rule: Rule, rows: list[tuple[int, bool]], parts: int) -> None:
    frame = records(
        [
            {"timestamp": START + timedelta(minutes=minute), "level": "error" if is_error else "info"}
            for minute, is_error in rows
        ]
    )
    evaluation = Evaluator([rule]).evaluate(snapshot_of(frame, parts).settled)[0]
    instance, expected = slow(rule, rows)
    assert list(evaluation.changes) == expected
    assert evaluation.instance == instance


@pytest.mark.parametrize("cut", [1, 3, 7])
def test_growing_input_leads_to_the_same_as_reading_it_at_once(cut: int) -> None:
    rule = Rule("errors", Count(2, ">=", window="3m"), query="level:error", interval="1m")
    frame = records(at_minutes(0, 1, 2, 9, 10, 11, 30))
    evaluator = Evaluator([rule])
    first = Chunk(frame.head(cut))
    evaluator.evaluate(Snapshot(runs=(Run((first,)),)).settled)
    again = evaluator.evaluate(Snapshot(runs=(Run((first, Chunk(frame.slice(cut)))),)).settled)
    assert again == Evaluator([rule]).evaluate(snapshot_of(frame).settled)
    assert [change.event for change in again[0].changes].count(Event.FIRING) == 2


def test_the_values_of_the_last_20_windows_are_there_and_windows_in_long_silence_have_none() -> None:
    rule = Rule("errors", Count(3, window="1m"), query="level:error", interval="1m")
    busy = at_minutes(*(minute + part / 10 for minute in range(30) for part in range(minute % 3)))
    info = at_minutes(*range(31), level="info")
    assert evaluated(rule, busy + info).recent == tuple(float(minute % 3) for minute in range(11, 31))
    assert evaluated(rule, at_minutes(0, 5)).recent == (1.0, None, None, None, None, 1.0)
