"""Ticks: evaluates the rules of a store over a live store, window by window, and keeps what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.alerts.conditions import Change, NewValue
from logtui.alerts.episodes import RULE_CHANGED, RULE_DELETED, News, counted_by, ended, is_over, observed, postings_of
from logtui.alerts.keeping.base import GroupState, HistoryEntry, HistoryEvent, Look
from logtui.alerts.maintenance import maintenance_at
from logtui.alerts.new_values import KnownValues
from logtui.alerts.observing import MOST_GROUPS, Counts, observations
from logtui.alerts.states import Instance
from logtui.alerts.step_counts import Counted
from logtui.alerts.tallies import RuleTallies, tallies_of
from logtui.errors import line_of_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from logtui.alerts.feed import Feed
    from logtui.alerts.keeping.base import AlertStore, KeptRule, Lease
    from logtui.alerts.notify.base import Message
    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Group, Observation
    from logtui.alerts.tallies import Tally

_LEASE_SECONDS: Final = 30.0
_RENEWAL: Final = 10 * 1_000_000_000
"""Nanoseconds after which a lease that is held is prolonged."""

_UNDERWAY: Final = 1_000_000_000
"""Nanoseconds that a batch may need from its arrival until the journal holds it."""

_MOST_MISSED: Final = 500
"""Windows that are evaluated late after a time in which nothing was evaluated; those before them are skipped."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A rule whose next windows are complete.

    Attributes:
        kept: The rule.
        tallies: What it counts.
        first: The end of the first window, as a number of steps.
        last: That of the last one.
        skipped: Windows before them that nobody has looked at.
    """

    kept: KeptRule
    tallies: RuleTallies
    first: int
    last: int
    skipped: int = 0


class Ticker:
    """Evaluates rules again and again. Of several tickers on one store, one does so at a time.

    Args:
        store: Where the rules and their states are kept.
        feed: What is counted.
        describe: Makes the message of a piece of news.
        holder: The name under which this ticker takes the lease.
    """

    def __init__(self, store: AlertStore, feed: Feed, describe: Callable[[News], Message], holder: str) -> None:
        self._store = store
        self._feed = feed
        self._describe = describe
        self._holder = holder
        self._lease: Lease | None = None
        self._leased = 0
        self._known: dict[str, KnownValues] = {}
        self._late: dict[tuple[str, Tally], int] = {}

    def look(self, now: int, complete: int) -> int:
        """Evaluate each rule for its windows that are complete by now.

        Args:
            now: The present, epoch nanoseconds.
            complete: What arrived before this moment, epoch nanoseconds, is in the store.

        Returns:
            How many rules were evaluated.

        Raises:
            AlertError: If the store refuses; nothing of this look is kept, and the next one repeats it.
        """
        lease = self._held_lease(now)
        if lease is None:
            self._known.clear()
            return 0
        rules = self._store.rules(deleted=True)
        self._forget_deleted([each for each in rules if each.is_deleted], now, lease)
        present = [each for each in rules if not each.is_deleted]
        due = [found for each in present if (found := _due(each, complete))]
        if not due:
            return 0
        self._feed.advance(_horizons(present, complete))
        states = self._store.states()
        looks = [self._look(each, states.get(each.kept.id, []), now) for each in due]
        try:
            self._store.keep(looks, lease)
        except Exception:
            self._lease = None
            self._known.clear()  # what was learnt in this look is not kept
            raise
        return len(looks)

    @property
    def is_leading(self) -> bool:
        """Whether this ticker holds the lease, so that its process delivers what is to be told."""
        return self._lease is not None

    def release(self) -> None:
        """Let another ticker go on at once, instead of when the lease would have ended."""
        if self._lease is not None:
            self._store.lease(self._holder, 0)
            self._lease = None

    def _held_lease(self, now: int) -> Lease | None:
        """The lease; it is written once in ten seconds, since each writing waits for the disk."""
        if self._lease is None or not 0 <= now - self._leased < _RENEWAL:
            self._lease, self._leased = self._store.lease(self._holder, _LEASE_SECONDS), now
        return self._lease

    def _look(self, due: _Due, states: Sequence[GroupState], now: int) -> Look:
        """Evaluate one rule; a fault of it does not keep the others from being evaluated."""
        try:
            return self._evaluated(due, states, now)
        except Exception as error:  # Whatever it is, the other rules are evaluated.
            self._known.pop(due.kept.id, None)  # what was learnt is not kept
            return Look(due.kept, due.kept.evaluated, problem=line_of_error(error))

    def _evaluated(self, due: _Due, states: Sequence[GroupState], now: int) -> Look:
        kept, rule = due.kept, due.kept.rule
        counted, quiet = counted_by(rule), _quiet(kept, now)
        own = [each for each in states if each.counted == counted]
        outcomes = [
            ended(kept, each, due.first * rule.step, RULE_CHANGED) for each in states if each.counted != counted
        ]
        counts, values = self._counts(due)
        ends = range(due.first, due.last + 1, rule.interval_steps)
        seen = _without_early_silence(kept, observations(rule, counts, ends, [each.group for each in own]))
        by_group = {each.group: each for each in own}
        watched = _watched(seen, by_group)
        outcomes += [
            observed(kept, by_group.get(group) or GroupState(group, Instance(), counted), each, quiet)
            for group, each in watched.items()
        ]
        late = self._late_since(due)
        news = [each for outcome in outcomes for each in outcome.news]
        history = [each for outcome in outcomes for each in outcome.history]
        final = {outcome.state.group: outcome.state for outcome in outcomes}
        gone = [group for group, state in final.items() if is_over(rule, state, due.last * rule.step)]
        return Look(
            kept,
            due.last * rule.step,
            states=[
                msgspec.structs.replace(each, counted=counted) for group, each in final.items() if group not in gone
            ],
            gone=gone,
            history=[*_skipped(due), *_late(kept, late, due.last * rule.step), *history],
            postings=postings_of(news, self._describe, now),
            values=values,
            late=late,
            problem=self._limits(due, len(seen)),
        )

    def _counts(self, due: _Due) -> tuple[Counts, dict[str, int] | None]:
        """What was counted for a rule, and the values that were seen for the first time, if it looks for them."""
        wanted, whole = self._feed.of(due.tallies.wanted), self._feed.of(due.tallies.whole)
        if not isinstance(due.kept.rule.condition, NewValue):
            return Counts(wanted, whole), None
        known = self._known.get(due.kept.id)
        if known is None or known.tally != due.tallies.wanted:
            known = self._known[due.kept.id] = KnownValues(due.tallies.wanted, self._store.values(due.kept.id))
        new = known.learn(wanted.frame)
        since = due.first - due.kept.rule.window_steps
        return Counts(Counted(known.tally, known.firsts(since)), whole, known.began), new

    def _late_since(self, due: _Due) -> int:
        """How many records came too late since the last look at the rule."""
        place = due.kept.id, due.tallies.wanted
        total = self._feed.late(due.tallies.wanted)
        before = self._late.get(place, total)
        self._late[place] = total
        return max(0, total - before)

    def _limits(self, due: _Due, groups: int) -> str:
        """What could not be looked at; empty if all was."""
        if groups > MOST_GROUPS:
            return f"{groups:,} groups: only {MOST_GROUPS:,} of them are looked at"
        if self._feed.is_cut(due.tallies.wanted):
            return "too many different values: not all of them are counted"
        known = self._known.get(due.kept.id)
        return "too many different values: further ones are not learnt" if known and known.is_full else ""

    def _forget_deleted(self, deleted: Sequence[KeptRule], now: int, lease: Lease) -> None:
        known = self._store.states() if deleted else {}
        for kept in deleted:
            outcomes = [ended(kept, each, now, RULE_DELETED) for each in known.get(kept.id, [])]
            news = [each for outcome in outcomes for each in outcome.news]
            history = [each for outcome in outcomes for each in outcome.history]
            states = [outcome.state for outcome in outcomes]
            postings = postings_of(news, self._describe, now)
            self._store.keep([Look(kept, kept.evaluated, states, history=history, postings=postings)], lease)
            self._store.forget(kept, lease)
            self._known.pop(kept.id, None)


def _tallies(kept: KeptRule) -> RuleTallies:
    return tallies_of(kept.rule, lateness=_wait(kept.rule))


def _wait(rule: Rule) -> int:
    """How long a window waits for records after its end, nanoseconds."""
    return _UNDERWAY + (rule.lateness if rule.time_basis == "event" else 0)


def _due(kept: KeptRule, complete: int) -> _Due | None:
    """The windows of a rule that are complete and were not looked at; None if there are none."""
    every = kept.rule.interval_steps
    last = (complete - _wait(kept.rule)) // kept.rule.every * every
    first = _next_end(kept)
    if first > last:
        return None
    skipped = max(0, (last - first) // every + 1 - _MOST_MISSED)
    return _Due(kept, _tallies(kept), first + skipped * every, last, skipped)


def _next_end(kept: KeptRule) -> int:
    """The end of the next window of a rule, in steps: a new rule begins with the first one behind its making."""
    before = kept.created if kept.evaluated is None else kept.evaluated
    return (before // kept.rule.every + 1) * kept.rule.interval_steps


def _horizons(rules: Sequence[KeptRule], complete: int) -> dict[Tally, int]:
    """The first step that each tally needs, of all rules: those that are not due now are soon."""
    horizons: dict[Tally, int] = {}
    for kept in rules:
        rule, due = kept.rule, _due(kept, complete)
        first = _next_end(kept) if due is None else due.first
        reach = rule.window_steps * (2 if isinstance(rule.condition, Change) else 1)
        learning = rule.condition.learning // rule.step if isinstance(rule.condition, NewValue) else 0
        since = first - max(reach, 0 if kept.evaluated else learning)
        for tally in dict.fromkeys(_tallies(kept)):
            horizons[tally] = min(since, horizons.get(tally, since))
    return horizons


def _quiet(kept: KeptRule, now: int) -> str:
    """Why nobody is to be told at the moment; empty to tell."""
    if kept.mute is not None and kept.mute.holds(now):
        return f"muted: {kept.mute.reason}" if kept.mute.reason else "muted"
    window = maintenance_at(kept.rule.maintenance, now)
    if window is None:
        return ""
    return f"maintenance: {window.reason}" if window.reason else "maintenance"


def _watched(seen: dict[Group, list[Observation]], known: dict[Group, GroupState]) -> dict[Group, list[Observation]]:
    """The groups that are looked at: those that have a state, then others up to the bound."""
    new = [group for group in seen if group not in known]
    kept = {*known, *new[: max(0, MOST_GROUPS - len(known))]}
    return {group: each for group, each in seen.items() if group in kept}


def _without_early_silence(kept: KeptRule, seen: dict[Group, list[Observation]]) -> dict[Group, list[Observation]]:
    """Leave out windows without data that began before the rule was made: a new rule starts OK."""
    whole = kept.created + kept.rule.condition.span
    return {
        group: [each for each in found if each.value is not None or each.at >= whole] for group, found in seen.items()
    }


def _skipped(due: _Due) -> list[HistoryEntry]:
    if not due.skipped:
        return []
    detail = f"{due.skipped:,} windows were not evaluated: nothing was evaluated for too long"
    at = (due.first - due.kept.rule.interval_steps) * due.kept.rule.step
    return [HistoryEntry(at, due.kept.id, HistoryEvent.SKIPPED, detail=detail)]


def _late(kept: KeptRule, late: int, at: int) -> list[HistoryEntry]:
    if not late:
        return []
    detail = f"{late:,} records came more than {kept.rule.allowed_lateness} after their time, and are not counted"
    return [HistoryEntry(at, kept.id, HistoryEvent.LATE, detail=detail)]
