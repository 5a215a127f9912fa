"""Reading rules; what is wrong is told with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.alerts.conditions import Count, NewValue, Percentage, Rate
from logtui.alerts.rules_file import load_rules, read_rules
from logtui.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

RULES = b"""
[[rules]]
name = "payments fail"
query = "level:>=error service:payment"
condition = { type = "count", threshold = 10, clear = 5, window = "10m" }
interval = "1m"
consecutive = 2
cooldown = "15m"
severity = "critical"

[[rules]]
name = "too fast"
condition = { type = "rate", operator = ">", threshold = 100 }

[[rules]]
name = "share of errors"
query = "level:>=error"
condition = { type = "percentage", threshold = 5, of = "service:api" }

[[rules]]
name = "a new host"
condition = { type = "new_value", field = "host", learn = "1h" }
"""


def test_every_kind_of_condition_is_read() -> None:
    first, second, third, fourth = read_rules(RULES)
    assert first.condition == Count(10, clear=5, window="10m")
    assert (first.window_steps, first.consecutive, first.severity) == (10, 2, "critical")
    assert second.condition == Rate(100, operator=">")
    assert third.condition == Percentage(5, of="service:api")
    assert fourth.condition == NewValue(field="host", learn="1h")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.toml: No such file"):
        load_rules(tmp_path / "nothing.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules = 1", "expected [[rules]]: rules: expected a list, got a whole number"),
        ("[[rules]]\nname = 'a'", "rule 1: object missing required field `condition`"),
        (
            "[[rules]]\nname = 'a'\ncondition = {type = 'count', threshold = 'x'}",
            "rule 1, condition.threshold: expected a number, got a text",
        ),
        (
            "[[rules]]\nname = 'a'\ncondition = {type = 'sum', threshold = 1}",
            "rule 1, condition.type: invalid value 'sum'",
        ),
        (
            "[[rules]]\nname = 'a'\ncondition = {type = 'count', threshold = 1, window = '0s'}",
            "rule 1, condition: `window` must be at least a second, not 0s",
        ),
        (
            "[[rules]]\nname = 'a'\ncondition = {type = 'count', threshold = 1}\ncooldown = 'soon'",
            "rule 1: `cooldown`: expected a duration, got 'soon' (write it like 15m, 1h30m or 1.5s)",
        ),
        (
            "[[rules]]\nname = 'a'\nquery = '(level:error'\ncondition = {type = 'count', threshold = 1}",
            "rule 'a', query: ",
        ),
        (
            "[[rules]]\nname = 'a'\nquery = '* | stats count()'\ncondition = {type = 'count', threshold = 1}",
            "rule 'a', query: expected a filter without pipes",
        ),
        (
            "[[rules]]\nname = 'a'\ncondition = {type = 'count', threshold = 1}\n" * 2,
            "two rules are named 'a'",
        ),
        ("[[rules", "Expected ']]'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_rules(text.encode())
    assert str(caught.value).lower().startswith(message.lower())


def test_the_byte_order_mark_of_an_editor_is_no_part_of_the_rules() -> None:
    assert read_rules(b"\xef\xbb\xbf" + RULES) == read_rules(RULES)


def test_yaml_has_the_same_keys(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("rules:\n- name: errors\n  condition: {type: count, threshold: 3, window: 2m}\n  interval: 1m\n")
    assert load_rules(path)[0].condition == Count(3, window="2m")
    path.write_text("rules:\n- name: errors\n  condition: {type: count}\n")
    with pytest.raises(ConfigError, match=r"rules\.yaml: rule 1, condition: object missing required field `threshold`"):
        load_rules(path)
