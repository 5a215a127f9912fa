"""Every example in the help page of alerts is one."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, get_args

import msgspec
import pytest

from logtui.alerts.conditions import Condition
from logtui.alerts.keeping.base import HistoryEvent
from logtui.alerts.notify.delivery import Limits
from logtui.alerts.notify.targets import Target
from logtui.alerts.rules import Rule
from logtui.alerts.rules_file import read_rules
from logtui.alerts.states import State
from logtui.alerts.ticking import _MOST_MISSED
from logtui.server.configuration import load_server_settings

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (files("logtui") / "help" / "alerts.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
RULES = [block for block in BLOCKS if "[[rules]]" in block]
SETTINGS = [block for block in BLOCKS if "[notify." in block]


def tags(kinds: object) -> set[str]:
    return {str(kind.__struct_config__.tag) for kind in get_args(kinds)}


@pytest.mark.parametrize("block", RULES)
def test_an_example_is_a_rules_file(block: str) -> None:
    assert read_rules(block.encode())


def test_every_condition_and_every_target_has_an_example() -> None:
    rules = [rule for block in RULES for rule in read_rules(block.encode())]
    assert {rule.condition.__struct_config__.tag for rule in rules} == tags(Condition)
    assert {target.__struct_config__.tag for rule in rules for target in rule.notifications} == tags(Target)
    assert any(rule.escalation for rule in rules)
    assert any(rule.maintenance for rule in rules)


def test_every_key_of_a_rule_and_every_state_is_explained() -> None:
    assert [name for name in Rule.__struct_fields__ if f"`{name}`" not in PAGE] == []
    assert [state for state in State if f"| `{state}` |" not in PAGE] == []
    assert [f"`{event}`" in PAGE for event in (HistoryEvent.SKIPPED, HistoryEvent.LATE, HistoryEvent.NOT_SENT)] == [
        True
    ] * 3
    assert f"`{HistoryEvent.DELIVERY_FAILED}`" in PAGE


def test_the_example_of_settings_is_a_settings_file(tmp_path: Path) -> None:
    (block,) = SETTINGS
    file = tmp_path / "server.toml"
    file.write_text(block)
    settings = load_server_settings({"data": str(tmp_path)}, {}, file)
    assert settings.notifiers.slack.token == "env:SLACK_TOKEN"
    assert settings.notifiers.email.address == ("mail.example.com", 587)
    assert settings.notifiers.allow_webhook == ("10.0.0.0/8",)


def test_the_example_of_the_api_is_a_rule() -> None:
    found = re.search(r"/api/v1/alerts -H .*? -d '(.*?)'", PAGE, re.DOTALL)
    assert found
    assert msgspec.json.decode(found[1], type=Rule).name == "High Error Rate"


def test_the_promised_limits_are_those_of_the_code() -> None:
    limits = Limits()
    assert (limits.attempts, limits.age, limits.first, limits.longest) == (100, 86_400, 5, 900)
    assert f"at most {_MOST_MISSED:,} of each rule" in PAGE
