"""The newest or the oldest records come first and page by page, each once, wherever they are kept."""

from __future__ import annotations

import random
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from logtui.engine.live.snapshot import Chunk
from logtui.engine.search.answer_order import Order
from logtui.engine.search.cursor import Cursor, by_time
from logtui.engine.search.datasets import dataset_of_runs, dataset_of_store
from logtui.engine.search.executor import wanted_columns
from logtui.engine.search.request import Request
from logtui.store import Store
from tests.store.records import START, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.engine.search.dataset import Dataset

KINDS = ("stored", "chunks")
ORDERS = (Order.NEWEST_FIRST, Order.OLDEST_FIRST)


def random_rows(seed: int) -> list[tuple[int | None, str | None, bool]]:
    """Seconds, sources, and whether the record matches; the same for the same seed."""
    chance = random.Random(seed)
    return [
        (chance.choice([None, *range(6)]), chance.choice(["a.log", "b.log", None]), chance.random() < 0.6)
        for _ in range(chance.randrange(1, 26))
    ]


def frame_with(rows: list[tuple[int | None, str | None, bool]]) -> pl.DataFrame:
    """Records with many equal times, of which some match `level:error`."""
    return frame_of(
        [
            {
                "message": f"record {number}",
                "raw": "x",
                "timestamp": None if second is None else START + timedelta(seconds=second),
                "level": "error" if matches else "info",
                "source": source,
            }
            for number, (second, source, matches) in enumerate(rows)
        ]
    )


def opened(kind: str, frame: pl.DataFrame, folder: str) -> Dataset:
    parts = [part for part in (frame[: len(frame) // 2], frame[len(frame) // 2 :]) if len(part)]
    if kind == "chunks":
        return dataset_of_runs([[Chunk(part)] for part in parts])
    store = Store(Path(folder), writable=True, group_rows=3)
    for part in parts:
        store.seal(part, {})
    return dataset_of_store(store)


def messages(frames: Iterator[pl.DataFrame]) -> list[str]:
    return [text for frame in frames for text in frame["message"]]


def expected(frame: pl.DataFrame, order: Order) -> list[str]:
    return by_time(frame.filter(pl.col("level") == "error"), order)["message"].to_list()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("seed", range(3))
def test_one_end_of_time_comes_first_and_those_without_a_time_last(kind: str, order: Order, seed: int) -> None:
    frame = frame_with(random_rows(seed))
    request = replace(Request.of("level:error", now=START), order=order)
    with tempfile.TemporaryDirectory() as folder:
        dataset = opened(kind, frame, folder)
        assert messages(dataset.records(request)) == expected(frame, order)
        assert messages(dataset.records(replace(request, columns=("message",)))) == expected(frame, order)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("size", [1, 4])
def test_pages_hold_every_record_once(kind: str, order: Order, size: int) -> None:
    frame = frame_with(random_rows(size))
    request = replace(Request.of("level:error", now=START), order=order, limit=size)
    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        dataset = opened(kind, frame, folder)
        for _ in range(len(frame) + 1):
            page = pl.concat([frame.head(0), *dataset.records(request)], how="diagonal_relaxed")
            if page.is_empty():
                break
            assert len(page) <= size
            found += page["message"].to_list()
            request = replace(request, after=Cursor.of(page))
    assert found == expected(frame, order)


@pytest.mark.parametrize("kind", KINDS)
def test_pipes_are_fed_the_newest_first(tmp_path: Path, kind: str) -> None:
    frame = frame_with([(second, "a.log", True) for second in (3, 1, 5, 2, 4)])
    request = replace(Request.of("level:error | limit 2 | fields message", now=START), order=Order.NEWEST_FIRST)
    dataset = opened(kind, frame, str(tmp_path))
    tables = [table for table in dataset.table(request) if len(table)]
    assert pl.concat(tables)["message"].to_list() == ["record 2", "record 4"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ended", [{"deadline": 0.0}, {"cancelled": lambda: True}])
def test_an_answer_that_is_ended_says_that_it_is_not_whole(tmp_path: Path, kind: str, ended: dict[str, Any]) -> None:
    dataset = opened(kind, frame_with([(1, "a.log", True)] * 10), str(tmp_path))
    request = replace(Request.of("level:error", now=START), **ended)
    answer = dataset.records(request)
    assert list(answer) == []
    assert answer.is_partial
    assert dataset.count(request).is_exact is False


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_answer_counts_what_matched(tmp_path: Path, kind: str) -> None:
    dataset = opened(kind, frame_with([(1, "a.log", number % 2 == 0) for number in range(10)]), str(tmp_path))
    request = Request.of("level:error", now=START)
    answer = dataset.records(request)
    assert sum(map(len, answer)) == answer.matched == 5
    assert not answer.is_partial
    assert (dataset.count(request).count, dataset.count(request).is_exact) == (5, True)
    assert sum(map(len, dataset.records(replace(request, limit=3)))) == 3


def test_counting_reads_no_columns_of_the_filter() -> None:
    columns = ("timestamp", "level", "service", "message", "raw")
    assert wanted_columns(Request.of("timeout level:error | stats count()", now=START), columns) == ["timestamp"]
    by_service = Request.of("timeout level:error | stats count() by service", now=START)
    assert wanted_columns(by_service, columns) == ["service", "timestamp"]
