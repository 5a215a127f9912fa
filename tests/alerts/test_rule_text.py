"""Rules as TOML: what is written is read back as the same rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.alerts.conditions import Absence, Aggregate, Change, Count, Distinct, NewValue, Percentage, Rate
from logtui.alerts.notify.targets import Command, Slack, Webhook
from logtui.alerts.rule_text import rule_text
from logtui.alerts.rules import Escalation, Rule
from logtui.alerts.rules_file import append_rule, load_rules, read_rules
from logtui.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

WORDS = st.text(min_size=1).filter(str.strip)
NUMBERS = st.floats(allow_nan=False) | st.integers(-(10**9), 10**9)
WINDOWS = st.sampled_from(["5m", "1h30m", "90s"])
TARGETS = st.builds(Slack, channel=WORDS) | st.builds(Command, argv=st.tuples(WORDS, st.text()))
CONDITIONS = st.one_of(
    st.builds(Count, NUMBERS, st.sampled_from([">", ">=", "<", "<=", "=="]), st.none() | NUMBERS, WINDOWS),
    st.builds(Rate, NUMBERS, per=st.sampled_from(["second", "minute"])),
    st.builds(Percentage, NUMBERS, of=st.sampled_from(["", 'path:"/a b\\\\c"'])),
    st.builds(Absence, window=WINDOWS),
    st.builds(Change, NUMBERS),
    st.builds(NewValue, field=WORDS, learn=st.sampled_from(["", "1h"])),
    st.builds(Distinct, threshold=NUMBERS, field=WORDS),
    st.builds(Aggregate, threshold=NUMBERS, of=st.sampled_from(["p99(duration_ms)", "max(@a.b)"])),
)
RULES = st.builds(
    Rule,
    WORDS,
    CONDITIONS,
    query=st.sampled_from(["", "level:error", 'message:"say \\"no\\"\t\x7f ✓ 😀"']),
    consecutive=st.integers(1, 9),
    group_by=st.lists(WORDS, max_size=2).map(tuple),
    notifications=st.lists(TARGETS, max_size=2).map(tuple),
    escalation=st.lists(st.builds(Escalation, st.just("15m"), st.tuples(TARGETS)), max_size=2).map(tuple),
)


@given(RULES)
def test_a_written_rule_is_read_back_as_the_same(rule: Rule) -> None:
    assert read_rules(rule_text(rule).encode()) == (rule,)


def test_what_is_at_its_default_is_not_written() -> None:
    hook = Webhook(url="https://example.com/hook")
    rule = Rule("many errors", Count(10.0, ">="), query='service:"a b"', notifications=(hook,))
    assert rule_text(rule) == (
        "[[rules]]\n"
        'name = "many errors"\n'
        'condition = { type = "count", threshold = 10, operator = ">=" }\n'
        'query = "service:\\"a b\\""\n'
        'notifications = [{ type = "webhook", url = "https://example.com/hook" }]\n'
    )


@pytest.mark.parametrize("before", ["", "# ours", '# ours\n[[rules]]\nname = "old"\ncondition = { type = "absence" }'])
def test_a_rule_is_appended_behind_what_is_there(tmp_path: Path, before: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(before, "utf-8")
    rule = Rule("new", Count(10), query="level:error")
    append_rule(file, rule)
    assert file.read_text("utf-8").startswith(before)
    assert load_rules(file)[-1] == rule


@pytest.mark.parametrize(
    ("name", "before", "problem"),
    [
        ("rules.yaml", "rules: []\n", "rules can only be appended to TOML files"),
        ("rules.toml", '[[rules]]\nname = "new"\ncondition = { type = "absence" }\n', "two rules are named 'new'"),
        ("rules.toml", "rules = []\n", "cannot append a rule"),
    ],
)
def test_a_file_that_would_be_wrong_is_left_as_it_is(tmp_path: Path, name: str, before: str, problem: str) -> None:
    file = tmp_path / name
    file.write_text(before, "utf-8")
    with pytest.raises(ConfigError, match=problem):
        append_rule(file, Rule("new", Count(10)))
    assert file.read_text("utf-8") == before


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        append_rule(tmp_path / "rules.toml", Rule("new", Count(10)))
    assert not list(tmp_path.iterdir())
