"""The state machine of an alert, step by step and by its laws."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.alerts.conditions import Count
from logtui.alerts.rules import Rule
from logtui.alerts.states import Event, Instance, Observation, State, step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.alerts.states import Change

MINUTE = 60 * 10**9
VALUES = st.lists(st.one_of(st.none(), st.integers(0, 12).map(float)), max_size=60)
RULES = st.builds(
    lambda consecutive, cooldown, no_data, clear: Rule(
        "r", Count(8, ">=", clear=clear), consecutive=consecutive, cooldown=f"{cooldown}m", no_data=no_data
    ),
    st.integers(1, 4),
    st.integers(0, 6),
    st.sampled_from(["no_data", "ok", "keep"]),
    st.sampled_from([None, 4.0, 8.0]),
)


def rule(consecutive: int = 1, cooldown: str = "0s", clear: float | None = None) -> Rule:
    return Rule("many errors", Count(10, ">=", clear=clear), consecutive=consecutive, cooldown=cooldown)


def run(given_rule: Rule, values: Sequence[float | None]) -> tuple[list[Instance], list[Change]]:
    instance, instances, changes = Instance(), [], []
    for number, value in enumerate(values):
        instance, change = step(given_rule, instance, Observation(number * MINUTE, value))
        instances.append(instance)
        changes += [change] if change else []
    return instances, changes


def notified(given_rule: Rule, values: Sequence[float | None]) -> list[tuple[int, str]]:
    return [(change.at // MINUTE, change.event.value) for change in run(given_rule, values)[1]]


@pytest.mark.parametrize(
    ("case", "given_rule", "values", "expected"),
    [
        ("fires and resolves", rule(), [0, 10, 11, 9], [(1, "firing"), (3, "resolved")]),
        ("one breach is not enough", rule(consecutive=2), [10, 0, 10, 0], []),
        ("the second in a row fires", rule(consecutive=2), [10, 0, 10, 10], [(3, "firing")]),
        ("between the thresholds it stays", rule(clear=5), [10, 7, 9, 4], [(0, "firing"), (3, "resolved")]),
        ("between them nothing begins", rule(clear=5), [7, 9, 7], []),
        (
            "a firing within the cooldown waits",
            rule(cooldown="5m"),
            [10, 0, 10, 10, 10, 10, 0],
            [(0, "firing"), (1, "resolved"), (5, "firing"), (6, "resolved")],
        ),
        (
            "what ends while cooling is not notified",
            rule(cooldown="9m"),
            [10, 0, 10, 0],
            [(0, "firing"), (1, "resolved")],
        ),
        ("silence is a state", rule(), [1, None, None, 1], [(1, "no data"), (3, "data again")]),
        ("an alert outlives silence", rule(), [10, None, 0], [(0, "firing"), (2, "resolved")]),
        ("silence may end in an alert", rule(), [None, 10], [(0, "no data"), (1, "firing")]),
    ],
)
def test_changes_are_told_once(
    case: str, given_rule: Rule, values: Sequence[float | None], expected: list[tuple[int, str]]
) -> None:
    assert notified(given_rule, values) == expected, case


def test_alerts_that_ended_unnotified_are_counted_until_one_is_notified() -> None:
    instances, _ = run(rule(cooldown="4m"), [10, 0, 10, 0, 10, 0])
    assert [each.held_back for each in instances] == [0, 0, 0, 1, 1, 0]


def test_a_rule_may_take_silence_for_the_end() -> None:
    given_rule = Rule("r", Count(1, ">="), no_data="ok")
    assert notified(given_rule, [1, None, None]) == [(0, "firing"), (1, "resolved")]


@given(RULES, VALUES)
def test_firing_and_resolved_take_turns(given_rule: Rule, values: Sequence[float | None]) -> None:
    events = [change.event for change in run(given_rule, values)[1]]
    pairs = [event for event in events if event in (Event.FIRING, Event.RESOLVED)]
    assert pairs == [Event.FIRING, Event.RESOLVED] * (len(pairs) // 2) + [Event.FIRING] * (len(pairs) % 2)


@given(RULES, VALUES)
def test_firings_keep_their_distance(given_rule: Rule, values: Sequence[float | None]) -> None:
    fired = [change.at for change in run(given_rule, values)[1] if change.event is Event.FIRING]
    assert all(later - sooner >= given_rule.wait for sooner, later in pairwise(fired))


@given(RULES, VALUES)
def test_an_alert_needs_as_many_breaches_in_a_row_as_the_rule_asks_for(
    given_rule: Rule, values: Sequence[float | None]
) -> None:
    instances, _ = run(given_rule, values)
    for number, instance in enumerate(instances):
        began = instance.state is State.ALERTING and (not number or instances[number - 1].state is not State.ALERTING)
        if began:
            known = [value for value in values[: number + 1] if value is not None or given_rule.no_data == "ok"]
            assert all(value is not None and value >= 8 for value in known[-given_rule.consecutive :])


@given(RULES, VALUES)
def test_a_second_look_without_data_changes_nothing(given_rule: Rule, values: Sequence[float | None]) -> None:
    instances, changes = run(given_rule, [*values, None, None])
    assert instances[-1] == instances[-2]
    assert not changes or changes[-1].at <= len(values) * MINUTE
