"""A server with records, and its document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.server.openapi.documented import DAY, document_of
from tests.server.running import Server
from tests.server.search.asking import put

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("openapi") / "data") as running:
        put(running, DAY, len(DAY))
        yield running
        running.stop()  # not killed, so that what its tests reached is counted


@pytest.fixture(scope="package")
def document(server: Server) -> dict[str, Any]:
    return document_of(server)
