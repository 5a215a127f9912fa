"""Rows that were found are kept whole, in few bytes, and are not looked for again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.search import found_rows
from logtui.engine.search.answer_order import Order
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.found_rows import FoundRows
from logtui.engine.search.planner import Planner, SegmentPlan
from logtui.engine.search.request import Request
from logtui.store import Store
from tests.store.records import START, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    rows = [
        {
            "message": f"{'odd' if number % 2 else 'even'} {number}",
            "raw": "x",
            "timestamp": START.replace(second=number),
        }
        for number in range(60)
    ]
    with Store(tmp_path, writable=True, group_rows=16) as made:
        made.seal(frame_of(rows), {})
        yield made


def plan_of(store: Store, query: str) -> SegmentPlan:
    return Planner(store).plan(Request.of(query), store.segments()).segments[0]


@given(numbers=st.one_of(st.sets(st.integers(0, 59)), st.sets(st.integers(0, 59), min_size=30)))
def test_rows_come_back_as_they_were_found(numbers: set[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    with Store(tmp_path_factory.mktemp("store"), writable=True) as store:
        store.seal(frame_of([{"message": "x", "raw": "x"}] * 60), {})
        plan, known = plan_of(store, "*"), FoundRows()
        assert known.get(plan) is None
        known.put(plan, pl.Series(sorted(numbers), dtype=pl.UInt32))
        found = known.get(plan)
    assert found is not None
    assert found.dtype == pl.UInt32
    assert found.to_list() == sorted(numbers)


def test_what_was_found_is_not_looked_for_again(store: Store) -> None:
    dataset, request = dataset_of_store(store), Request.of("message:*dd*")
    assert dataset.count(request).count == 30
    store.segments()[0].path.unlink()
    assert dataset.count(request).count == 30


def test_ranges_that_hold_a_segment_share_what_was_found_in_it(store: Store) -> None:
    dataset, request = dataset_of_store(store), Request.of("message:*dd*")
    for hours in (3, 2, 1):
        ranged = replace(request, since=START - timedelta(hours=hours), until=START + timedelta(hours=hours))
        assert dataset.count(ranged).count == 30
        store.segments()[0].path.unlink(missing_ok=True)


def test_a_range_that_cuts_a_segment_is_looked_through_for_itself(store: Store) -> None:
    dataset, request = dataset_of_store(store), Request.of("message:*dd*")
    for seconds in (60, 30, 29, 1):
        ranged = replace(request, until=START.replace(second=0) + timedelta(seconds=seconds))
        assert dataset.count(ranged).count == seconds // 2


@pytest.mark.parametrize("order", [Order.NEWEST_FIRST, Order.OLDEST_FIRST, Order.AS_READ])
def test_known_rows_are_answered_in_every_order(store: Store, order: Order) -> None:
    dataset = dataset_of_store(store)
    request = replace(Request.of("message:*dd*"), order=order, limit=20)
    answers = [pl.concat(dataset.records(request))["message"].to_list() for _ in range(3)]
    dataset.count(request)
    answers += [pl.concat(dataset.records(request))["message"].to_list()]
    expected = [f"odd {number}" for number in range(1, 60, 2)]
    wanted = expected[::-1] if order is Order.NEWEST_FIRST else expected
    assert answers == [wanted[:20]] * 4


def test_what_is_kept_is_bounded(store: Store) -> None:
    with patch.object(found_rows, "_MOST_BYTES", 600):
        known = FoundRows()
    plans = [plan_of(store, f"message:*{number}*") for number in range(4)]
    for plan in plans:
        known.put(plan, pl.Series([1], dtype=pl.UInt32))
    assert [known.get(plan) is not None for plan in plans] == [False, False, True, True]
