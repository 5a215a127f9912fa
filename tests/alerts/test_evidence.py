"""The record that a change is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.alerts.conditions import Count, NewValue, Percentage
from logtui.alerts.evaluation import Evaluator
from logtui.alerts.evidence import Evidence, evidence
from logtui.alerts.rules import Rule
from logtui.model.keys import FileKey
from tests.alerts.test_evaluation import MINUTE, START, at_minutes, snapshot_of
from tests.tui.fakes import records

if TYPE_CHECKING:
    from logtui.engine.live.snapshot import Snapshot

ROWS = [
    *at_minutes(0, 1, level="info", **{"@version": "1", "service": "web"}),
    *at_minutes(2.1, 2.2, **{"@version": "1", "service": "api"}),
    *at_minutes(2.5, **{"@version": "2", "service": "web"}),
    *at_minutes(2.6, level="info", **{"@version": "2"}),
]


def found_at(rule: Rule, minute: float, parts: int = 1) -> tuple[float, bool] | None:
    """The minute of the evidence and whether it was counted."""
    frame = records(ROWS)
    found = evidence(snapshot_of(frame, parts).settled, rule, int(START.timestamp()) * 10**9 + int(minute * MINUTE))
    if found is None:
        return None
    assert isinstance(found.key, FileKey)
    moment = frame["timestamp"][found.key.offset // 100]
    return round((moment - START).total_seconds() / 60, 1), found.is_counted


@pytest.mark.parametrize("parts", [1, 2, 6])
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("all", Count(1, ">=", window="1m"), interval="1m"), (2.6, True)),
        (Rule("errors", Count(1, ">=", window="1m"), query="level:error", interval="1m"), (2.5, True)),
        (
            Rule("share", Percentage(1, ">=", of="service:api", window="1m"), query="level:error", interval="1m"),
            (2.2, True),
        ),
        (Rule("new", NewValue(field="version", window="1m"), interval="1m"), (2.5, True)),
        (Rule("none", Count(1, ">=", window="1m"), query="level:fatal", interval="1m"), (2.6, False)),
        (Rule("no such field", NewValue(field="pod", window="1m"), interval="1m"), (2.6, False)),
    ],
    ids=lambda each: each.name if isinstance(each, Rule) else "",
)
def test_the_newest_counted_record_of_the_window_is_shown(rule: Rule, expected: tuple[float, bool], parts: int) -> None:
    assert found_at(rule, 3, parts) == expected


def test_a_record_before_the_window_was_not_counted() -> None:
    assert found_at(Rule("errors", Count(1, ">=", window="1m"), query="level:error", interval="1m"), 5) == (2.6, False)


def test_before_the_first_record_there_is_nothing() -> None:
    assert found_at(Rule("all", Count(1, ">=", window="1m"), interval="1m"), 0) is None


def test_every_firing_has_a_counted_record() -> None:
    snapshot: Snapshot = snapshot_of(records(ROWS), 3)
    rules = [Rule("errors", Count(2, ">="), query="level:error"), Rule("new", NewValue(field="version", learn="1m"))]
    for each in Evaluator(rules).evaluate(snapshot.settled):
        found = [evidence(snapshot.settled, each.rule, change.at) for change in each.changes]
        assert found
        assert all(isinstance(one, Evidence) and one.is_counted for one in found)
