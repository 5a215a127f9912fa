"""Whatever is done, memory and SQLite hold the same."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from logtui.alerts.keeping.base import HistoryEntry, HistoryEvent, KeptRule, Look, Mute
from logtui.alerts.keeping.memory import MemoryStore
from logtui.alerts.keeping.sql import SqlStore
from logtui.alerts.notify.base import Dead, Delivered, RetryAt
from logtui.errors import AlertError
from tests.alerts.keeping.examples import SLACK, WEBHOOK, calm, firing, new_users, posting, rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.alerts.keeping.base import AlertStore, Lease

GROUPS = [(), (("service", "pay"),)]
EPISODES = ["e1", "e2"]

numbers = st.integers(0, 2)
times = st.integers(0, 9)
groups = st.sampled_from(GROUPS)
states = st.builds(lambda group, make: make(group), groups, st.sampled_from([firing, calm]))
postings = st.builds(
    lambda number, target, episode, due: posting(f"p{number}", target, episode=episode, due=due),
    st.integers(0, 5),
    st.sampled_from([SLACK, WEBHOOK]),
    st.sampled_from(EPISODES),
    times,
)
outcomes = st.one_of(
    st.builds(Delivered, st.dictionaries(st.sampled_from(EPISODES), st.just("r"))),
    st.builds(RetryAt, times, st.just("later")),
    st.builds(Dead, st.just("gone")),
)


@dataclass
class Subject:
    """A store with what its user remembers: rules as they were seen, and leases."""

    store: AlertStore
    seen: list[KeptRule] = field(default_factory=list)
    leases: list[Lease] = field(default_factory=list)

    def at(self, number: int) -> KeptRule:
        if not self.seen:
            self.add("first")
        return self.seen[number % len(self.seen)]

    def add(self, name: str) -> None:
        self.seen.append(self.store.add(rule(name), 1))

    def replace(self, number: int, name: str, *, is_new: bool) -> None:
        changed = msgspec.structs.replace(new_users() if is_new else rule(), name=name)
        self.store.replace(self.at(number).id, changed, 2)

    def look_again(self) -> None:
        self.seen = self.store.rules(deleted=True)

    def lease(self, holder: str, seconds: float) -> bool:
        lease = self.store.lease(holder, seconds)
        self.leases += [lease] if lease else []
        return lease is not None

    def keep(self, number: int, which: int, found: dict[str, Any]) -> None:
        kept = self.at(number)
        history = [HistoryEntry(9, kept.id, HistoryEvent.LATE, detail=text) for text in found["notes"]]
        look = Look(
            kept,
            found["evaluated"],
            states=found["states"],
            gone=found["gone"],
            history=history,
            postings=found["postings"],
            values=found["values"],
            late=1,
        )
        self.store.keep([look], self.leases[which % len(self.leases)])

    def forget(self, number: int, which: int) -> None:
        self.store.forget(self.at(number), self.leases[which % len(self.leases)])

    def observed(self) -> object:
        """All that the store tells, with the rules' numbers for their ids."""
        store = self.store
        rules = store.rules(deleted=True)
        places = {kept.id: place for place, kept in enumerate(rules)}
        return (
            [msgspec.structs.replace(kept, id="") for kept in rules],
            {places[each]: sorted(found, key=lambda one: one.group) for each, found in store.states().items()},
            [store.values(kept.id) for kept in rules],
            [(number, msgspec.structs.replace(entry, rule_id="")) for number, entry in store.history()],
            [store.waiting(now) for now in range(10)],
            [store.receipts(target, EPISODES) for target in (SLACK, WEBHOOK)],
            store.backlog(),
        )


found_things = st.fixed_dictionaries(
    {
        "evaluated": times,
        "states": st.lists(states, max_size=2),
        "gone": st.lists(groups, max_size=1),
        "notes": st.lists(st.text(max_size=2), max_size=2),
        "postings": st.lists(postings, max_size=3),
        "values": st.dictionaries(st.sampled_from("ab"), times),
    }
)
names = st.sampled_from(["one", "two", "three"])
steps: st.SearchStrategy[Callable[[Subject], object]] = st.one_of(
    st.builds(lambda name: lambda to: to.add(name), names),
    st.builds(lambda at, name, new: lambda to: to.replace(at, name, is_new=new), numbers, names, st.booleans()),
    st.builds(lambda at: lambda to: to.store.delete(to.at(at).id, 3), numbers),
    st.builds(lambda at: lambda to: to.store.mute(to.at(at).id, Mute(None, "why")), numbers),
    st.builds(lambda at: lambda to: to.store.unmute(to.at(at).id, 4), numbers),
    st.builds(
        lambda at, user, group: lambda to: to.store.acknowledge(to.at(at).id, user, 5, group),
        numbers,
        st.sampled_from("xy"),
        st.none() | groups,
    ),
    st.just(lambda to: to.look_again()),
    st.builds(
        lambda holder, time: lambda to: to.lease(holder, time), st.sampled_from("AB"), st.sampled_from([0, 3600])
    ),
    st.builds(lambda at, which, found: lambda to: to.keep(at, which, found), numbers, numbers, found_things),
    st.builds(lambda at, which: lambda to: to.forget(at, which), numbers, numbers),
    st.builds(
        lambda key, outcome: lambda to: to.store.settle([f"p{key}", f"p{key + 1}"], outcome, 6),
        st.integers(0, 5),
        outcomes,
    ),
)


def outcome_of(step: Callable[[Subject], object], subject: Subject) -> object:
    try:
        return step(subject)
    except AlertError as error:
        return type(error)


@given(st.lists(steps, min_size=5, max_size=30))
def test_memory_and_sqlite_hold_the_same_whatever_is_done(done: list[Callable[[Subject], object]]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(SqlStore(f"sqlite:///{Path(folder) / 'a.sqlite'}")) as sql:
        one, other = Subject(MemoryStore()), Subject(sql)
        for subject in (one, other):
            subject.add("first")
            subject.lease("A", 3600)
        for step in done:
            assert outcome_of(step, one) == outcome_of(step, other)
        assert one.observed() == other.observed()
