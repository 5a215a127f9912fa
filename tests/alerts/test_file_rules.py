"""The rules of a file in a store of alerts, in memory and in SQLite."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.alerts.conditions import Count
from logtui.alerts.file_rules import Changes, synchronise
from logtui.alerts.keeping.base import AlertStore, HistoryEvent, Mute
from logtui.alerts.keeping.memory import MemoryStore
from logtui.alerts.keeping.sql import SqlStore
from logtui.alerts.notify.targets import Slack
from logtui.alerts.rules import Rule
from logtui.errors import AlertConflictError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECOND = 10**9


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AlertStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    with closing(SqlStore(f"sqlite:///{tmp_path / 'alerts.sqlite'}")) as opened:
        yield opened


def rule(name: str, threshold: float = 10) -> Rule:
    return Rule(name, Count(threshold), "level:error", notifications=(Slack(channel="#alerts"),))


def test_new_rules_are_added_as_rules_of_files(store: AlertStore) -> None:
    assert synchronise(store, [rule("a"), rule("b")], SECOND) == Changes(added=2)
    assert [(each.rule, each.origin, each.created) for each in store.rules()] == [
        (rule("a"), "file", SECOND),
        (rule("b"), "file", SECOND),
    ]


def test_the_same_rules_change_nothing(store: AlertStore) -> None:
    synchronise(store, [rule("a"), rule("b")], SECOND)
    before = store.rules()
    assert synchronise(store, [rule("b"), rule("a")], 2 * SECOND) == Changes()
    assert store.rules() == before
    assert len(store.history()) == 2


def test_a_changed_rule_keeps_its_id_and_its_mute(store: AlertStore) -> None:
    synchronise(store, [rule("a")], SECOND)
    (before,) = store.rules()
    store.mute(before.id, Mute(None, "later"))
    assert synchronise(store, [rule("a", 20)], 2 * SECOND) == Changes(changed=1)
    (after,) = store.rules()
    assert (after.id, after.rule, after.mute, after.origin) == (before.id, rule("a", 20), Mute(None, "later"), "file")
    assert after.version > before.version


def test_a_rule_that_is_gone_is_deleted_and_its_alert_can_end(store: AlertStore) -> None:
    synchronise(store, [rule("a"), rule("b")], SECOND)
    assert synchronise(store, [rule("b")], 2 * SECOND) == Changes(deleted=1)
    assert [each.rule.name for each in store.rules()] == ["b"]
    assert [each.rule.name for each in store.rules(deleted=True)] == ["a", "b"]
    assert store.history()[0][1].event is HistoryEvent.DELETED


def test_a_deleted_rule_may_come_back(store: AlertStore) -> None:
    for rules in ([rule("a")], [], [rule("a")]):
        synchronise(store, rules, SECOND)
    assert [each.rule for each in store.rules()] == [rule("a")]


def test_rules_of_the_api_stay(store: AlertStore) -> None:
    mine = store.add(rule("mine"), SECOND)
    assert synchronise(store, [rule("a")], SECOND) == Changes(added=1)
    assert synchronise(store, [], SECOND) == Changes(deleted=1)
    assert store.rules() == [mine]


def test_the_name_of_a_rule_of_the_api_is_refused_and_nothing_changes(store: AlertStore) -> None:
    synchronise(store, [rule("old")], SECOND)
    store.add(rule("mine"), SECOND)
    before = store.rules()
    with pytest.raises(AlertConflictError, match="'mine' is the name of an alert that came by the API"):
        synchronise(store, [rule("new"), rule("mine")], SECOND)
    assert store.rules() == before


names = st.sampled_from("abcd")
files = st.dictionaries(names, st.integers(1, 3), max_size=4)


@given(st.lists(files, max_size=5))
def test_the_store_holds_what_the_last_file_held(states: list[dict[str, int]]) -> None:
    store = MemoryStore()
    mine = store.add(rule("mine"), 0)
    for number, each in enumerate(states):
        before = {kept.rule.name: kept.id for kept in store.rules()}
        rules = [rule(name, threshold) for name, threshold in each.items()]
        synchronise(store, rules, number)
        after = {kept.rule.name: kept for kept in store.rules()}
        assert after.pop("mine") == mine
        assert {name: kept.rule for name, kept in after.items()} == {found.name: found for found in rules}
        assert all(kept.id == before.get(name, kept.id) for name, kept in after.items())


def test_what_a_store_returns_is_equal_to_what_the_file_says(store: AlertStore) -> None:
    full = msgspec.structs.replace(rule("a"), group_by=("service",), cooldown="1m", condition=Count(0.1, clear=-1))
    synchronise(store, [full], SECOND)
    assert synchronise(store, [full], SECOND) == Changes()
