"""Postings of a store of alerts, delivered: in order for each target, and no target waits for another."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import msgspec
import pytest

from logtui.alerts.delivering import Delivery
from logtui.alerts.keeping.base import Look, PostingState
from logtui.alerts.keeping.memory import MemoryStore
from logtui.alerts.notify.base import Dead, Delivered, RetryAt
from tests.alerts.keeping.examples import SECOND, SLACK, WEBHOOK, leased, posting, rule

if TYPE_CHECKING:
    from logtui.alerts.notify.base import Entry, Outcome
    from logtui.alerts.notify.targets import Target

NOW = 100 * SECOND


class Receivers:
    """Answers attempts as a test wants, in place of the notifiers, and notes them."""

    def __init__(self) -> None:
        self.outcomes: dict[Target, Outcome | Exception] = {}
        self.tried: list[tuple[Target, list[str]]] = []

    def deliver(self, entry: Entry, _now: int) -> Outcome:
        self.tried.append((entry.target, [message.idempotency_key for message in entry.messages]))
        outcome = self.outcomes.get(entry.target, Delivered())
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def receivers() -> Receivers:
    return Receivers()


@pytest.fixture
def delivery(store: MemoryStore, receivers: Receivers) -> Delivery:
    return Delivery(store, receivers)  # type: ignore[arg-type]


def put(store: MemoryStore, *keys: str, target: Target = SLACK, apart: bool = False, queued: int = 60 * SECOND) -> None:
    """Keep postings of one look, of one episode or each of its own."""
    kept = next(iter(store.rules()), None) or store.add(rule(), 0)
    found = [posting(key, target, episode=key if apart else "e1") for key in keys]  # type: ignore[arg-type]
    found = [msgspec.structs.replace(each, queued=queued) for each in found]
    store.keep([Look(kept, 0, postings=found)], leased(store))


def test_what_waits_is_delivered_once(store: MemoryStore, receivers: Receivers, delivery: Delivery) -> None:
    put(store, "k1")
    assert [delivery.deliver_due(NOW), delivery.deliver_due(NOW)] == [1, 0]
    assert receivers.tried == [(SLACK, ["k1"])]
    assert store.backlog()[PostingState.DELIVERED] == 1


def test_alerts_that_fire_at_once_are_one_delivery(
    store: MemoryStore, receivers: Receivers, delivery: Delivery
) -> None:
    put(store, *(f"k{number}" for number in range(50)), apart=True)
    delivery.deliver_due(NOW)
    assert [len(keys) for _, keys in receivers.tried] == [50]


def test_what_was_sent_before_a_crash_is_sent_again_under_the_same_key(
    store: MemoryStore, receivers: Receivers, delivery: Delivery
) -> None:
    put(store, "k1", "k2", apart=True)
    with patch.object(store, "settle", side_effect=OSError("gone")), pytest.raises(OSError, match="gone"):
        delivery.deliver_due(NOW)
    put(store, "k3", apart=True, queued=70 * SECOND)
    delivery.deliver_due(NOW)
    assert [keys for _, keys in receivers.tried] == [["k1", "k2"], ["k1", "k2"], ["k3"]]


def test_nothing_overtakes_what_is_to_be_tried_again(
    store: MemoryStore, receivers: Receivers, delivery: Delivery
) -> None:
    receivers.outcomes[SLACK] = RetryAt(NOW + 5 * SECOND, "busy")
    put(store, "first", apart=True)
    delivery.deliver_due(NOW)
    put(store, "second", apart=True)
    assert delivery.deliver_due(NOW + SECOND) == 0
    receivers.outcomes.clear()
    delivery.deliver_due(NOW + 5 * SECOND)
    assert [keys for _, keys in receivers.tried] == [["first"], ["first"], ["second"]]


def test_a_target_that_fails_holds_up_no_other(store: MemoryStore, receivers: Receivers, delivery: Delivery) -> None:
    receivers.outcomes[SLACK] = RetryAt(NOW + 60 * SECOND, "busy")
    put(store, *(f"s{number}" for number in range(600)), apart=True)
    put(store, "w1", target=WEBHOOK)
    delivery.deliver_due(NOW)
    put(store, "w2", target=WEBHOOK)
    delivery.deliver_due(NOW + SECOND)
    assert [keys for target, keys in receivers.tried if target == WEBHOOK] == [["w1"], ["w2"]]


def test_a_dead_delivery_is_in_the_history(store: MemoryStore, receivers: Receivers, delivery: Delivery) -> None:
    receivers.outcomes[SLACK] = Dead("no such channel")
    put(store, "k1")
    delivery.deliver_due(NOW)
    assert "no such channel" in store.history()[0][1].detail


def test_a_fault_of_a_notifier_is_tried_once_more(store: MemoryStore, receivers: Receivers, delivery: Delivery) -> None:
    receivers.outcomes[SLACK] = RuntimeError("broken")
    put(store, "k1")
    delivery.deliver_due(NOW)
    assert store.backlog()[PostingState.WAITING] == 1
    delivery.deliver_due(NOW + 60 * SECOND)
    assert store.backlog()[PostingState.DEAD] == 1
