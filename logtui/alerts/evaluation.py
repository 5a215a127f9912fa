"""Evaluates rules over all records of a dataset: counts become observations, observations become states and changes."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from logtui.alerts.observing import MOST_GROUPS, Counts, ends_between, observations
from logtui.alerts.severity import SEVERITIES
from logtui.alerts.states import Change, Instance, Observation, State, step
from logtui.alerts.step_counts import Counted
from logtui.alerts.tallies import counted, counted_piece, tallies_of, together
from logtui.engine.search.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    import polars as pl

    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Group
    from logtui.alerts.step_counts import StepCounts
    from logtui.alerts.tallies import Tally
    from logtui.engine.search.dataset import Dataset

_SECOND: Final = 1_000_000_000
_DAY: Final = 86_400 * _SECOND
CHANGES_KEPT: Final = 1_000
_RECENT: Final = 20


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result of evaluating one rule, or one of its groups.

    Attributes:
        rule: The rule.
        instance: The state at the end.
        changes: The newest changes to be notified, oldest first, at most 1,000.
        until: The end of the last window, epoch nanoseconds; None if there were no records.
        group: The group; empty for a rule without groups.
        recent: The values of the last 20 windows, oldest first; None where there was none.
    """

    rule: Rule
    instance: Instance
    changes: tuple[Change, ...] = ()
    until: int | None = None
    group: Group = ()
    recent: tuple[float | None, ...] = ()

    @property
    def label(self) -> str:
        """The name of the rule, and the values of the group if there is one."""
        return " · ".join([self.rule.name, *(f"{field}={value}" for field, value in self.group)])

    @property
    def is_firing(self) -> bool:
        """Whether the state is Alerting."""
        return self.instance.state is State.ALERTING

    @property
    def rank(self) -> tuple[int, int, str, Group]:
        """Sort key: firing rules first, then those without data; within these the most severe first, then by name."""
        states = (State.ALERTING, State.NO_DATA, State.OK)
        return states.index(self.instance.state), SEVERITIES.index(self.rule.severity), self.rule.name, self.group


class Evaluator:
    """Evaluates rules repeatedly over a growing dataset; what was counted in a part is kept for the next time.

    Args:
        rules: The rules.
        since: Leaves out earlier records; None for none.
    """

    def __init__(self, rules: Sequence[Rule], since: datetime | None = None) -> None:
        self.rules = tuple(rules)
        self._since = since
        self._known: dict[tuple[Tally, int], pl.DataFrame] = {}

    def evaluate(
        self, dataset: Dataset, now: int | None = None, cancelled: Callable[[], bool] = lambda: False
    ) -> list[Evaluation]:
        """Evaluate all rules from the first record on; records that may still grow are left out.

        Args:
            dataset: The records.
            now: The present, epoch nanoseconds, up to which windows are evaluated; None for the newest record's time.
            cancelled: Polled between rules and parts; true ends the work early.

        Returns:
            One evaluation per rule, or per group of it, in the order of the rules.
        """
        kept: dict[tuple[Tally, int], pl.DataFrame] = {}
        found: list[Evaluation] = []
        for rule in self.rules:
            counts = self._counts(rule, dataset, kept, cancelled)
            if cancelled():
                return found
            found += _evaluated(rule, counts, now)
        self._known = kept
        return found

    def take(self, rules: Sequence[Rule]) -> None:
        """Evaluate other rules from the next time on; what was counted is used again where it is the same."""
        self.rules = tuple(rules)

    def _counts(
        self, rule: Rule, dataset: Dataset, kept: dict[tuple[Tally, int], pl.DataFrame], cancelled: Callable[[], bool]
    ) -> Counts:
        wanted, whole = tallies_of(rule)
        counted_wanted = self._counted(wanted, dataset, kept, cancelled)
        return Counts(counted_wanted, self._counted(whole, dataset, kept, cancelled))

    def _counted(
        self, tally: Tally, dataset: Dataset, kept: dict[tuple[Tally, int], pl.DataFrame], cancelled: Callable[[], bool]
    ) -> Counted:
        """Count in each part; a part that was counted before is not read again."""
        places = []
        for piece in dataset.pieces(replace(tally.request, since=self._since)):
            if cancelled():
                break
            place = (tally, piece.part.id)
            if place not in kept:
                kept[place] = self._known[place] if place in self._known else counted_piece(tally, piece)
            places.append(place)
        return Counted(tally, together(tally, [kept[place] for place in places]))


def evaluate_once(rules: Sequence[Rule], dataset: Dataset) -> list[Evaluation]:
    """Evaluate rules up to the newest record, with one reading of the records for all rules together.

    Args:
        rules: The rules.
        dataset: The records; files that are no store would else be read twice for each rule.

    Returns:
        One evaluation per rule, or per group of it, in the order of the rules.
    """
    tallies = {tally for rule in rules for tally in tallies_of(rule)}
    found: dict[Tally, list[pl.DataFrame]] = {tally: [] for tally in tallies}
    for piece in dataset.pieces(Request.everything()):
        for records in piece.frames():
            for tally, frames in found.items():
                frames.append(counted(tally, tally.request.matching(records)))
    counts = {tally: Counted(tally, together(tally, frames)) for tally, frames in found.items()}
    evaluations: list[Evaluation] = []
    for rule in rules:
        wanted, whole = tallies_of(rule)
        evaluations += _evaluated(rule, Counts(counts[wanted], counts[whole]), None)
    return evaluations


def _evaluated(rule: Rule, counts: Counts, now: int | None) -> list[Evaluation]:
    seen = observations(rule, counts, _ends(rule, counts.whole.total, now), [], MOST_GROUPS)
    return [_of_group(rule, group, each) for group, each in (seen or {(): []}).items()]


def _of_group(rule: Rule, group: Group, seen: Sequence[Observation]) -> Evaluation:
    instance, changes = Instance(), deque[Change](maxlen=CHANGES_KEPT)
    for each in seen:
        instance, change = step(rule, instance, each)
        if change is not None:
            changes.append(change)
    return Evaluation(
        rule, instance, tuple(changes), seen[-1].at if seen else None, group, _recent(rule, seen) if seen else ()
    )


def _recent(rule: Rule, seen: Sequence[Observation]) -> tuple[float | None, ...]:
    """The values of the last windows; empty windows that nobody needed to look at have none."""
    values = {each.at: each.value for each in seen[-_RECENT:]}
    last = seen[-1].at
    first = max(seen[0].at, last - (_RECENT - 1) * rule.every)
    return tuple(values.get(end) for end in range(first, last + 1, rule.every))


def _ends(rule: Rule, whole: StepCounts, now: int | None) -> list[int]:
    """The ends of the windows: from the first record to the newest one, or to the present if that is later.

    The window that the newest record lies in counts as ended. A record more than a day ahead of the present has a wrong
    time.
    """
    limit = None if now is None else (now + _DAY) // rule.step
    steps = whole.steps if limit is None else whole.steps[: bisect_right(whole.steps, limit)]
    if not steps:
        return []
    last = _up(steps[-1] + 1, rule.interval_steps)
    if now is not None and now // rule.step >= steps[-1]:
        last = now // rule.step
    return list(ends_between(rule, whole, steps[0] + 1, last))


def _up(step: int, every: int) -> int:
    return -(-step // every) * every
