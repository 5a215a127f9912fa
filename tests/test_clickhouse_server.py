"""The server for tests speaks to the client library as it is, not just to what this program asks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import clickhouse_connect
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from tests.clickhouse_server import ClickHouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clickhouse_connect.driver.client import Client


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouse]:
    with ClickHouse(tmp_path_factory.mktemp("clickhouse")) as running:
        yield running


@pytest.fixture
def client(server: ClickHouse) -> Iterator[Client]:
    with clickhouse_connect.get_client(host="127.0.0.1", port=server.port, compress=False) as connected:
        yield connected


@pytest.mark.parametrize("compression", [False, "gzip", "zstd"])
def test_native_blocks_go_in_and_out(server: ClickHouse, *, compression: bool | str) -> None:
    rows = [(1, "it's", {"a": "b"}), (2, None, {})]
    with clickhouse_connect.get_client(host="127.0.0.1", port=server.port, compress=compression) as client:
        client.command("CREATE OR REPLACE TABLE t (n UInt8, s Nullable(String), m Map(String, String)) ORDER BY n")
        client.insert("t", rows, column_names=["n", "s", "m"])
        assert client.query("SELECT * FROM t WHERE n < {most:UInt8} ORDER BY n", {"most": 9}).result_rows == rows


def test_an_exception_has_the_code_of_clickhouse(client: Client) -> None:
    with pytest.raises(DatabaseError, match="code: 60"):
        client.query("SELECT * FROM nothing")


def test_settings_apply_to_one_request(client: Client) -> None:
    sql = "SELECT getSetting('max_block_size')"
    assert client.query(sql, settings={"max_block_size": 77}).result_rows == [(77,)]
    assert client.query(sql).result_rows != [(77,)]


def test_faults_are_due_as_often_as_they_were_asked_for(server: ClickHouse, client: Client) -> None:
    server.fault("fail", 2, "FAULTY")
    client.query("SELECT 1")
    assert server.faults_due() == 2
    client.query("SELECT 1 AS FAULTY")  # the library asks three times
    assert server.faults_due() == 0


def test_what_was_stored_is_there_after_a_kill(tmp_path: Path) -> None:
    with ClickHouse(tmp_path) as server:
        for expected in range(3):
            with clickhouse_connect.get_client(host="127.0.0.1", port=server.port, compress=False) as client:
                client.command("CREATE TABLE IF NOT EXISTS t (n UInt8) ORDER BY n")
                assert client.query("SELECT count() FROM t").result_rows == [(expected,)]
                client.insert("t", [(expected,)], column_names=["n"])
            server.kill()
            server.start()
