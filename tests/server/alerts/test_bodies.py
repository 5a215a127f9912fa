from __future__ import annotations

import json

import pytest

from logtui.alerts.rules import Rule
from logtui.server.alerts.bodies import AcknowledgeBody, MuteBody, read
from logtui.server.problems import ProblemError

COUNT = {"type": "count", "threshold": 1}


def problem(body: object, kind: type = Rule) -> tuple[str, object, str]:
    with pytest.raises(ProblemError) as caught:
        read(json.dumps(body).encode(), kind)
    members = caught.value.members
    return str(members.get("key", "")), members.get("suggestion"), caught.value.detail


@pytest.mark.parametrize(
    ("part", "key", "suggestion"),
    [
        ({"intervall": "1m"}, "intervall", "interval"),
        ({"condition": {**COUNT, "windo": "5m"}}, "condition.windo", "window"),
        ({"escalation": [{"after": "1m", "notify": [], "aftr": 1}]}, "escalation[0].aftr", "after"),
        (
            {"escalation": [{"after": "1m", "notify": [{"type": "webhook", "urll": "x"}]}]},
            "escalation[0].notify[0].urll",
            "url",
        ),
        ({"maintenance": [{"shedule": "* * * * *"}]}, "maintenance[0].shedule", "schedule"),
        ({"zzz": 1}, "zzz", None),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_that_stands_there(
    part: dict[str, object], key: str, suggestion: str | None
) -> None:
    assert problem({"name": "x", "condition": COUNT, **part})[:2] == (key, suggestion)


def test_an_unknown_type_is_answered_with_all_that_there_are() -> None:
    target = {"type": "carrier pigeon"}
    key, _, detail = problem({"name": "x", "condition": COUNT, "notifications": [target]})
    assert (key, "one of command, email, pagerduty, slack, webhook" in detail) == ("notifications[0].type", True)


@pytest.mark.parametrize(
    ("part", "key"),
    [
        ({"cooldown": "soon"}, "cooldown"),
        ({"interval": "0s"}, "interval"),
        ({"consecutive": 0}, "consecutive"),
        ({"name": " "}, "name"),
        ({"group_by": ["service", ""]}, "group_by"),
        ({"condition": {**COUNT, "window": "100y"}}, "condition.window"),
        ({"condition": {"type": "new_value", "field": "", "threshold": 0}}, "condition.field"),
        ({"condition": {"type": "distinct", "field": " ", "threshold": 0}}, "condition.field"),
        ({"condition": {"type": "aggregate", "of": "p99", "threshold": 0}}, "condition.of"),
        ({"escalation": [{"after": "soon", "notify": []}]}, "escalation[0].after"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_key(part: dict[str, object], key: str) -> None:
    found, _, detail = problem({"name": "x", "condition": COUNT, **part})
    assert found == key
    assert f"`{key.rpartition('.')[2]}`" in detail


@pytest.mark.parametrize(
    ("part", "choices"),
    [
        ({"severity": "page"}, "info, warning, critical"),
        ({"no_data": "x"}, "no_data, ok, keep"),
        ({"condition": {**COUNT, "operator": "gt"}}, ">, >=, <, <=, =="),
        ({"condition": {**COUNT, "type": "rate", "per": "hour"}}, "second, minute"),
    ],
)
def test_an_unknown_word_is_answered_with_all_that_there_are(part: dict[str, object], choices: str) -> None:
    assert problem({"name": "x", "condition": COUNT, **part})[2].endswith(f"(one of {choices})")


def test_an_unknown_key_where_few_are_known_is_answered_with_these() -> None:
    assert problem({"zzz": 1}, MuteBody)[2] == "zzz is not known; known are duration, reason"


def test_an_empty_body_is_an_empty_object() -> None:
    assert read(b" \n", MuteBody) == MuteBody()
    assert problem({}, AcknowledgeBody)[0] == "user"


def test_a_mute_ends_after_its_duration_or_never() -> None:
    assert read(b'{"duration": "1h30m"}', MuteBody).until(7) == 5_400_000_000_007
    assert read(b'{"reason": "x"}', MuteBody).until(7) is None


def test_a_body_that_is_nested_too_deep_is_refused() -> None:
    with pytest.raises(ProblemError, match="expected a JSON object: it is nested too deep"):
        read(b"[" * 100_000, Rule)
