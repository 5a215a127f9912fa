"""A ClickHouse server, and a database of its own for each test."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from logtui.store.clickhouse.address import opened
from logtui.store.clickhouse.schema import migrate
from tests.clickhouse_server import ClickHouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.store.clickhouse.connection import Connection


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouse]:
    """A server for all tests of a module; those that kill it start it again."""
    with ClickHouse(tmp_path_factory.mktemp("clickhouse")) as running:
        yield running


@pytest.fixture
def empty(server: ClickHouse) -> Iterator[Connection]:
    """A connection to a database without tables."""
    name = f"test_{secrets.token_hex(8)}"
    with opened(server.address) as base:
        base.command(f"CREATE DATABASE {name}")
    with opened(server.address_of(name)) as connection:
        yield connection


@pytest.fixture
def connection(empty: Connection) -> Connection:
    """A connection to a database with empty tables."""
    migrate(empty)
    return empty
