"""The stores that one suite is run on: memory, SQLite, PostgreSQL."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from logtui.alerts.keeping.memory import MemoryStore
from logtui.alerts.keeping.sql import SqlStore
from tests.postgres_server import PostgresServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from logtui.alerts.keeping.base import AlertStore

PLACES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.system)]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=PLACES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    return _empty_database(request, tmp_path)


@pytest.fixture(params=["memory", *PLACES])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], AlertStore]]:
    """Opens the same store again, as the next process does."""
    with _memory() if request.param == "memory" else _database(_empty_database(request, tmp_path)) as opener:
        yield opener


@pytest.fixture
def store(opened: Callable[[], AlertStore]) -> AlertStore:
    return opened()


@contextmanager
def _memory() -> Iterator[Callable[[], AlertStore]]:
    stores: list[MemoryStore] = []

    def opened() -> AlertStore:
        stores.append(MemoryStore(stores[-1].dump() if stores else None))
        return stores[-1]

    yield opened


@contextmanager
def _database(url: str) -> Iterator[Callable[[], AlertStore]]:
    stores: list[SqlStore] = []

    def opened() -> AlertStore:
        stores.append(SqlStore(url))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


def _empty_database(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'alerts.sqlite'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    server.empty()
    return server.url
