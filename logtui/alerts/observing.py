"""Windows: counts by step become the values of a rule's condition at the ends of its windows."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.alerts.conditions import Absence, Aggregate, Change, Distinct, NewValue, Percentage, Rate
from logtui.alerts.states import Observation
from logtui.alerts.step_counts import Counted, StepCounts, groups_in
from logtui.alerts.tallies import COUNT, NUMBER, STEP, value_column
from logtui.query.syntax.pipes.aggregate import percentile_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Group

_SECOND: Final = 1_000_000_000
MOST_GROUPS: Final = 1_000
"""Groups of a rule that have a state; records of further ones are not looked at, and the rule says so."""

_MOST_ENDS: Final = 256
"""Windows that are computed together where each needs all its values."""


class Counts(NamedTuple):
    """What was counted for a rule.

    Attributes:
        wanted: The records that the rule counts.
        whole: The records without which there is no data.
        began: Of a rule for new values: the first step in which it has seen any; None to take it from `wanted`.
    """

    wanted: Counted
    whole: Counted
    began: int | None = None


def ends_between(rule: Rule, whole: StepCounts, first: int, last: int) -> Iterator[int]:
    """The ends of the windows to look at, as numbers of steps.

    While windows stay empty, only the first and the last of them are looked at, because those between cannot change the
    state of any rule (of a rule for absence, the first that it needs in a row). A gap of years therefore costs little.

    Args:
        rule: The rule.
        whole: The records without which there is no data.
        first: The first end.
        last: The last one.
    """
    every, window = rule.interval_steps, rule.window_steps
    first, last = _aligned(first, every), last // every * every
    # The value of a change needs the window before, so that its windows are empty later.
    reach = window * (2 if isinstance(rule.condition, Change) else 1)
    quiet = rule.consecutive * every if isinstance(rule.condition, Absence) else every
    at = first
    for start, stop in _stretches(whole.steps, reach):
        begin = max(at, _aligned(start + 1, every))
        yield from range(at, min(begin, at + quiet, last + 1), every)
        until = min(last, (stop + reach) // every * every)
        yield from range(begin, until + 1, every)
        at = max(at, until + every)
    yield from range(at, min(at + quiet, last + 1), every)
    if last >= at + quiet:
        yield last


def observations(
    rule: Rule, counts: Counts, ends: Sequence[int], groups: Iterable[Group], most: int | None = None
) -> dict[Group, list[Observation]]:
    """Compute the value of each group at the end of each window.

    Args:
        rule: The rule.
        counts: What was counted.
        ends: The ends, ascending numbers of steps.
        groups: The groups that are known already.
        most: Groups to look at; None for all.

    Returns:
        The observations of each group, in the order of the ends.
    """
    if not ends:
        return {}
    window, step = rule.window_steps, rule.step
    values = _values(rule, counts, ends)
    has_data = [
        isinstance(rule.condition, Absence) or counts.whole.total.between(end - window, end) > 0 for end in ends
    ]
    zeros = [0.0] * len(ends)
    return {
        group: [
            Observation(end * step, value if is_known else None)
            for end, value, is_known in zip(ends, values.get(group, zeros), has_data, strict=True)
        ]
        for group in (list(dict.fromkeys([*groups, *values]))[:most] if rule.group_by else [()])
    }


def _values(rule: Rule, counts: Counts, ends: Sequence[int]) -> dict[Group, Sequence[float | None]]:
    """The values by group, None where there is none."""
    condition = rule.condition
    if isinstance(condition, (Distinct, Aggregate)):
        return _in_windows(rule, counts.wanted.frame, ends)
    if isinstance(condition, NewValue):
        firsts = Counted(counts.wanted.tally, _firsts(rule, condition, counts))
        return {group: _sums(each, rule, ends) for group, each in firsts.by_group(rule.group_by).items()}
    found = counts.wanted.by_group(rule.group_by)
    if isinstance(condition, Percentage):
        wholes, nothing = counts.whole.by_group(rule.group_by), StepCounts({})
        return {group: _shares(found.get(group, nothing), whole, rule, ends) for group, whole in wholes.items()}
    if isinstance(condition, Change):
        return {group: _changes(each, rule, ends) for group, each in found.items()}
    factor = (60 if condition.per == "minute" else 1) * _SECOND / condition.span if isinstance(condition, Rate) else 1
    return {group: [value * factor for value in _sums(each, rule, ends)] for group, each in found.items()}


def _sums(counts: StepCounts, rule: Rule, ends: Sequence[int]) -> list[float]:
    window = rule.window_steps
    return [float(counts.between(end - window, end)) for end in ends]


def _shares(part: StepCounts, whole: StepCounts, rule: Rule, ends: Sequence[int]) -> list[float]:
    pairs = zip(_sums(part, rule, ends), _sums(whole, rule, ends), strict=True)
    return [100 * one / all_of_it if all_of_it else 0.0 for one, all_of_it in pairs]


def _changes(counts: StepCounts, rule: Rule, ends: Sequence[int]) -> list[float]:
    before = _sums(counts, rule, [end - rule.window_steps for end in ends])
    return [100 * (now - then) / max(then, 1) for now, then in zip(_sums(counts, rule, ends), before, strict=True)]


def _firsts(rule: Rule, condition: NewValue, counts: Counts) -> pl.DataFrame:
    """Values by the step in which they were first seen, without those that were only learnt."""
    names = [value_column(place) for place in range(len(rule.group_by) + 1)]
    seen = counts.wanted.frame.filter(pl.col(names[-1]) != "")
    firsts = seen.group_by(names).agg(pl.col(STEP).min())
    began = pl.col(STEP).min() if counts.began is None else pl.lit(counts.began)
    new = firsts.filter(pl.col(STEP) >= began + condition.learning // rule.step)
    return new.with_columns(pl.lit(1, dtype=pl.UInt32).alias(COUNT))


def _in_windows(rule: Rule, wanted: pl.DataFrame, ends: Sequence[int]) -> dict[Group, Sequence[float | None]]:
    """Values that need all that is in each window: every row is given to all windows that it lies in."""
    groups = [value_column(place) for place in range(len(rule.group_by))]
    found = []
    for start in range(0, len(ends), _MOST_ENDS):
        chunk = pl.DataFrame({"end": ends[start : start + _MOST_ENDS]}, schema={"end": pl.Int64()})
        low, high = int(chunk["end"][0]) - rule.window_steps, int(chunk["end"][-1])
        rows = wanted.filter(pl.col(STEP).is_between(low, high, closed="left"))
        joined = rows.join_where(chunk, pl.col(STEP) < pl.col("end"), pl.col(STEP) >= pl.col("end") - rule.window_steps)
        found.append(joined.group_by(*groups, "end").agg(_statistic(rule).cast(pl.Float64).alias("value")))
    empty = 0.0 if isinstance(rule.condition, Distinct) else None
    values: dict[Group, Sequence[float | None]] = {}
    for group, part in groups_in(pl.concat(found), rule.group_by):
        by_end = dict(zip(part["end"], part["value"], strict=True))
        values[group] = [by_end.get(end, empty) for end in ends]
    return values


def _statistic(rule: Rule) -> pl.Expr:
    """The value of a window from its rows."""
    condition = rule.condition
    if isinstance(condition, Distinct):
        value = pl.col(value_column(len(rule.group_by)))
        return value.filter(value != "").n_unique()
    assert isinstance(condition, Aggregate)
    number, weight = pl.col(NUMBER), pl.col(COUNT)
    share = percentile_of(condition.function)
    if share is not None:
        return number.repeat_by(weight).explode().quantile(share, "linear")
    match condition.function:
        case "sum":
            return (number * weight).sum()
        case "avg":
            return (number * weight).sum() / weight.sum()
        case "min":
            return number.min()
        case _:
            return number.max()


def _aligned(step: int, every: int) -> int:
    """The first multiple of `every` that is not below a step."""
    return -(-step // every) * every


def _stretches(steps: Sequence[int], window: int) -> list[tuple[int, int]]:
    """The first and last step of each stretch of records; gaps longer than a window part the stretches."""
    if not steps:
        return []
    borders = [(before, after) for before, after in pairwise(steps) if after - before > window]
    starts = [steps[0], *(after for _, after in borders)]
    stops = [*(before for before, _ in borders), steps[-1]]
    return list(zip(starts, stops, strict=True))
