"""A request reads only the columns that it needs, and answers as if it had read all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.engine.read.options import ReadOptions
from logtui.engine.search.answer_order import Order
from logtui.engine.search.asked import asked_columns
from logtui.engine.search.datasets import dataset_of_inputs
from logtui.engine.search.request import Request
from logtui.sources import SAMPLE_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

LEVELS = ("INFO", "INFO", "WARN", "ERROR")
SERVICES = ("AuthService", "OrderService", "SearchService")
TRACE = "\tat a.b.C(D.java:1)\nCaused by: java.io.IOException: timeout\n"
QUERIES = [
    "* | stats count()",
    "* | stats count() by level",
    "level:error | stats count() by service, level",
    "timeout | stats count()",
    "-timeout service:order* | stats count(), max(bytes) by level",
    "* | stats rate()",
    "* | stats count() by bucket(1m)",
    "ts:>=2025-07-22T00:05 | stats count() by service",
    "* | histogram 5m by level",
    "warn | top service",
    "* | patterns",
    "user:u7 | stats count() by level",
    "* | stats count() by user",
]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two logs, longer than what formats are detected from, with a few traces."""
    folder: Path = tmp_path_factory.mktemp("logs")
    for name in "ab":
        lines = [
            f"2025-07-22T00:{at // 100 % 60:02}:{at % 60:02}.{at % 1000:03}Z "
            f"{LEVELS[at % 4]} {SERVICES[at % 3]} u{at % 9} "
            f"request {at} took {at % 77} ms{' and met a timeout' * (at % 10 == 0)}\n{TRACE * (at % 1777 == 0)}"
            for at in range(SAMPLE_BYTES // 25)
        ]
        (folder / f"{name}.log").write_text("".join(lines))
    return [str(folder / f"{name}.log") for name in "ab"]


def answer(paths: list[str], request: Request) -> pl.DataFrame:
    dataset, _ = dataset_of_inputs(paths, ReadOptions())
    return pl.concat(dataset.table(request), how="diagonal")


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("count", [1, 2])
def test_an_answer_is_that_of_all_columns(
    paths: list[str], query: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = Request.of(query)
    found = answer(paths[:count], request)
    monkeypatch.setattr("logtui.engine.search.files.asked_columns", lambda _request: None)
    assert len(found)
    assert found.equals(answer(paths[:count], request))


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("* | stats count()", set()),
        ("* | stats count() by level", {"level", "severity_text"}),
        ("* | histogram 5m", {"timestamp"}),
        ("* | stats rate()", {"timestamp", "order_time"}),
        ("last:5m | stats count()", {"timestamp"}),
        ("timeout | stats count() by service", {"format", "message", "raw", "service"}),
        ("* | patterns", {"message", "order_time"}),
    ],
)
def test_a_table_needs_the_columns_that_its_query_names(query: str, columns: Collection[str]) -> None:
    assert asked_columns(Request.of(query)) == frozenset(columns)


@pytest.mark.parametrize(
    "query", ["*", "level:error", "* | sort timestamp", "* | stats count() by user", "user:a | stats count()"]
)
def test_records_and_fields_need_all_columns(query: str) -> None:
    assert asked_columns(Request.of(query)) is None


def test_a_range_of_times_and_the_newest_first_need_times() -> None:
    request = Request.of("* | stats count()")
    ranged = replace(request, since=datetime(2025, 7, 22, tzinfo=UTC))
    assert (
        asked_columns(ranged) == asked_columns(replace(request, order=Order.NEWEST_FIRST)) == frozenset({"timestamp"})
    )


def test_the_newest_time_is_that_of_all_records_after_a_count(paths: list[str]) -> None:
    dataset, _ = dataset_of_inputs(paths[:1], ReadOptions())
    newest = dataset.newest()
    list(dataset.table(Request.of("* | stats count() by level")))
    assert dataset.newest() == newest is not None


def test_the_sample_has_all_columns_after_a_count(paths: list[str]) -> None:
    dataset, _ = dataset_of_inputs(paths[:1], ReadOptions())
    list(dataset.table(Request.of("* | stats count() by level")))
    assert dataset.sample()["message"].null_count() == 0
    assert "@user" in dataset.sample().columns
