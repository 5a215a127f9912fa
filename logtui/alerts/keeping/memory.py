"""`MemoryStore`: alerts in the memory of one process; a session file may carry them to the next."""

from __future__ import annotations

import time
from collections import Counter, deque
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec

from logtui.alerts.keeping import bounds
from logtui.alerts.keeping.base import (
    Acknowledgement,
    GroupState,
    HistoryEntry,
    HistoryEvent,
    KeptRule,
    Lease,
    Posting,
    PostingState,
)
from logtui.alerts.keeping.happenings import acknowledged, muted, to_acknowledge, unmuted
from logtui.alerts.keeping.keys import key_of, lane_of, new_id
from logtui.alerts.keeping.settling import settled, undelivered
from logtui.alerts.notify.base import Delivered, Outcome
from logtui.errors import AlertConflictError, ConfigError, LeaseLostError, UnknownAlertError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from logtui.alerts.keeping.base import Look, Mute, RuleOrigin
    from logtui.alerts.notify.targets import Target
    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Group

_SECOND = 1_000_000_000


class _Filed(msgspec.Struct):
    """A posting with what became of it."""

    posting: Posting
    state: PostingState = PostingState.WAITING


class _Contents(msgspec.Struct):
    """All that is kept; groups, targets and values stand under their keys."""

    rules: dict[str, KeptRule] = {}
    states: dict[str, dict[str, GroupState]] = {}
    acknowledgements: dict[str, dict[str, Acknowledgement]] = {}
    values: dict[str, dict[str, int]] = {}
    history: list[tuple[int, HistoryEntry]] = []
    postings: dict[str, _Filed] = {}
    receipts: dict[str, str] = {}
    lease: Lease = Lease("", 0)
    leased_until: int = 0


