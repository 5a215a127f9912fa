"""Asks a running server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.server.running import stored, wait_for

if TYPE_CHECKING:
    from tests.server.running import Answer, Records, Server


def ask(server: Server, path: str = "/api/v1/search", key: str = "", **parameters: object) -> Answer:
    """The answer to a search; `since` and `until` are sent as `from` and `to`."""
    names = {"since": "from", "until": "to"}
    body = json.dumps({names.get(name, name): value for name, value in parameters.items()})
    return server.request("POST", path, body, {"Authorization": f"Bearer {key}"} if key else {})


def found(server: Server, path: str = "/api/v1/search", key: str = "", **parameters: object) -> dict[str, Any]:
    """The answer to a search that must succeed."""
    answer = ask(server, path, key, **parameters)
    assert answer.status == 200, answer.body
    return answer.json


def messages(answer: dict[str, Any]) -> list[str]:
    return [log["message"] for log in answer["logs"]]


def put(server: Server, records: Records, count: int, **headers: str) -> None:
    """Send records, and wait until so many are stored in all."""
    assert server.post(records, "/ingest", **headers).status == 202
    wait_for(lambda: (server.folder / "store" / "catalogue.sqlite").exists() and len(stored(server.folder)) >= count)
