"""The stores that one suite of keys is run on: the file of a data folder, and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.server.auth.file_keys import FileKeys
from logtui.server.auth.keys import KeyRing
from logtui.server.auth.shared_keys import SharedKeys
from tests.postgres_server import PostgresServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from logtui.server.auth.key_store import KeyStore


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> PostgresServer:
    """A PostgreSQL without tables."""
    postgres_server.empty()
    return postgres_server


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.system)])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], KeyRing]]:
    """Opens the same keys again, as the next process does."""
    rings: list[KeyRing] = []
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None

    def open_again() -> KeyRing:
        store: KeyStore = SharedKeys(server.url) if server else FileKeys(tmp_path)
        rings.append(KeyRing(store))
        return rings[-1]

    yield open_again
    for ring in rings:
        ring.close()


@pytest.fixture
def ring(opened: Callable[[], KeyRing]) -> KeyRing:
    return opened()