class MemoryStore:
    """Keeps alerts as `AlertStore` says, in memory; any thread may use it.

    Args:
        plain: What `dump` has returned; None for an empty store.

    Raises:
        ConfigError: If it is something else.
    """

    def __init__(self, plain: object = None) -> None:
        try:
            self._kept = _Contents() if plain is None else msgspec.convert(plain, _Contents)
        except msgspec.ValidationError as error:
            raise ConfigError(f"expected the alerts of a session: {error}") from error
        self._history = deque(self._kept.history, maxlen=bounds.HISTORY)
        self._lock = Lock()

    def dump(self) -> object:
        """All that is kept, as plain data that JSON can hold. Secrets of targets are in it."""
        with self._lock:
            self._kept.history = list(self._history)
            return msgspec.to_builtins(self._kept)

    def rules(self, *, deleted: bool = False) -> list[KeptRule]:
        """See `AlertStore`."""
        with self._lock:
            return [rule for rule in self._kept.rules.values() if deleted or not rule.is_deleted]

    def rule(self, rule_id: str) -> KeptRule:
        """See `AlertStore`."""
        with self._lock:
            return self._known(rule_id)

    def add(self, rule: Rule, now: int, *, origin: RuleOrigin = "api") -> KeptRule:
        """See `AlertStore`."""
        with self._lock:
            self._check_name(rule.name)
            return self._added(rule, now, origin)

    def add_all(self, rules: Sequence[Rule], now: int, *, origin: RuleOrigin = "api") -> list[KeptRule]:
        """See `AlertStore`."""
        with self._lock:
            for rule in rules:
                self._check_name(rule.name)
            return [self._added(rule, now, origin) for rule in rules]

    def replace(self, rule_id: str, rule: Rule, now: int) -> KeptRule:
        """See `AlertStore`."""
        with self._lock:
            kept = self._known(rule_id)
            self._check_name(rule.name, besides=rule_id)
            if not kept.knows_values_of(rule):
                self._kept.values.pop(rule_id, None)
            self._note([HistoryEntry(now, rule_id, HistoryEvent.CHANGED)])
            return self._change(kept, rule=rule, version=kept.version + 1)

    def delete(self, rule_id: str, now: int) -> None:
        """See `AlertStore`."""
        with self._lock:
            kept = self._known(rule_id)
            self._change(kept, is_deleted=True, version=kept.version + 1)
            self._note([HistoryEntry(now, rule_id, HistoryEvent.DELETED)])

    def forget(self, rule: KeptRule, lease: Lease) -> None:
        """See `AlertStore`."""
        with self._lock:
            self._check_lease(lease)
            known = self._present(rule)
            if known is not None and known.is_deleted:
                kept = self._kept
                for place in (kept.rules, kept.states, kept.acknowledgements, kept.values):
                    place.pop(rule.id, None)

    def mute(self, rule_id: str, mute: Mute) -> None:
        """See `AlertStore`."""
        with self._lock:
            self._change(self._known(rule_id), mute=mute)
            self._note([muted(rule_id, mute)])

    def unmute(self, rule_id: str, now: int, by: str = "") -> None:
        """See `AlertStore`."""
        with self._lock:
            kept = self._known(rule_id)
            if kept.mute is not None:
                self._change(kept, mute=None)
                self._note([unmuted(rule_id, now, by)])

    def acknowledge(self, rule_id: str, user: str, now: int, group: Group | None = None) -> int:
        """See `AlertStore`."""
        with self._lock:
            kept = self._known(rule_id)
            found = [state for state in self._states(rule_id) if group is None or state.group == group]
            firing = to_acknowledge(kept.rule.name, found, user)
            mine = self._kept.acknowledgements.setdefault(rule_id, {})
            for state in firing:
                mine[key_of(state.group)], entry = acknowledged(rule_id, state, user, now)
                self._note([entry])
            return len(firing)

    def states(self, rule_id: str | None = None) -> dict[str, list[GroupState]]:
        """See `AlertStore`."""
        with self._lock:
            if rule_id is not None:
                self._known(rule_id)
            wanted = self._kept.states if rule_id is None else [rule_id]
            return {each: found for each in wanted if (found := list(self._states(each)))}

    def history(
        self, rule_id: str | None = None, limit: int = 100, before: int | None = None
    ) -> list[tuple[int, HistoryEntry]]:
        """See `AlertStore`."""
        with self._lock:
            mine = [pair for pair in reversed(self._history) if rule_id in (None, pair[1].rule_id)]
            if rule_id is not None and not mine:
                self._known(rule_id)
            return [pair for pair in mine if before is None or pair[0] < before][:limit]

    def values(self, rule_id: str) -> dict[str, int]:
        """See `AlertStore`."""
        with self._lock:
            return dict(self._kept.values.get(rule_id, {}))

    def keep(self, looks: Sequence[Look], lease: Lease) -> None:
        """See `AlertStore`."""
        with self._lock:
            self._check_lease(lease)
            for look in looks:
                if (kept := self._present(look.rule)) is not None:
                    self._keep(kept, look)

    def lease(self, holder: str, seconds: float) -> Lease | None:
        """See `AlertStore`."""
        with self._lock:
            kept, now = self._kept, time.time_ns()
            if kept.lease.holder != holder:
                if now < kept.leased_until:
                    return None
                kept.lease = Lease(holder, kept.lease.number + 1)
            kept.leased_until = now + int(seconds * _SECOND)
            return kept.lease

    def waiting(self, now: int, limit: int = 100) -> list[Posting]:
        """See `AlertStore`."""
        with self._lock:
            return list(self._due(now))[:limit]

    def settle(self, keys: Sequence[str], outcome: Outcome, now: int) -> None:
        """See `AlertStore`."""
        with self._lock:
            for key in keys:
                self._settle(key, outcome, now)
            done = [key for key, each in self._kept.postings.items() if each.state is not PostingState.WAITING]
            _drop(self._kept.postings, done[: -bounds.SETTLED])

    def _settle(self, key: str, outcome: Outcome, now: int) -> None:
        filed = self._kept.postings.get(key)
        if filed is None or filed.state is not PostingState.WAITING:
            return
        filed.posting, filed.state = settled(filed.posting, outcome)
        if isinstance(outcome, Delivered):
            self._take_receipts(filed.posting.target, outcome.receipts)
        self._note(undelivered(filed.posting, outcome, now))

    def receipts(self, target: Target, episodes: Sequence[str]) -> dict[str, str]:
        """See `AlertStore`."""
        with self._lock:
            places = {episode: _receipt_key(target, episode) for episode in episodes}
            kept = self._kept.receipts
            return {episode: kept[place] for episode, place in places.items() if place in kept}

    def backlog(self) -> Mapping[PostingState, int]:
        """See `AlertStore`."""
        with self._lock:
            counts = Counter(filed.state for filed in self._kept.postings.values())
            return {state: counts[state] for state in PostingState}

    def close(self) -> None:
        """See `AlertStore`."""

    def _known(self, rule_id: str) -> KeptRule:
        kept = self._kept.rules.get(rule_id)
        if kept is None or kept.is_deleted:
            raise UnknownAlertError(f"no alert has the id {rule_id!r}")
        return kept

    def _present(self, rule: KeptRule) -> KeptRule | None:
        """The rule as it is now, if it is still what it was."""
        kept = self._kept.rules.get(rule.id)
        return kept if kept is not None and kept.version == rule.version else None

    def _change(self, kept: KeptRule, **changes: object) -> KeptRule:
        self._kept.rules[kept.id] = changed = msgspec.structs.replace(kept, **changes)
        return changed

    def _added(self, rule: Rule, now: int, origin: RuleOrigin) -> KeptRule:
        kept = KeptRule(new_id(), rule, origin, created=now)
        self._kept.rules[kept.id] = kept
        self._note([HistoryEntry(now, kept.id, HistoryEvent.CREATED)])
        return kept

    def _check_name(self, name: str, besides: str = "") -> None:
        for kept in self._kept.rules.values():
            if kept.rule.name == name and not kept.is_deleted and kept.id != besides:
                raise AlertConflictError(f"another alert is named {name!r}")

    def _check_lease(self, lease: Lease) -> None:
        if self._kept.lease != lease:
            raise LeaseLostError(f"{self._kept.lease.holder or 'nobody'} evaluates the alerts now")

    def _states(self, rule_id: str) -> Iterator[GroupState]:
        mine = self._kept.acknowledgements.get(rule_id, {})
        for key, state in self._kept.states.get(rule_id, {}).items():
            yield msgspec.structs.replace(state, acknowledgement=mine.get(key))

    def _keep(self, kept: KeptRule, look: Look) -> None:
        late = kept.late + look.late
        self._change(kept, evaluated=look.evaluated, late=late, problem=look.problem)
        states = self._kept.states.setdefault(kept.id, {})
        states.update({key_of(state.group): state for state in look.states})
        for group in look.gone:
            states.pop(key_of(group), None)
            self._kept.acknowledgements.get(kept.id, {}).pop(key_of(group), None)
        self._note(look.history)
        for posting in look.postings:
            self._kept.postings.setdefault(posting.key, _Filed(posting))
        if look.values:
            known = self._kept.values.setdefault(kept.id, {})
            known.update({value: min(step, known.get(value, step)) for value, step in look.values.items()})

    def _note(self, entries: Iterable[HistoryEntry]) -> None:
        number = self._history[-1][0] if self._history else 0
        self._history.extend(enumerate(entries, number + 1))

    def _due(self, now: int) -> Iterator[Posting]:
        held: set[str] = set()
        for filed in self._kept.postings.values():
            if filed.state is not PostingState.WAITING:
                continue
            lane = lane_of(filed.posting)
            if filed.posting.due > now:
                held.add(lane)
            elif lane not in held:
                yield filed.posting

    def _take_receipts(self, target: Target, receipts: Mapping[str, str]) -> None:
        kept = self._kept.receipts
        kept.update({_receipt_key(target, episode): receipt for episode, receipt in receipts.items()})
        _drop(kept, list(kept)[: -bounds.RECEIPTS])


def _receipt_key(target: Target, episode: str) -> str:
    return key_of((target, episode))


def _drop(place: dict[str, Any], keys: Iterable[str]) -> None:
    for key in keys:
        del place[key]
