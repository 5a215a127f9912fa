"""What every store does, in memory, on SQLite and on PostgreSQL."""

from __future__ import annotations

import time
from threading import Thread
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logtui.alerts.keeping import bounds
from logtui.alerts.keeping.base import HistoryEntry, HistoryEvent, Look, Mute
from logtui.alerts.notify.base import Dead, Delivered, RetryAt
from logtui.errors import AlertConflictError, LeaseLostError, UnknownAlertError
from tests.alerts.keeping.examples import (
    SECOND,
    SLACK,
    WEBHOOK,
    calm,
    firing,
    keep,
    leased,
    new_users,
    posting,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.alerts.keeping.base import AlertStore

    Opened = Callable[[], AlertStore]

PAY = (("service", "pay"),)
API = (("service", "api"),)


def events(store: AlertStore, rule_id: str | None = None) -> list[str]:
    return [str(entry.event) for _, entry in store.history(rule_id)]


def keys(store: AlertStore, now: int = 0) -> list[str]:
    return [each.key for each in store.waiting(now)]


def test_a_rule_is_found_again_by_its_id_and_by_the_next_process(opened: Opened) -> None:
    kept = opened().add(rule(), 5)
    assert kept.id.startswith("alert-")
    again = opened()
    assert again.rule(kept.id) == kept
    assert again.rules() == [kept]
    assert again.history(kept.id) == [(1, HistoryEntry(5, kept.id, HistoryEvent.CREATED))]


def test_rules_come_in_the_order_of_their_making_and_know_their_origin(store: AlertStore) -> None:
    made = [store.add(rule("z"), 1), store.add(rule("a"), 2, origin="file"), store.add(rule("m"), 3)]
    assert store.rules() == made
    assert [kept.origin for kept in store.rules()] == ["api", "file", "api"]


def test_a_name_is_taken_once_until_its_rule_is_deleted(store: AlertStore) -> None:
    first, second = store.add(rule("one"), 1), store.add(rule("two"), 2)
    with pytest.raises(AlertConflictError, match="another alert is named 'one'"):
        store.add(rule("one"), 3)
    with pytest.raises(AlertConflictError, match="another alert is named 'one'"):
        store.replace(second.id, rule("one"), 3)
    assert store.rules() == [first, second]
    assert store.replace(second.id, rule("two", severity="critical"), 3).version == 2
    store.delete(first.id, 4)
    store.add(rule("one"), 5)


def test_a_changed_rule_has_a_new_version_and_keeps_the_rest(store: AlertStore) -> None:
    kept = store.add(rule(), 1)
    keep(store, kept, late=7, problem="no such field")
    changed = store.replace(kept.id, rule("other"), 9)
    assert store.rule(kept.id) == changed
    assert (changed.version, changed.rule.name, changed.created, changed.late) == (2, "other", 1, 7)
    assert events(store) == ["changed", "created"]


@pytest.mark.parametrize("odd", ["alert-000000000000", "", "x' OR 1=1", "alert-\0", "ü" * 10_000])
def test_an_unknown_id_is_said(store: AlertStore, odd: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: store.rule(odd),
        lambda: store.replace(odd, rule(), 1),
        lambda: store.delete(odd, 1),
        lambda: store.mute(odd, Mute(None)),
        lambda: store.unmute(odd, 1),
        lambda: store.acknowledge(odd, "me", 1),
        lambda: store.states(odd),
        lambda: store.history(odd),
    ]
    for call in calls:
        with pytest.raises(UnknownAlertError, match="no alert has the id"):
            call()


def test_a_deleted_rule_is_gone_for_people_and_stays_for_the_evaluation_until_it_is_forgotten(opened: Opened) -> None:
    store = opened()
    kept = store.add(rule(), 1)
    keep(store, kept, states=[firing()], values={"a": 1})
    store.delete(kept.id, 2)
    for call in (store.rule, store.states):
        with pytest.raises(UnknownAlertError):
            call(kept.id)
    assert store.rules() == []
    (gone,) = opened().rules(deleted=True)
    assert (gone.is_deleted, gone.version) == (True, 2)
    store = opened()
    keep(store, gone, states=[calm()], postings=[posting("end")])
    store.forget(gone, leased(store))
    assert (store.rules(deleted=True), store.states(), store.values(kept.id)) == ([], {}, {})
    assert events(store, kept.id) == ["deleted", "created"]
    assert keys(store) == ["end"]


def test_a_rule_that_is_not_deleted_cannot_be_forgotten(store: AlertStore) -> None:
    kept = store.add(rule(), 1)
    store.forget(kept, leased(store))
    assert store.rules() == [kept]


def test_a_mute_has_an_end_a_reason_and_entries(store: AlertStore) -> None:
    kept = store.add(rule(), 1)
    mute = Mute(3600 * SECOND, "Deploying fix", "ann", 2 * SECOND)
    store.mute(kept.id, mute)
    assert store.rule(kept.id) == msgspec.structs.replace(kept, mute=mute)
    store.unmute(kept.id, 3 * SECOND, "bob")
    store.unmute(kept.id, 4 * SECOND, "bob")
    assert store.rule(kept.id) == kept
    assert [(entry.time, entry.detail) for _, entry in store.history(limit=2)] == [
        (3 * SECOND, "by bob"),
        (2 * SECOND, "until 1970-01-01T01:00:00Z by ann: Deploying fix"),
    ]
    assert events(store) == ["unmuted", "muted", "created"]


def test_a_look_is_kept_with_all_that_it_has_found(opened: Opened) -> None:
    store = opened()
    kept = store.add(rule(), 1)
    entry = HistoryEntry(60 * SECOND, kept.id, HistoryEvent.FIRING, value=150.0, group=PAY, detail="\0")
    states = [firing(PAY, told=(SLACK, WEBHOOK), escalated=2), calm(API)]
    keep(store, kept, states=states, history=[entry], postings=[posting("k")], values={"u\0": 4}, late=3)
    keep(store, kept, evaluated=90 * SECOND, gone=[API], values={"u\0": 5, "v": 5}, late=2, problem="too much")
    store = opened()
    found = store.rule(kept.id)
    assert (found.evaluated, found.late, found.problem) == (90 * SECOND, 5, "too much")
    assert store.states() == store.states(kept.id) == {kept.id: [states[0]]}
    assert store.values(kept.id) == {"u\0": 4, "v": 5}
    assert store.history(limit=1) == [(2, entry)]
    assert store.waiting(0) == [posting("k")]


def test_late_records_may_show_that_a_value_was_there_before(store: AlertStore) -> None:
    kept = store.add(new_users(), 1)
    keep(store, kept, values={"ann": 9, "bob": 9})
    keep(store, kept, values={"ann": 7, "bob": 11})
    assert store.values(kept.id) == {"ann": 7, "bob": 9}


def test_known_values_are_forgotten_if_the_rule_looks_at_others(store: AlertStore) -> None:
    kept = store.add(new_users(), 1)
    keep(store, kept, values={"ann": 9})
    store.replace(kept.id, msgspec.structs.replace(new_users(), severity="critical"), 2)
    assert store.values(kept.id) == {"ann": 9}
    store.replace(kept.id, new_users("level:error"), 3)
    assert store.values(kept.id) == {}


def test_a_look_at_a_rule_that_was_changed_or_deleted_meanwhile_is_left_out(store: AlertStore) -> None:
    changed, deleted, same = (store.add(rule(name), 1) for name in ("changed", "deleted", "same"))
    store.replace(changed.id, rule("changed", severity="critical"), 2)
    store.delete(deleted.id, 2)
    looks = [
        Look(kept, 60 * SECOND, states=[firing()], postings=[posting(kept.id)]) for kept in (changed, deleted, same)
    ]
    store.keep(looks, leased(store))
    assert list(store.states()) == [same.id]
    assert store.rule(changed.id).evaluated is None
    assert keys(store) == [same.id]


def test_a_lease_is_taken_by_one_and_by_another_once_it_has_ended(store: AlertStore) -> None:
    first = leased(store, "first")
    assert store.lease("second", 30) is None
    began = time.monotonic()
    assert leased(store, "first", 0.5) == first
    while not (second := store.lease("second", 30)):
        time.sleep(0.02)
    assert time.monotonic() - began > 0.49
    assert second.number > first.number
    assert store.lease("first", 30) is None


def test_a_holder_ends_its_lease_at_once(store: AlertStore) -> None:
    first = leased(store, "first")
    assert leased(store, "first", 0) == first
    assert leased(store, "second").number > first.number


def test_what_the_old_holder_of_a_lease_has_begun_is_refused(opened: Opened) -> None:
    store = opened()
    kept = store.add(rule(), 1)
    old = leased(store, "old", 0)
    other = opened()
    new = leased(other, "new", 0)
    with pytest.raises(LeaseLostError, match="new evaluates the alerts now"):
        other.keep([Look(kept, 1, states=[firing()], postings=[posting("k")])], old)
    with pytest.raises(LeaseLostError):
        other.forget(kept, old)
    assert (other.states(), other.waiting(0), other.rule(kept.id)) == ({}, [], kept)
    other.keep([Look(kept, 1, states=[firing()])], new)
    # Whoever gets it back has a new number: what was begun under the former one stays refused.
    assert leased(other, "old").number > new.number
    with pytest.raises(LeaseLostError):
        other.keep([Look(kept, 2)], old)


def test_several_rules_are_added_all_or_none(store: AlertStore) -> None:
    names = [f"rule {number}" for number in range(20)]
    rules = [msgspec.structs.replace(rule(), name=name) for name in names]
    added = store.add_all(rules[:19], 1, origin="file")
    assert store.rules() == added
    assert [(each.rule.name, each.origin) for each in added] == [(name, "file") for name in names[:19]]
    assert events(store) == ["created"] * 19
    with pytest.raises(AlertConflictError, match="another alert is named 'rule 18'"):
        store.add_all([rules[19], rules[18]], 2)
    assert store.rules() == added


def test_an_acknowledgement_holds_for_the_present_alert_only(store: AlertStore) -> None:
    kept = store.add(rule(), 1)
    with pytest.raises(AlertConflictError, match=r"only firing alerts can be acknowledged: '.*' is OK"):
        store.acknowledge(kept.id, "ann", 2)
    keep(store, kept, states=[firing()])
    assert store.acknowledge(kept.id, "ann", 3) == 1
    assert store.acknowledge(kept.id, "ann", 4) == 0
    (state,) = store.states(kept.id)[kept.id]
    assert state.is_acknowledged
    assert state.acknowledgement
    assert (state.acknowledgement.user, state.acknowledgement.at) == ("ann", 3)
    keep(store, kept, states=[firing(since=500 * SECOND)])
    (state,) = store.states(kept.id)[kept.id]
    assert not state.is_acknowledged
    assert store.acknowledge(kept.id, "ann", 5) == 1
    assert events(store) == ["acknowledged", "acknowledged", "created"]


def test_an_acknowledgement_while_the_rule_is_looked_at_is_not_lost(store: AlertStore) -> None:
    kept = store.add(rule(), 1)
    keep(store, kept, states=[firing()])
    (seen,) = store.states(kept.id)[kept.id]
    store.acknowledge(kept.id, "ann", 2)
    keep(store, kept, states=[seen])
    assert store.states(kept.id)[kept.id][0].is_acknowledged


def test_one_group_or_all_that_fire_are_acknowledged(store: AlertStore) -> None:
    kept = store.add(rule(), 1)
    keep(store, kept, states=[firing(PAY), firing(API), calm()])
    assert store.acknowledge(kept.id, "ann", 2, PAY) == 1
    with pytest.raises(AlertConflictError):
        store.acknowledge(kept.id, "bob", 3, ())
    assert store.acknowledge(kept.id, "bob", 4) == 2
    users = {each.group: each.acknowledgement and each.acknowledgement.user for each in store.states(kept.id)[kept.id]}
    assert users == {PAY: "bob", API: "bob", (): None}
    assert {entry.group for _, entry in store.history(limit=2)} == {PAY, API}


def test_history_is_paged_from_the_newest_on(store: AlertStore) -> None:
    kept, other = store.add(rule(), 1), store.add(rule("other"), 1)
    keep(store, kept, history=[HistoryEntry(at, kept.id, HistoryEvent.LATE, detail=str(at)) for at in range(10)])
    store.delete(other.id, 2)
    first = store.history(kept.id, 4)
    rest = store.history(kept.id, 100, before=first[-1][0])
    assert [entry.time for _, entry in first + rest] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1]
    assert events(store)[0] == "deleted"
    assert events(store, other.id) == ["deleted", "created"]


