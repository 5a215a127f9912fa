"""The document of a running server, and the requests that its examples make."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.server.running import Answer, Server

DAY = [
    {
        "timestamp": f"2024-01-15T{hour:02}:00:00Z",
        "level": level,
        "service": "api",
        "message": f"Database timeout {hour}",
    }
    for hour, level in enumerate(["info", "error", "warn"] * 8)
]


class Example(NamedTuple):
    """A request that the document gives as an example."""

    name: str
    operation: dict[str, Any]
    method: str
    path: str
    body: bytes
    headers: dict[str, str]

    def sent(self, server: Server, alert_id: str) -> Answer:
        """What a server answers, which has an alert of this name."""
        headers = {"Authorization": f"Bearer {server.key}", **self.headers}
        return server.request(self.method, self.path.replace("alert-123", alert_id), self.body, headers)


def document_of(server: Server) -> dict[str, Any]:
    answer = server.request("GET", "/openapi.json")
    assert answer.status == 200
    return answer.json


def examples_of(document: dict[str, Any]) -> list[Example]:
    """One request for each operation, and for each kind of body that has an example."""
    return [
        example
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for example in _examples(path, method.upper(), operation)
    ]


def make_alert(server: Server, name: str = "an alert") -> str:
    """Make an alert that tells nobody; its identifier."""
    rule = {"name": name, "condition": {"type": "count", "threshold": 100}}
    headers = {"Authorization": f"Bearer {server.key}"}
    answer = server.request("POST", "/api/v1/alerts", json.dumps(rule), headers)
    assert answer.status == 201, answer.body
    found: str = answer.json["id"]
    return found


def _examples(path: str, method: str, operation: dict[str, Any]) -> Iterator[Example]:
    stated = {
        place: {each["name"]: each["example"] for each in operation["parameters"] if _is_stated(each, place)}
        for place in ("path", "query", "header")
    }
    for name, value in stated["path"].items():
        path = path.replace(f"{{{name}}}", quote(value))
    address = f"{path}?{urlencode(stated['query'])}" if stated["query"] else path
    for kind, body in _bodies(operation):
        headers = {**stated["header"], **({"Content-Type": kind} if kind else {})}
        yield Example(f"{method} {path} {kind}".strip(), operation, method, address, body, headers)


def _is_stated(parameter: dict[str, Any], place: str) -> bool:
    return parameter["in"] == place and "example" in parameter


def _bodies(operation: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    if "requestBody" not in operation:
        yield "", b""
        return
    for kind, content in operation["requestBody"]["content"].items():
        if "example" in content:
            example = content["example"]
            yield kind, example.encode() if isinstance(example, str) else json.dumps(example).encode()
