"""Where a server keeps its records: what is set leads to a storage, and a password to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.embedded_storage import EmbeddedStorage
from logtui.errors import ConfigError, LogtuiError, StoreError
from logtui.server.settings import ServerSettings
from logtui.server.storing import connect, join_store, storage_of
from logtui.store.clickhouse.schema import LOGS
from tests.clickhouse_server import ClickHouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "per%cent:@/"


@pytest.fixture(scope="module")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouse]:
    with ClickHouse(tmp_path_factory.mktemp("clickhouse"), PASSWORD) as server:
        yield server


def settings_of(folder: Path, clickhouse: ClickHouse, **others: Any) -> ServerSettings:  # noqa: ANN401 -- of any kind
    address = f"clickhouse://default@127.0.0.1:{clickhouse.port}/default"
    return ServerSettings(data=folder, store=address, **others)


def test_the_password_is_behind_a_reference(
    clickhouse: ClickHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LogtuiError, match="the environment variable CH is not set"):
        connect(settings_of(tmp_path, clickhouse, store_password="env:CH"))
    monkeypatch.setenv("CH", PASSWORD)
    (tmp_path / "password").write_text(PASSWORD + "\n")
    for reference in ("env:CH", f"file:{tmp_path}/password"):
        with connect(settings_of(tmp_path, clickhouse, store_password=reference)) as connection:
            assert connection.query_arrow("SELECT 1 AS one").item() == 1
    with pytest.raises(StoreError) as refused:
        connect(settings_of(tmp_path, clickhouse))
    assert PASSWORD not in str(refused.value)


def test_an_age_becomes_whole_days_of_the_table(
    clickhouse: ClickHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CH", PASSWORD)
    settings = settings_of(tmp_path, clickhouse, store_password="env:CH", retention_age=timedelta(hours=36))
    join_store(settings, DataFolder(tmp_path))
    storage_of(settings, DataFolder(tmp_path)).close()
    with connect(settings) as connection:
        sql = f"SELECT engine_full FROM system.tables WHERE name = '{LOGS}' AND database = currentDatabase()"
        assert "toIntervalDay(2)" in connection.query_arrow(sql).item()


def test_without_a_store_records_are_in_the_data_folder(tmp_path: Path) -> None:
    settings = ServerSettings(data=tmp_path)
    join_store(settings, DataFolder(tmp_path))
    storage = storage_of(settings, DataFolder(tmp_path))
    assert isinstance(storage, EmbeddedStorage)
    storage.close()
    with pytest.raises(ConfigError, match="no store is set"):
        connect(settings)
