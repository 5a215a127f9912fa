"""Episodes: what follows from a rule's observations for its states, its history, and those who are to be told. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.alerts.conditions import nanoseconds
from logtui.alerts.keeping.base import GroupState, HistoryEntry, HistoryEvent, Posting
from logtui.alerts.states import Change, Event, Instance, State, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from logtui.alerts.keeping.base import KeptRule
    from logtui.alerts.notify.base import Event as MessageEvent
    from logtui.alerts.notify.base import Message
    from logtui.alerts.notify.targets import Target
    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Observation

RULE_CHANGED: Final = "the rule was changed"
RULE_DELETED: Final = "the rule was deleted"

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True)
class News:
    """Something that targets are to be told.

    Attributes:
        rule: The rule.
        state: The group's state in the episode: behind its beginning, or before its end.
        event: What happened, as messages name it.
        at: When, epoch nanoseconds.
        value: The observed value; None if there was none.
        targets: Who is to be told.
        number: Tells several news of one kind in one episode apart.
    """

    rule: KeptRule
    state: GroupState
    event: MessageEvent
    at: int
    value: float | None
    targets: tuple[Target, ...]
    number: int = 0

    @property
    def episode(self) -> str:
        """The id of the firing: the same after a restart, since it follows from the rule, the group and the time."""
        instance = self.state.instance
        began = instance.since if self.event in ("no data", "data again") else instance.fired
        return _digest(self.rule.id, self.state.group, began)

    def key(self, target: Target) -> str:
        """The key of the posting to a target."""
        return _digest(self.episode, self.event, self.at, self.number, target)


@dataclass(slots=True)
class Outcome:
    """What a look at one group has brought.

    Attributes:
        state: The new state.
        history: What happened.
        news: Who is to be told of what.
    """

    state: GroupState
    history: list[HistoryEntry] = field(default_factory=list)
    news: list[News] = field(default_factory=list)


def counted_by(rule: Rule) -> str:
    """A short text of what a rule counts: if it changes, the states of before mean something else."""
    condition = rule.condition
    kind = condition.__struct_config__.tag
    return _digest(kind, rule.query, rule.scope, condition.fields, condition.window, rule.group_by, rule.time_basis)


def observed(kept: KeptRule, before: GroupState, seen: Iterable[Observation], quiet: str) -> Outcome:
    """Advance one group of a rule by observations.

    Args:
        kept: The rule.
        before: The group's state.
        seen: The observations, later than those before them.
        quiet: Why nobody is to be told at the moment; empty to tell.
    """
    outcome = Outcome(before)
    for each in seen:
        if not each.value and is_over(kept.rule, outcome.state, each.at):
            continue  # the group may have been forgotten, or is not known yet
        instance, change = step(kept.rule, outcome.state.instance, each)
        began = instance.state is State.ALERTING and outcome.state.instance.state is not State.ALERTING
        former, outcome.state = outcome.state, msgspec.structs.replace(outcome.state, instance=instance)
        if change is not None:
            _note(kept, former, change, outcome, quiet)
        elif began:
            outcome.history.append(_entry(kept, former, outcome.state, HistoryEvent.NOT_SENT, each.at, "cooldown"))
        _tell(kept, each.at, outcome, quiet)
    return outcome


def is_over(rule: Rule, state: GroupState, at: int) -> bool:
    """Whether a group has been calm for so long that nothing of it is needed any more.

    Args:
        rule: The rule.
        state: The group's state.
        at: The present, epoch nanoseconds.
    """
    instance = state.instance
    is_calm = instance.state is State.OK and not instance.value and not instance.breaches
    return bool(state.group) and is_calm and (instance.fired is None or at - instance.fired > rule.wait)


def ended(kept: KeptRule, before: GroupState, at: int, why: str) -> Outcome:
    """End the alert of a group whose rule was changed or deleted; who was told of it is told that it is over."""
    calm = GroupState(before.group, Instance(fired=before.instance.fired))
    outcome = Outcome(calm)
    if before.instance.state is State.ALERTING:
        outcome.history.append(_entry(kept, before, calm, HistoryEvent.RESOLVED, at, why))
        if before.told:
            outcome.news.append(News(kept, before, "resolved", at, before.instance.value, before.told))
    _end_silence(kept, before, at, outcome)
    return outcome


def postings_of(news: Sequence[News], describe: Callable[[News], Message], now: int) -> list[Posting]:
    """The postings of news: one for each target.

    Args:
        news: The news.
        describe: Makes the message of a piece of news.
        now: The present, epoch nanoseconds.
    """
    found = []
    for each in news:
        message = describe(each)
        for target in each.targets:
            key = each.key(target)
            addressed = msgspec.structs.replace(message, idempotency_key=key)
            is_from_file = each.rule.origin == "file"
            found.append(Posting(key, each.rule.id, target, addressed, now, now, is_from_file))
    return found


def _note(kept: KeptRule, before: GroupState, change: Change, outcome: Outcome, quiet: str) -> None:
    """Note a change in the history, and tell those who have been told of the alert that it has ended."""
    state = outcome.state
    outcome.history.append(_entry(kept, before, state, HistoryEvent(str(change.event)), change.at, value=change.value))
    if change.event is Event.RESOLVED:
        if before.told:
            outcome.news.append(News(kept, before, "resolved", change.at, change.value, before.told))
        outcome.state = msgspec.structs.replace(state, told=(), escalated=0, is_acknowledgement_told=False)
    elif change.event is Event.NO_DATA and not quiet and kept.rule.notifications:
        outcome.news.append(News(kept, state, "no data", change.at, change.value, kept.rule.notifications))
    if not quiet:
        _end_silence(kept, before, change.at, outcome)


def _end_silence(kept: KeptRule, before: GroupState, at: int, outcome: Outcome) -> None:
    """Tell those who were told of the state No Data that it is over, whatever follows."""
    is_over = before.instance.state is State.NO_DATA and outcome.state.instance.state is not State.NO_DATA
    if is_over and kept.rule.notifications:
        value = outcome.state.instance.value
        outcome.news.append(News(kept, before, "data again", at, value, kept.rule.notifications))


def _tell(kept: KeptRule, at: int, outcome: Outcome, quiet: str) -> None:
    """Tell of a firing alert: first its targets, then those of the escalation; nobody while a mute holds."""
    instance = outcome.state.instance
    if instance.state is not State.ALERTING or not instance.is_notified:
        return
    _tell_acknowledgement(kept, at, outcome)
    if quiet:
        if instance.fired == at:
            outcome.history.append(_entry(kept, outcome.state, outcome.state, HistoryEvent.NOT_SENT, at, quiet))
        return
    if not outcome.state.told and kept.rule.notifications:
        _add_news(kept, at, outcome, "firing", kept.rule.notifications)
    if not outcome.state.is_acknowledged:
        _escalate(kept, at, outcome)


def _escalate(kept: KeptRule, at: int, outcome: Outcome) -> None:
    for number, each in enumerate(kept.rule.escalation[outcome.state.escalated :], outcome.state.escalated):
        if at - (outcome.state.instance.since or at) < nanoseconds(each.after):
            return
        outcome.state = msgspec.structs.replace(outcome.state, escalated=number + 1)
        detail = f"step {number + 1}, after {each.after}"
        outcome.history.append(_entry(kept, outcome.state, outcome.state, HistoryEvent.ESCALATED, at, detail))
        _add_news(kept, at, outcome, "escalated", each.notify, number)


def _tell_acknowledgement(kept: KeptRule, at: int, outcome: Outcome) -> None:
    state = outcome.state
    if state.is_acknowledged and not state.is_acknowledgement_told:
        outcome.state = msgspec.structs.replace(state, is_acknowledgement_told=True)
        if state.told:
            outcome.news.append(News(kept, outcome.state, "acknowledged", at, state.instance.value, state.told))


def _add_news(
    kept: KeptRule, at: int, outcome: Outcome, event: MessageEvent, targets: tuple[Target, ...], number: int = 0
) -> None:
    state = outcome.state
    told = tuple(dict.fromkeys([*state.told, *targets]))
    outcome.state = msgspec.structs.replace(state, told=told)
    outcome.news.append(News(kept, outcome.state, event, at, state.instance.value, targets, number))


def _entry(
    kept: KeptRule,
    before: GroupState,
    after: GroupState,
    event: HistoryEvent,
    at: int,
    detail: str = "",
    value: float | None = None,
) -> HistoryEntry:
    seen = after.instance.value if value is None else value
    states = before.instance.state, after.instance.state
    return HistoryEntry(at, kept.id, event, *states, value=seen, group=after.group, detail=detail)


def _digest(*parts: object) -> str:
    return hashlib.sha256(_ENCODER.encode(parts)).hexdigest()[:32]
