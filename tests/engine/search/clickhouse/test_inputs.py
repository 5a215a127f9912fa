"""The address of a store in ClickHouse is an input."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from logtui.engine.live.session import Session
from logtui.engine.live.store_feed import remote_feeds
from logtui.engine.read.options import ReadOptions
from logtui.engine.search.datasets import dataset_of_clickhouse, dataset_of_inputs
from logtui.engine.search.request import Request
from logtui.errors import LogtuiError
from logtui.store.clickhouse.address import opened
from logtui.store.clickhouse.rows import rows_of
from logtui.store.clickhouse.schema import LOGS, migrate
from tests.engine.search.test_conformance import placed
from tests.tui.fakes import wait_for


@pytest.mark.parametrize("address", ["chdb:///nowhere/at/all", "clickhouse://127.0.0.1:1/logtui", "chdb://"])
def test_an_address_without_a_store_is_an_error_of_one_line(address: str) -> None:
    with pytest.raises(LogtuiError) as caught:
        dataset_of_clickhouse(address)
    assert "\n" not in str(caught.value)
    assert not Path("/nowhere").exists()


def test_an_address_is_an_input_beside_files(tmp_path: Path) -> None:
    folder, log = tmp_path / "kept", tmp_path / "app.log"
    log.write_text("2026-11-23T11:00:00Z ERROR from a file\n")
    with opened(f"chdb://{folder}") as connection:
        migrate(connection)
        connection.insert(
            LOGS, rows_of(placed([{"timestamp": "2026-11-23T10:00:00+00:00", "level": "error", "message": "kept"}]))
        )
    dataset, notices = dataset_of_inputs([f"chdb://{folder}", str(log)], ReadOptions())
    found = pl.concat(dataset.records(Request.of("level:error")), how="diagonal_relaxed")
    assert found["message"].to_list() == ["kept", "from a file"]
    assert notices == []


def test_the_screen_shows_its_records(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with opened(f"chdb://{folder}") as connection:
        migrate(connection)
        connection.insert(
            LOGS,
            rows_of(
                placed(
                    [
                        {"level": "error", "message": "n 0"},
                        {"level": "info", "message": "n 1"},
                        {"level": "error", "message": "n 10"},
                    ]
                )
            ),
        )
    session = Session(*remote_feeds([f"chdb://{folder}"], Request.of("level:error"))).start()
    try:
        wait_for(lambda: session.snapshot.caught_up)
        shown = [part.read() for run in session.snapshot.runs for part in run.parts]
        assert pl.concat(shown)["message"].to_list() == ["n 0", "n 10"]
    finally:
        session.close()