def test_the_oldest_entries_of_the_history_make_room(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HISTORY", 10)
    store = opened()
    kept = store.add(rule(), 1)
    for start in (0, 8, 16):
        entries = [HistoryEntry(at, kept.id, HistoryEvent.LATE) for at in range(start, start + 8)]
        keep(store, kept, history=entries)
    assert [entry.time for _, entry in store.history(limit=100)] == list(range(23, 13, -1))


def test_a_posting_waits_until_it_is_due_and_is_kept_once(store: AlertStore) -> None:
    kept = store.add(rule(), 1)
    keep(store, kept, postings=[posting("a", due=5), posting("b", WEBHOOK, due=3)])
    keep(store, kept, postings=[posting("a", due=1)])
    assert (keys(store, 2), keys(store, 3), keys(store, 5)) == ([], ["b"], ["a", "b"])
    assert [each.key for each in store.waiting(9, limit=1)] == ["a"]
    assert store.backlog() == {"waiting": 2, "delivered": 0, "dead": 0}


def test_a_failed_try_is_repeated_later_and_nothing_of_the_episode_overtakes_it(opened: Opened) -> None:
    store = opened()
    kept = store.add(rule(), 1)
    keep(
        store, kept, postings=[posting("fires"), posting("ends"), posting("else", episode="e2"), posting("w", WEBHOOK)]
    )
    store.settle(["fires"], RetryAt(50, "timed out"), 1)
    store = opened()
    assert keys(store, 49) == ["else", "w"]
    assert keys(store, 50) == ["fires", "ends", "else", "w"]
    assert (store.waiting(50)[0].attempts, store.waiting(50)[0].error) == (1, "timed out")
    store.settle(["fires"], Dead("410 Gone"), 60)
    assert keys(store, 60) == ["ends", "else", "w"]
    assert store.backlog() == {"waiting": 3, "delivered": 0, "dead": 1}
    ((_, entry),) = store.history(limit=1)
    assert (entry.event, entry.rule_id, entry.group) == ("delivery failed", "alert-1", PAY)
    assert entry.detail == "slack, firing: 410 Gone"


def test_receipts_are_found_by_target_and_episode(opened: Opened) -> None:
    store = opened()
    kept = store.add(rule(), 1)
    keep(store, kept, postings=[posting("a"), posting("b", WEBHOOK)])
    store.settle(["a"], Delivered({"e1": "ts-1", "e2": "ts-2"}), 2)
    store.settle(["b"], Delivered({"e1": "hook"}, warning="one of two mailboxes is full"), 2)
    store.settle(["a"], Dead("too late"), 3)
    store.settle(["unknown"], Delivered(), 3)
    store = opened()
    assert store.receipts(SLACK, ["e1", "e2", "e3"]) == {"e1": "ts-1", "e2": "ts-2"}
    assert store.receipts(WEBHOOK, ["e1"]) == {"e1": "hook"}
    assert store.backlog() == {"waiting": 0, "delivered": 2, "dead": 0}
    assert [entry.detail for _, entry in store.history(limit=1)] == ["webhook, firing: one of two mailboxes is full"]


def test_many_receipts_are_asked_for_at_once(store: AlertStore) -> None:
    keep(store, store.add(rule(), 1), postings=[posting("a")])
    store.settle(["a"], Delivered({f"e{number}": str(number) for number in range(1_200)}), 2)
    wanted = [f"e{number}" for number in range(1_300)]
    assert store.receipts(SLACK, wanted) == {f"e{number}": str(number) for number in range(1_200)}


def test_settled_postings_and_receipts_make_room_and_waiting_ones_stay(
    store: AlertStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "SETTLED", 3)
    monkeypatch.setattr(bounds, "RECEIPTS", 2)
    kept = store.add(rule(), 1)
    keep(store, kept, postings=[posting(f"p{number}", episode=f"e{number}") for number in range(8)])
    for number in range(1, 8):
        store.settle([f"p{number}"], Delivered({f"e{number}": "r"}), 2)
    assert store.backlog() == {"waiting": 1, "delivered": 3, "dead": 0}
    assert list(store.receipts(SLACK, [f"e{number}" for number in range(8)])) == ["e6", "e7"]


def test_several_threads_add_and_acknowledge_without_losing_anything(store: AlertStore) -> None:
    shared = store.add(rule("shared"), 0)
    keep(store, shared, states=[firing((("n", str(number)),)) for number in range(20)])

    def work(number: int) -> None:
        for turn in range(5):
            made = store.add(rule(f"{number}.{turn}"), turn)
            store.mute(made.id, Mute(None))
            store.acknowledge(shared.id, f"user {number}", turn, (("n", str(number * 5 + turn)),))

    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.rules()) == 21
    assert all(each.is_acknowledged for each in store.states(shared.id)[shared.id])
    assert len(store.history(limit=1_000)) == 1 + 2 * 20 + 20


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), unique=True, max_size=5))
def test_any_text_of_a_log_may_be_a_group_a_value_and_a_detail(store: AlertStore, texts: list[str]) -> None:
    kept = store.add(rule(f"rule {texts}"), 1)
    groups = [(("field", text),) for text in texts]
    entries = [HistoryEntry(1, kept.id, HistoryEvent.SKIPPED, detail=text) for text in texts]
    keep(store, kept, states=[firing(group) for group in groups], values=dict.fromkeys(texts, 1), history=entries)
    assert {each.group for each in store.states(kept.id).get(kept.id, [])} == set(groups)
    assert store.values(kept.id) == dict.fromkeys(texts, 1)
    assert [entry.detail for _, entry in store.history(kept.id)] == [*reversed(texts), ""]
