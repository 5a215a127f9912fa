"""Where a question finds nothing, less strict ones that find something are suggested with their counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from logtui.engine.read.options import ReadOptions
from logtui.engine.search.datasets import dataset_of_inputs, dataset_of_store
from logtui.engine.search.request import Request
from logtui.store import Store
from tests.store.records import START, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from logtui.engine.search.dataset import Dataset

ROWS = [
    {"timestamp": START, "message": message, "raw": f"{service} {message}", "level": level, "service": service}
    for message, level, service in (
        ("connection refused", "error", "api"),
        ("connection reset", "warn", "web"),
        ("served", "info", "web"),
    )
]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with Store(tmp_path_factory.mktemp("store"), writable=True) as store:
        store.seal(frame_of(ROWS), {})
        yield dataset_of_store(store)


@pytest.mark.parametrize(
    ("query", "suggestion", "count"),
    [
        ("refused level:warn", "refused", 1),
        ("refused level:warn", "level:warn", 1),
        ("service:=API", 'service:"API"', 1),
        ("service:ap", "service:*ap*", 1),
    ],
)
def test_a_less_strict_question_is_suggested(dataset: Dataset, query: str, suggestion: str, count: int) -> None:
    found = dataset.suggest(Request.of(query, now=START))
    assert (suggestion, count) in [(each.text, each.count) for each in found.found]
    assert (found.looked_at, found.is_complete) == (3, True)


def test_a_time_range_that_leaves_all_out_is_suggested_to_be_left_out(dataset: Dataset) -> None:
    request = replace(Request.of("refused", now=START), since=START + timedelta(days=1))
    first, *_ = dataset.suggest(request).found
    assert (first.text, first.count) == ("without --since and --until", 1)


def test_nothing_is_suggested_where_nothing_would_be_found(dataset: Dataset) -> None:
    assert dataset.suggest(Request.of("nothing-like-this", now=START)).found == ()


def test_no_more_than_five_are_suggested(dataset: Dataset) -> None:
    query = "connection refused level:warn service:api api error raw:api message:refused"
    found = dataset.suggest(Request.of(f"{query} none-of-this", now=START)).found
    assert len(found) <= 5


def test_past_the_deadline_only_the_first_of_many_files_is_looked_at(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number:02}.log").write_text(f"2026-01-01T00:00:{number:02}Z ERROR connection refused\n" * 3)
    files = dataset_of_inputs([str(tmp_path)], ReadOptions())[0]
    found = files.suggest(replace(Request.of("service:none refused"), deadline=monotonic()))
    assert found.looked_at <= 3
    assert not found.is_complete
    assert files.suggest(Request.of("service:none refused")).looked_at == 60
