"""Arrivals are found once each, in the order of `seq`, also when segments are merged meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from logtui.engine.search.arrivals import Arrivals
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.store import Store
from logtui.store.compaction import merged_records
from tests.engine.search.test_growing_store import arrived
from tests.store.records import START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, writable=True, group_rows=4, by_day=True) as store:
        yield store


def seal(store: Store, first: int, count: int, level: str = "info") -> None:
    rows = [{"timestamp": START, "level": level, "message": "same", "raw": "same"} for _ in range(count)]
    store.seal(arrived(rows, first), {})


def found(arrivals: Arrivals, store: Store, position: int, request: Request | None = None) -> tuple[list[int], int]:
    """The numbers of the new records, and how many were missed."""
    request = request or Request.everything()
    records, missed = arrivals.next(request, dataset_of_store(store).pieces(request), position)
    return records["seq"].to_list(), missed


def test_each_record_is_found_once(store: Store) -> None:
    arrivals = Arrivals(0)
    assert found(arrivals, store, 0) == ([], 0)
    seal(store, 1, 10)
    assert found(arrivals, store, 10) == ([*range(1, 11)], 0)
    assert found(arrivals, store, 10) == ([], 0)
    seal(store, 11, 3)
    assert found(arrivals, store, 13) == ([11, 12, 13], 0)


def test_records_that_are_stored_behind_the_position_are_found_once(store: Store) -> None:
    arrivals = Arrivals(0)
    seal(store, 1, 5)
    assert found(arrivals, store, 2) == ([1, 2, 3, 4, 5], 0)
    seal(store, 6, 1)
    assert found(arrivals, store, 6) == ([6], 0)


def test_merged_records_are_not_found_again(store: Store) -> None:
    arrivals, dataset = Arrivals(0), dataset_of_store(store)
    for first in (1, 4, 7):
        seal(store, first, 3)
    request = Request.everything()
    assert len(arrivals.next(request, dataset.pieces(request), 9).records) == 9
    seal(store, 10, 2)
    store.merge(store.segments(), [merged_records(store.segments())])
    assert len(store.segments()) == 1
    assert arrivals.next(request, dataset.pieces(request), 11).records["seq"].to_list() == [10, 11]


def test_it_begins_behind_a_number(store: Store) -> None:
    seal(store, 1, 10)
    assert found(Arrivals(7), store, 10) == ([8, 9, 10], 0)
    assert found(Arrivals(70), store, 10) == ([], 0)


def test_a_filter_chooses(store: Store) -> None:
    seal(store, 1, 3)
    seal(store, 4, 2, "error")
    assert found(Arrivals(0), store, 5, Request.of("level:error")) == ([4, 5], 0)


def test_the_last_ones_of_many_are_found_and_the_others_counted(store: Store) -> None:
    for first in range(1, 30, 3):
        seal(store, first, 3)
    arrivals = Arrivals(2, most=5)
    assert found(arrivals, store, 30) == ([26, 27, 28, 29, 30], 23)
    seal(store, 31, 1)
    assert found(arrivals, store, 31) == ([31], 0)


def test_what_was_cancelled_is_found_the_next_time(store: Store) -> None:
    seal(store, 1, 3)
    arrivals = Arrivals(0)
    assert found(arrivals, store, 3, replace(Request.everything(), cancelled=lambda: True)) == ([], 0)
    assert found(arrivals, store, 3) == ([1, 2, 3], 0)
