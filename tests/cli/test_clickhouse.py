"""`logtui query` reads records in ClickHouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.store.clickhouse.address import opened
from logtui.store.clickhouse.rows import rows_of
from logtui.store.clickhouse.schema import LOGS, migrate
from tests.cli.helpers import logtui, printed_records
from tests.engine.search.test_conformance import placed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("clickhouse")
    records: list[dict[str, object]] = [
        {"timestamp": "2026-11-23T10:00:00+00:00", "level": "error", "message": "it's refused", "user": "kim"},
        {"timestamp": "2026-11-23T10:00:01+00:00", "level": "info", "message": "served", "user": "kim"},
    ]
    with opened(f"chdb://{folder}") as connection:
        migrate(connection)
        connection.insert(LOGS, rows_of(placed(records)))
    return f"chdb://{folder}"


def test_records_of_a_store_in_clickhouse_are_printed(address: str) -> None:
    done = logtui("query", 'level:error "it\'s" user:kim', address, "--output", "jsonl")
    (record,) = printed_records(done)
    assert record["message"] == "it's refused"
    assert (done.returncode, done.stderr) == (0, b"")


def test_its_records_are_counted(address: str) -> None:
    done = logtui("query", "* | top user", address, "--output", "csv")
    assert done.stdout.splitlines()[:2] == [b"user,count,percent", b"kim,2,100.0"]


def test_how_a_query_of_it_is_read_is_explained(address: str) -> None:
    done = logtui("query", "seq:>5", address, "--explain", "plan")
    assert done.returncode == 0
    assert address.encode() in done.stdout


def test_a_folder_that_is_not_there_is_an_error_of_one_line_and_is_not_made(tmp_path: Path) -> None:
    done = logtui("query", "*", f"chdb://{tmp_path}/none")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"no such folder" in done.stderr
    assert not (tmp_path / "none").exists()
