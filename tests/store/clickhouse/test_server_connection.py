"""A connection to a server gives frames, binds values, and says in one line what is wrong."""

from __future__ import annotations

import logging
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.errors import StoreConnectionError, StoreError
from logtui.store.clickhouse.address import opened
from tests.clickhouse_server import ClickHouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from logtui.store.clickhouse.connection import Connection

_MANY = "SELECT number, toString(number) AS text FROM numbers({rows:UInt64})"


@pytest.fixture
def plain(server: ClickHouse) -> Iterator[Connection]:
    with opened(server.address) as connection:
        yield connection


@pytest.mark.parametrize("text", ["it's", "a\\n\n\t", "\0", "ü€𝄞", "'; DROP TABLE logs --", "x" * 10_000, ""])
def test_values_are_bound_and_never_pasted(plain: Connection, text: str) -> None:
    found = plain.query_arrow(
        "SELECT {text:String} AS text, {texts:Array(String)} AS texts", {"text": text, "texts": [text]}
    )
    assert found.row(0) == (text, [text])


def test_an_answer_comes_whole_or_block_by_block(plain: Connection) -> None:
    whole = plain.query_arrow(_MANY, {"rows": 300_000})
    blocks = [*plain.stream(_MANY, {"rows": 300_000})]
    assert len(blocks) > 1
    assert pl.concat(blocks).equals(whole)
    assert whole["number"].to_list() == [*range(300_000)]


def test_an_answer_without_rows_has_columns_but_no_blocks(plain: Connection) -> None:
    assert plain.query_arrow(_MANY, {"rows": 0}).schema == {"number": pl.UInt64, "text": pl.String}
    assert [block for block in plain.stream(_MANY, {"rows": 0}) if block.height] == []


def test_threads_ask_at_the_same_time(server: ClickHouse, plain: Connection) -> None:
    server.fault("slow", 4, "sleepers")
    with ThreadPoolExecutor(4) as pool:
        sums = pool.map(
            lambda rows: plain.query_arrow("SELECT {rows:UInt64} AS sleepers", {"rows": rows}).item(), range(4)
        )
        assert [*sums] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("sql", "said"), [("SELECT nothing", "UNKNOWN_IDENTIFIER"), ("SELEC 1", "Syntax error"), ("SELECT 1 FROM no", "no")]
)
def test_a_query_that_is_refused_says_which_server_and_what(
    server: ClickHouse, plain: Connection, sql: str, said: str
) -> None:
    for ask in (plain.query_arrow, lambda sql: [*plain.stream(sql)], plain.command):
        with pytest.raises(StoreError, match=said) as refused:
            ask(sql)
        assert str(refused.value).startswith(f"{server.address}: ")
        assert "\n" not in str(refused.value)
        assert not isinstance(refused.value, StoreConnectionError)


def test_an_answer_that_is_cut_is_an_error(server: ClickHouse, plain: Connection) -> None:
    server.fault("cut", 1, "numbers")
    with pytest.raises(StoreConnectionError, match="the connection failed: "):
        plain.query_arrow(_MANY, {"rows": 100_000})
    server.fault("cut", 1, "numbers")
    with pytest.raises(StoreConnectionError, match="the connection failed: "):
        [*plain.stream(_MANY, {"rows": 100_000})]


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(StoreConnectionError) as refused:
        opened(f"clickhouse://me:secret@127.0.0.1:{port}/x")
    assert str(refused.value) == f"clickhouse://127.0.0.1:{port}/x: the connection failed: Connection refused"


def test_a_wrong_password_is_told_and_not_shown(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ClickHouse(tmp_path, "it's/r@ght") as server:
        with pytest.raises(StoreError, match="Authentication failed") as refused:
            opened(server.address.replace("ght", "ong"))
        with opened(server.address) as connection:
            assert connection.query_arrow("SELECT 1 AS one").item() == 1
    assert "ong" not in str(refused.value)
    assert "ong" not in caplog.text
