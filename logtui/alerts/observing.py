"""Windows: counts by step become the values of a rule's condition at the ends of its windows."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from logtui.alerts.conditions import Absence, Aggregate, Change, Distinct, NewValue, Percentage, Rate
from logtui.alerts.states import Observation
from logtui.alerts.tallies import COUNT, NUMBER, STEP, value_column
from logtui.query.syntax.pipes.aggregate import percentile_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Group

_SECOND: Final = 1_000_000_000
_MOST_ENDS: Final = 256
"""Windows that are computed together where each needs all its values."""


class Counts(NamedTuple):
    """What was counted for a rule.

    Attributes:
        wanted: The records that the rule counts, in the schema of its tally.
        whole: The records without which there is no data.
        began: Of a rule for new values: the first step in which it has seen any; None to take it from `wanted`.
    """

    wanted: pl.DataFrame
    whole: pl.DataFrame
    began: int | None = None


def ends_between(rule: Rule, whole: pl.DataFrame, first: int, last: int) -> Iterator[int]:
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
    for start, stop in _stretches(whole[STEP].unique().sort().to_list(), reach):
        begin = max(at, _aligned(start + 1, every))
        yield from range(at, min(begin, at + quiet, last + 1), every)
        until = min(last, (stop + reach) // every * every)
        yield from range(begin, until + 1, every)
        at = max(at, until + every)
    yield from range(at, min(at + quiet, last + 1), every)
    if last >= at + quiet:
        yield last


def observations(
    rule: Rule, counts: Counts, ends: Sequence[int], groups: Iterable[Group]
) -> dict[Group, list[Observation]]:
    """Compute the value of each group at the end of each window.

    Args:
        rule: The rule.
        counts: What was counted.
        ends: The ends, ascending numbers of steps.
        groups: The groups that are known already.

    Returns:
        The observations of each group, in the order of the ends.
    """
    if not ends:
        return {}
    at = pl.Series(ends, dtype=pl.Int64)
    values = _values(rule, counts, at)
    is_data = _sums(counts.whole, rule.window_steps, at) > 0
    every = dict.fromkeys([*groups, *values]) if rule.group_by else {(): None}
    nothing = pl.repeat(0.0, len(at), eager=True)
    found = {}
    for group in every:
        value = values.get(group, nothing)
        if not isinstance(rule.condition, Absence):
            value = value.to_frame("v").select(pl.when(is_data).then(pl.col("v"))).to_series()
        found[group] = [Observation(end * rule.step, one) for end, one in zip(ends, value, strict=True)]
    return found


def _values(rule: Rule, counts: Counts, ends: pl.Series) -> dict[Group, pl.Series]:
    """The values by group, null where there is none."""
    window, condition = rule.window_steps, rule.condition
    match condition:
        case NewValue():
            firsts = _firsts(rule, counts)
            return {group: _sums(frame, window, ends) for group, frame in _by_group(rule, firsts)}
        case Distinct() | Aggregate():
            return _in_windows(rule, counts.wanted, ends)
        case _:
            sums = {group: _sums(frame, window, ends) for group, frame in _by_group(rule, counts.wanted)}
    if isinstance(condition, Rate):
        seconds = condition.span / _SECOND
        return {group: value * ((60 if condition.per == "minute" else 1) / seconds) for group, value in sums.items()}
    if isinstance(condition, Percentage):
        wholes = {group: _sums(frame, window, ends) for group, frame in _by_group(rule, counts.whole)}
        return {group: (100 * sums.get(group, 0 * whole) / whole).fill_nan(0.0) for group, whole in wholes.items()}
    if isinstance(condition, Change):
        return {
            group: _changes(_sums(frame, window, ends - window), sums[group])
            for group, frame in _by_group(rule, counts.wanted)
        }
    return sums


def _changes(before: pl.Series, now: pl.Series) -> pl.Series:
    return 100 * (now - before) / before.clip(lower_bound=1)


def _by_group(rule: Rule, frame: pl.DataFrame) -> Iterator[tuple[Group, pl.DataFrame]]:
    if not rule.group_by:
        yield (), frame
        return
    columns = [value_column(place) for place in range(len(rule.group_by))]
    for values, part in frame.partition_by(columns, as_dict=True, maintain_order=True).items():
        yield tuple(zip(rule.group_by, map(str, values), strict=True)), part


def _sums(frame: pl.DataFrame, window: int, ends: pl.Series) -> pl.Series:
    """The number of records in the windows that end there, Float64."""
    by_step = frame.group_by(STEP).agg(pl.col(COUNT).cast(pl.Int64).sum()).sort(STEP)
    steps, total = by_step[STEP], pl.concat([pl.Series([0], dtype=pl.Int64), by_step[COUNT].cum_sum()])

    def before(at: pl.Series) -> pl.Series:
        return total[steps.search_sorted(at, side="left")]

    return (before(ends) - before(ends - window)).cast(pl.Float64)


def _firsts(rule: Rule, counts: Counts) -> pl.DataFrame:
    """Values by the step in which they were first seen, without those that were only learnt."""
    names = [value_column(place) for place in range(len(rule.group_by) + 1)]
    seen = counts.wanted.filter(pl.col(names[-1]) != "")
    firsts = seen.group_by(names).agg(pl.col(STEP).min())
    assert isinstance(rule.condition, NewValue)
    began = pl.col(STEP).min() if counts.began is None else pl.lit(counts.began)
    new = firsts.filter(pl.col(STEP) >= began + rule.condition.learning // rule.step)
    return new.with_columns(pl.lit(1, dtype=pl.UInt32).alias(COUNT))


def _in_windows(rule: Rule, wanted: pl.DataFrame, ends: pl.Series) -> dict[Group, pl.Series]:
    """Values that need all that is in each window: every row is given to all windows that it lies in."""
    groups = [value_column(place) for place in range(len(rule.group_by))]
    found = []
    for chunk in _chunks(ends):
        low, high = int(chunk[0]) - rule.window_steps, int(chunk[-1])
        rows = wanted.filter(pl.col(STEP).is_between(low, high, closed="left"))
        joined = rows.join_where(
            chunk.to_frame("end"), pl.col(STEP) < pl.col("end"), pl.col(STEP) >= pl.col("end") - rule.window_steps
        )
        found.append(joined.group_by(*groups, "end").agg(_statistic(rule).cast(pl.Float64).alias("value")))
    empty = 0.0 if isinstance(rule.condition, Distinct) else None
    by_end = ends.to_frame("end")
    return {
        group: by_end.join(part, on="end", how="left", maintain_order="left")["value"].fill_null(empty)
        if empty is not None
        else by_end.join(part, on="end", how="left", maintain_order="left")["value"]
        for group, part in _by_group(rule, pl.concat(found))
    }


def _chunks(ends: pl.Series) -> Iterator[pl.Series]:
    return (ends.slice(start, _MOST_ENDS) for start in range(0, len(ends), _MOST_ENDS))


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
