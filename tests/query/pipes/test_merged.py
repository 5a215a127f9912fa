"""Groups and their values fit into bounded memory, and what that costs is known."""

from __future__ import annotations

import polars as pl
import pytest

from logtui.errors import LogtuiError
from logtui.query import PipeScope
from logtui.query.pipes.grouped import Grouped
from logtui.query.syntax.pipes.aggregate import Aggregate
from logtui.query.syntax.pipes.keys import Field

COUNT = Aggregate("count")


def grouped(
    frames: list[pl.DataFrame], aggregates: list[Aggregate], by: tuple[Field, ...], most: int | None
) -> Grouped:
    found = Grouped(aggregates, by, PipeScope(most_values=most))
    for frame in frames:
        found.push(frame)
    return found


def numbers(count: int, frames: int) -> list[pl.DataFrame]:
    """Frames with all whole numbers below a count, each in one place."""
    frame = pl.DataFrame({"@n": [(place * 7_919) % count for place in range(count)]}, schema={"@n": pl.Int64})
    size = count // frames
    return [frame[at : at + size] for at in range(0, count, size)]


def test_everything_is_exact_within_the_bound() -> None:
    found = grouped(numbers(1_000, 4), [Aggregate("p95", "n")], (), 1_000)
    assert found.finish().row(0) == (pytest.approx(949.05),)
    assert found.is_exact


def test_percentiles_of_more_numbers_are_off_by_a_twentieth_of_a_percent_at_most() -> None:
    functions = [Aggregate("median", "n"), Aggregate("p99", "n"), Aggregate("sum", "n"), Aggregate("max", "n")]
    found = grouped(numbers(200_000, 5), functions, (), 40_000)
    median, late, total, most = found.finish().row(0)
    assert median == pytest.approx(99_999.5, rel=0.0006)
    assert late == pytest.approx(197_999, rel=0.0006)
    assert (total, most) == (199_999 * 100_000, 199_999)
    assert not found.is_exact


@pytest.mark.parametrize("most", [20_000, 60_000])
def test_the_number_of_more_texts_is_estimated(most: int) -> None:
    found = grouped(numbers(200_000, 5), [Aggregate("count_distinct", "n")], (), most)
    assert found.finish().row(0)[0] == pytest.approx(200_000, rel=0.05)
    assert not found.is_exact


def test_of_too_many_groups_those_with_most_records_stay_and_those_without_a_value() -> None:
    common = pl.DataFrame({"@n": [*["often"] * 50, None, *(f"rare {place}" for place in range(60_000))]})
    found = grouped([common, common[::-1]], [COUNT], (Field("n"),), 1_000)
    table = found.finish()
    assert table.row(0) == ("often", 100)
    assert (None, 2) in table.rows()
    assert table.height <= 501
    assert not found.is_exact


def test_too_many_groups_with_different_numbers_are_refused() -> None:
    frame = pl.DataFrame({"@n": range(60_000), "@g": range(60_000)})
    with pytest.raises(LogtuiError, match="ask for fewer groups"):
        grouped([frame], [Aggregate("p50", "n")], (Field("g"),), 1_000).finish()
