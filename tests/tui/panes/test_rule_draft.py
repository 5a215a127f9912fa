"""What is typed into the form of a rule becomes the rule, or a problem in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from logtui.alerts.conditions import Absence, Aggregate, Condition, Count, Distinct, NewValue, Percentage
from logtui.alerts.rules import Rule
from logtui.errors import ConfigError
from logtui.tui.panes.rule_draft import KINDS, RuleDraft

DRAFT = RuleDraft("errors", "level:error", "count", "", "> 10", "5m")


@pytest.mark.parametrize(
    ("kind", "further", "limit", "condition"),
    [
        ("count", "", ">=3", Count(3, ">=")),
        ("count", "", " 2.5 ", Count(2.5)),
        ("percentage", "service:api", "> 5", Percentage(5, of="service:api")),
        ("absence", "", "<= 0", Absence()),
        ("new_value", " version", "> 0", NewValue(field="version")),
        ("distinct", "client_ip", "> 10", Distinct(threshold=10, field="client_ip")),
        ("aggregate", "p99(duration_ms)", "> 1000", Aggregate(threshold=1000, of="p99(duration_ms)")),
    ],
)
def test_a_draft_becomes_a_rule(kind: str, further: str, limit: str, condition: Condition) -> None:
    draft = replace(DRAFT, kind=kind, further=further, limit=limit)
    assert draft.rule([]) == Rule("errors", condition, query="level:error")


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_limit_of_each_type_is_valid(kind: str) -> None:
    draft = replace(DRAFT, kind=kind, further="max(a)" if kind == "aggregate" else "a", limit=KINDS[kind].limit)
    assert draft.rule([]).condition.__struct_config__.tag == kind


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": " "}, "`name` must not be blank"),
        ({"name": "taken "}, "there is a rule named 'taken' already"),
        ({"limit": "> many"}, "expected a limit such as > 10, got '> many'"),
        ({"limit": ""}, "expected a limit such as > 10, got ''"),
        ({"window": "soon"}, "`window`: expected a duration, got 'soon'"),
        ({"kind": "aggregate", "further": "duration"}, "such as p99"),
        ({"query": "level:error | stats count()"}, "expected a filter without pipes"),
        ({"query": "last:15m"}, "without a relative time"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, str], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        replace(DRAFT, **changes).rule(["taken"])
