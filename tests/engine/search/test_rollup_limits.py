"""What rollups do not tell apart is looked for in the records: answers stay those of a full scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.store import Store
from tests.store.records import START, frame_of, rows_of_services, word

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("query", [f"service:service-{word(7)}", f"service:service-{word(1_200)}", "-service:*zaa"])
def test_a_store_with_more_services_answers_like_a_full_scan(tmp_path: Path, query: str) -> None:
    frame = frame_of(rows_of_services(1_300))
    request = Request.of(f"{query} | stats count()", now=START)
    expected = frame.filter(Request.of(query, now=START).expression(frame.columns)).height
    with Store(tmp_path, writable=True) as store:
        store.seal(frame, {})
        (table,) = dataset_of_store(store).table(request)
    assert expected > 0
    assert table.to_series(0).to_list() == [expected]


def test_a_store_with_more_patterns_finds_the_records_of_those_without_a_number(tmp_path: Path) -> None:
    rows = [{"message": word(number), "raw": word(number)} for number in range(4_100)]
    frame = frame_of([*rows, *rows[:4_090]])
    with Store(tmp_path, writable=True) as store:
        store.outline(store.seal(frame, {}))
        dataset = dataset_of_store(store)
        for number, count in ((0, 2), (4_099, 1)):
            found = pl.concat(dataset.table(Request.of(f'message:"{word(number)}"', now=START)))
            assert found["message"].to_list() == [word(number)] * count
