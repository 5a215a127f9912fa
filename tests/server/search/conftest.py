"""A server that holds the records of one day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.server.running import Server
from tests.server.search.asking import put

if TYPE_CHECKING:
    from collections.abc import Iterator

LEVELS = ("error", "warn", "info", "info")


def day() -> list[dict[str, Any]]:
    """48 records, two each hour at the same time, and one in the last second of the day."""
    records = [
        {
            "timestamp": f"2024-01-15T{number // 2:02}:00:00Z",
            "level": LEVELS[number % 4],
            "message": f"Database Timeout {number}" if number % 3 == 0 else f"Request processed {number}",
            "service": ("api", "web")[number // 4 % 2],
            "duration_ms": number * 100,
            "user": {"id": f"u{number % 5}"},
        }
        for number in range(48)
    ]
    last = {"timestamp": "2024-01-15T23:59:59.700Z", "level": "fatal", "message": "İstanbul timeout", "service": "api"}
    return [*records, last, last | {"timestamp": "2024-01-16T00:00:00Z", "message": "the next day"}]


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("search") / "data") as running:
        put(running, day(), 50)
        yield running
