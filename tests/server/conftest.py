"""One server for all tests of a module that only ask and answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.running import Server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("server") / "data") as running:
        yield running
        running.stop()  # not killed, so that what its tests reached is counted
