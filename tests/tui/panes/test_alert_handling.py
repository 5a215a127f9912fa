"""Mutes end at their time; acknowledgements hold for one alert."""

from __future__ import annotations

from logtui.alerts.conditions import Count
from logtui.alerts.evaluation import Evaluation
from logtui.alerts.rules import Rule
from logtui.alerts.states import Instance, State
from logtui.tui.panes.alert_handling import AlertHandling

RULE = Rule("errors", Count(3))


def firing(since: int, group: tuple[tuple[str, str], ...] = ()) -> Evaluation:
    return Evaluation(RULE, Instance(State.ALERTING, fired=since), group=group)


def test_a_mute_ends_at_its_time_and_one_without_an_end_does_not() -> None:
    handling = AlertHandling()
    handling.mute("short", 100)
    handling.mute("long", None)
    assert handling.expire(99) == []
    assert handling.expire(100) == ["short"]
    assert handling.muted == {"long"}
    assert handling.expire(10**20) == []


def test_a_mute_without_end_replaces_one_with_an_end() -> None:
    handling = AlertHandling()
    handling.mute("errors", 100)
    handling.mute("errors", None)
    assert handling.expire(200) == []
    assert handling.muted == {"errors"}


def test_the_next_alert_is_not_acknowledged_nor_is_another_group() -> None:
    handling = AlertHandling()
    handling.acknowledge(firing(5, (("service", "api"),)), "ann")
    assert handling.is_acknowledged(firing(5, (("service", "api"),)))
    assert not handling.is_acknowledged(firing(6, (("service", "api"),)))
    assert not handling.is_acknowledged(firing(5, (("service", "web"),)))
