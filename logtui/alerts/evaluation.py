"""Evaluates rules over a dataset: counts become observations, observations become states and changes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.alerts.rules import SEVERITIES, NewValue, Percentage, Rate, Rule, nanoseconds
from logtui.alerts.states import Change, Instance, Observation, State, step
from logtui.alerts.tallies import COUNTS, FIRST_SEEN, count_steps, first_seen
from logtui.engine.search.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.part import Piece

_SECOND: Final = 1_000_000_000
_DAY: Final = 86_400 * _SECOND
_CHANGES_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result of evaluating one rule.

    Attributes:
        rule: The rule.
        instance: The rule's state at the end.
        changes: The newest changes to be notified, oldest first, at most 1,000.
        until: The end of the last window, epoch nanoseconds; None if there were no records.
    """

    rule: Rule
    instance: Instance
    changes: tuple[Change, ...] = ()
    until: int | None = None

    @property
    def is_firing(self) -> bool:
        """Whether the rule's state is Alerting."""
        return self.instance.state is State.ALERTING

    @property
    def rank(self) -> tuple[int, int, str]:
        """Sort key: firing rules first, then those without data; within these the most severe first, then by name."""
        states = (State.ALERTING, State.NO_DATA, State.OK)
        return states.index(self.instance.state), SEVERITIES.index(self.rule.severity), self.rule.name


class Evaluator:
    """Evaluates rules repeatedly over a growing dataset; what was counted in a part is kept for the next time.

    Args:
        rules: The rules.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules: Final = tuple(rules)
        self._known: dict[tuple[str, int], pl.DataFrame] = {}

    def evaluate(
        self, dataset: Dataset, now: int | None = None, cancelled: Callable[[], bool] = lambda: False
    ) -> list[Evaluation]:
        """Evaluate all rules from the first record on; records that may still grow are left out.

        Args:
            dataset: The records.
            now: The present, epoch nanoseconds, up to which windows are evaluated; None for the newest record's time.
            cancelled: Polled between rules; true ends the work early.

        Returns:
            One evaluation per rule, in the order of the rules.
        """
        kept: dict[tuple[str, int], pl.DataFrame] = {}
        found = [_evaluated(rule, self._counts(rule, dataset, kept), now) for rule in self.rules if not cancelled()]
        if not cancelled():
            self._known = kept
        return found

    def _counts(self, rule: Rule, dataset: Dataset, kept: dict[tuple[str, int], pl.DataFrame]) -> _Counts:
        condition, size = rule.condition, rule.step

        def counted(text: str) -> dict[int, int]:
            frames = self._counted_by_part(
                f"{size} {text}", text, dataset, kept, lambda piece: count_steps(piece, size)
            )
            return _summed(frames)

        if isinstance(condition, NewValue):
            field = condition.field
            key = f"{size} {field} {rule.query}"
            frames = self._counted_by_part(key, rule.query, dataset, kept, lambda piece: first_seen(piece, field, size))
            return _Counts(counted(""), _new_values(frames, nanoseconds(condition.learn or rule.window) // size))
        whole = condition.of if isinstance(condition, Percentage) else ""
        return _Counts(counted(whole), counted(rule.counted))

    def _counted_by_part(
        self,
        key: str,
        text: str,
        dataset: Dataset,
        kept: dict[tuple[str, int], pl.DataFrame],
        count: Callable[[Piece], pl.DataFrame],
    ) -> list[pl.DataFrame]:
        """Count in each part; a part whose counts are known by `key` is not read again."""
        places = []
        for piece in dataset.pieces(Request.of(text)):
            place = (key, piece.part.id)
            if place not in kept:
                kept[place] = self._known[place] if place in self._known else count(piece)
            places.append(place)
        return [kept[place] for place in places]


@dataclass(frozen=True, slots=True)
class _Counts:
    """Counts of records by step of time.

    Attributes:
        whole: All records that the rule looks at; of a percentage, the whole.
        wanted: The records that the rule counts; of new values, the values.
    """

    whole: Mapping[int, int]
    wanted: Mapping[int, int]


def _summed(frames: Sequence[pl.DataFrame]) -> dict[int, int]:
    joined = pl.concat([pl.DataFrame(schema=COUNTS), *frames])
    return dict(joined.group_by("step").agg(pl.col("count").sum()).iter_rows())


def _new_values(frames: Sequence[pl.DataFrame], learning: int) -> dict[int, int]:
    joined = pl.concat([pl.DataFrame(schema=FIRST_SEEN), *frames]).group_by("value").agg(pl.col("step").min())
    new = joined.filter(pl.col("step") >= pl.col("step").min() + learning)
    return dict(new.group_by("step").agg(pl.len()).iter_rows())


def _evaluated(rule: Rule, counts: _Counts, now: int | None) -> Evaluation:
    instance, changes, until = Instance(), deque[Change](maxlen=_CHANGES_KEPT), None
    for seen in _observations(rule, counts, now):
        instance, change = step(rule, instance, seen)
        until = seen.at
        if change is not None:
            changes.append(change)
    return Evaluation(rule, instance, tuple(changes), until)


def _observations(rule: Rule, counts: _Counts, now: int | None) -> Iterator[Observation]:
    """The observations from the first record to the end.

    While windows stay empty, only the first and the last of them are observed, because those between cannot change
    the state of any rule. A gap of years therefore costs little.
    """
    limit = None if now is None else (now + _DAY) // rule.step
    steps = sorted(number for number in counts.whole if limit is None or number <= limit)
    stretches = _stretches(steps, rule.steps)
    for (first, end), (following, _) in pairwise(stretches):
        yield from _windows(rule, counts, first, min(following - 1, end + rule.steps))
    if stretches:
        first, end = stretches[-1]
        stop = _last_step(end, None if now is None else now // rule.step)
        yield from _windows(rule, counts, first, min(stop, end + rule.steps))
        if stop > end + rule.steps:
            yield Observation((stop + 1) * rule.step, None)


def _last_step(newest: int, present: int | None) -> int:
    """The last step to evaluate: the newest complete one; that of the newest record if it is ahead of the present."""
    if present is None or newest > present:
        return newest
    return present - 1


def _stretches(steps: Sequence[int], window: int) -> list[tuple[int, int]]:
    """The first and last step of each stretch of records; gaps longer than a window part the stretches."""
    starts = [0, *(at for at in range(1, len(steps)) if steps[at] - steps[at - 1] > window)]
    ends = [*(at - 1 for at in starts[1:]), len(steps) - 1]
    return [(steps[start], steps[end]) for start, end in zip(starts, ends, strict=True)] if steps else []


def _windows(rule: Rule, counts: _Counts, first: int, stop: int) -> Iterator[Observation]:
    """The observations at the ends of the steps from `first` to `stop`, by a sliding window."""
    whole = wanted = 0
    for at in range(first, stop + 1):
        out = at - rule.steps
        whole += counts.whole.get(at, 0) - (counts.whole.get(out, 0) if out >= first else 0)
        wanted += counts.wanted.get(at, 0) - (counts.wanted.get(out, 0) if out >= first else 0)
        yield Observation((at + 1) * rule.step, _value(rule, whole, wanted))


def _value(rule: Rule, whole: int, wanted: int) -> float | None:
    if not whole:
        return None
    if isinstance(rule.condition, Percentage):
        return 100 * wanted / whole
    if isinstance(rule.condition, Rate):
        return wanted * _SECOND / (rule.steps * rule.step)
    return float(wanted)
