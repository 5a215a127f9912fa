"""`logtui migrate` brings records and alerts to the present versions, and says so a line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logtui.alerts.keeping.sql import SqlStore
from logtui.store import Store
from logtui.store.clickhouse import schema
from logtui.store.migrations import VERSION
from tests.cli.helpers import logtui

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_without_records_has_nothing_to_migrate(tmp_path: Path) -> None:
    done = logtui("migrate", "--data", str(tmp_path))
    assert done.stdout.decode().splitlines() == [
        f"{tmp_path}/store: no records yet",
        f"{tmp_path}/alerts.sqlite: no alerts yet",
    ]


def test_records_and_alerts_of_a_folder_have_the_present_versions(tmp_path: Path) -> None:
    Store(tmp_path / "store", writable=True, by_day=True).close()
    SqlStore(f"sqlite:///{tmp_path}/alerts.sqlite").close()
    done = logtui("migrate", "--data", str(tmp_path))
    assert done.stdout.decode().splitlines() == [
        f"{tmp_path}/store: records have version {VERSION}",
        f"{tmp_path}/alerts.sqlite: alerts have the newest version",
    ]


def test_a_store_that_a_server_uses_is_left_alone(tmp_path: Path) -> None:
    with Store(tmp_path / "store", writable=True, by_day=True):
        done = logtui("migrate", "--data", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, b"")


def test_the_tables_in_clickhouse_are_made(tmp_path: Path) -> None:
    store = f"chdb://{tmp_path}/chdb"
    done = logtui("migrate", "--data", str(tmp_path), "--store", store)
    assert done.stdout.decode().splitlines()[0] == f"{store}: records have version {schema.VERSION}"
    assert logtui("query", "level:error", store).returncode == 1


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    done = logtui("migrate", "--data", str(tmp_path / "none"))
    assert (done.returncode, done.stderr.decode()) == (2, f"logtui: {tmp_path}/none: no such folder\n")
