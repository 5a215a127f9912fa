"""Reads server-sent events."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from tests.server.running import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

    from tests.server.running import Server


class Event(NamedTuple):
    """One event."""

    name: str
    id: int
    data: dict[str, Any]


class Follower:
    """A client of a tail."""

    def __init__(self, response: HTTPResponse) -> None:
        self.response = response

    def next(self) -> Event:
        """The next event that is no heartbeat."""
        members: dict[str, str] = {}
        for line in self.response:
            name, _, value = line.decode().rstrip("\r\n").partition(": ")
            if not name and members:
                return Event(members.get("event", "message"), int(members["id"]), json.loads(members["data"]))
            members |= {name: value} if name else {}
        raise AssertionError("the tail ended")

    def messages(self, count: int) -> list[str]:
        """The messages of the next records."""
        return [self.next().data["message"] for _ in range(count)]


@contextmanager
def following(server: Server, key: str = "", last: int | None = None, **parameters: str) -> Iterator[Follower]:
    """A tail that is ready; with `last`, from behind this event on."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    headers |= {} if last is None else {"Last-Event-ID": str(last)}
    connection = HTTPConnection("127.0.0.1", server.port, timeout=WAIT_SECONDS)
    connection.request("GET", f"/api/v1/tail?{urlencode(parameters)}", headers=headers)
    response = connection.getresponse()
    try:
        assert response.status == 200, response.read()
        follower = Follower(response)
        assert follower.next().name == "ready"
        yield follower
    finally:
        response.close()
        connection.close()
