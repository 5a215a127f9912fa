"""What a replay says of the changes that an evaluation has found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from logtui.alerts.conditions import Aggregate, Count, Distinct, NewValue, Percentage
from logtui.alerts.evaluation import CHANGES_KEPT, Evaluation, Evaluator, evaluate_once
from logtui.alerts.replay import summaries, timeline
from logtui.alerts.rules import Rule
from logtui.alerts.states import Change, Event, Instance, State
from logtui.engine.read.options import ReadOptions
from logtui.engine.search.datasets import dataset_of_inputs
from tests.alerts.test_evaluation import at_minutes, snapshot_of
from tests.tui.fakes import records

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.alerts.states import Group

RULE = Rule("errors", Count(10))
FIRING, RESOLVED = Event.FIRING, Event.RESOLVED


def evaluation(*changes: tuple[int, Event], until: int = 100, rule: Rule = RULE, group: Group = ()) -> Evaluation:
    found = tuple(Change(at, event, 11.0) for at, event in changes)
    return Evaluation(rule, Instance(State.OK), found, until, group)


def test_the_timeline_joins_rules_and_groups_by_time() -> None:
    api, web = (("service", "api"),), (("service", "web"),)
    found = timeline([evaluation((1, FIRING), (5, RESOLVED), group=api), evaluation((3, FIRING), group=web)], 0)
    assert [(each.change.at, each.group) for each in found] == [(1, api), (3, web), (5, api)]


def test_what_was_before_the_moment_is_left_out_of_the_timeline() -> None:
    found = timeline([evaluation((1, FIRING), (5, RESOLVED), (7, FIRING))], 5)
    assert [each.change.at for each in found] == [5, 7]


def test_firings_are_counted_and_their_times_added_over_groups() -> None:
    first = evaluation((10, FIRING), (20, RESOLVED), (30, FIRING), (35, RESOLVED), group=(("a", "1"),))
    second = evaluation((90, FIRING), group=(("a", "2"),))
    (found,) = summaries([first, second], 0)
    assert (found.fired, found.firing, found.is_complete) == (3, 25, True)


def test_a_firing_that_began_before_the_moment_counts_for_its_time_only() -> None:
    (found,) = summaries([evaluation((10, FIRING), (40, RESOLVED))], 30)
    assert (found.fired, found.firing) == (0, 10)


def test_each_rule_has_a_summary_in_its_order() -> None:
    other = Rule("other", Count(1))
    found = summaries([evaluation(rule=other), evaluation((1, FIRING))], 0)
    assert [(each.rule.name, each.fired) for each in found] == [("other", 0), ("errors", 1)]


def test_a_summary_says_when_changes_are_missing() -> None:
    many = [(at, FIRING if at % 2 else RESOLVED) for at in range(1, CHANGES_KEPT + 1)]
    assert not summaries([evaluation(*many)], 0)[0].is_complete
    assert summaries([evaluation(*many)], 2)[0].is_complete
    assert summaries([evaluation(*many[1:])], 0)[0].is_complete


RULES = [
    Rule("count", Count(1, window="2m"), query="level:error", interval="1m"),
    Rule("share", Percentage(40, of="service:api", window="2m"), query="level:error", interval="1m"),
    Rule("hosts", NewValue(field="host", learn="1m", window="1m"), interval="1m"),
    Rule("users", Distinct(1, field="service", window="3m"), interval="1m", group_by=("host",)),
]
rows = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(["error", "info"]), st.sampled_from("ab"), st.sampled_from("xy")),
    min_size=1,
    max_size=25,
)


@given(rows, st.integers(1, 4))
def test_one_reading_finds_the_same_as_one_for_each_rule(found: list[tuple[int, str, str, str]], parts: int) -> None:
    frame = records(
        [
            row
            for minute, level, service, host in found
            for row in at_minutes(minute, level=level, service=service.replace("a", "api"), host=host)
        ]
    )
    dataset = snapshot_of(frame, parts).settled
    once = evaluate_once(RULES, dataset)
    assert sorted(once, key=lambda each: each.rank) == sorted(
        Evaluator(RULES).evaluate(dataset), key=lambda each: each.rank
    )


def test_fields_in_messages_of_files_count(tmp_path: Path) -> None:
    lines = [
        f"2026-01-15T10:{minute:02}:00Z INFO served user=u{user} duration_ms={100 * user}"
        for minute in range(10)
        for user in range(1 if minute < 5 else 4)
    ]
    (tmp_path / "app.log").write_text("\n".join(lines))
    rules = [
        Rule("users", Distinct(3, ">=", field="user", window="1m"), interval="1m"),
        Rule("slow", Aggregate(of="max(duration_ms)", threshold=250, window="1m"), interval="1m", query="served"),
    ]
    dataset, _ = dataset_of_inputs([str(tmp_path / "app.log")], ReadOptions(close_when_quiet=True))
    for found in (evaluate_once(rules, dataset), Evaluator(rules).evaluate(dataset)):
        assert [[(change.event, change.value) for change in each.changes] for each in found] == [
            [(FIRING, 4)],
            [(FIRING, 300)],
        ]
