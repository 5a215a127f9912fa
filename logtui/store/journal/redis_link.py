"""Connections to a Redis that keeps what it acknowledges: one that is set otherwise is refused at each connection."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

from logtui.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redis.connection import Connection

PASSING: Final = (RedisConnectionError, RedisTimeoutError)
"""Errors that may pass: the server is started, or reads its file."""

_TIMEOUT_SECONDS: Final = 10.0
_NEEDED: Final = {
    "appendonly": "yes",
    # With `everysec` the last second of acknowledged records is lost in a crash, and its numbers are given again.
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    # Any other policy removes records, or keys of batches, when the memory is full.
    "maxmemory-policy": "noeviction",
}


def connect(url: str) -> Redis:
    """A client that does not connect yet, and never sends anything twice by itself.

    Args:
        url: The server and its database, such as `redis://HOST:6379/0`.
    """
    return Redis.from_url(
        url,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        redis_connect_func=_check,
    )


def place_of(url: str) -> str:
    """A URL without user and password, for messages."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Let the errors of Redis be those of a journal."""
    try:
        yield
    except RedisError as error:
        raise JournalError(f"the journal in {place}: {error}") from error


def _check(connection: Connection) -> None:
    """Make sure of the settings on each new connection: the server may have been started again with others."""
    connection.on_connect()  # type: ignore[no-untyped-call]
    connection.send_command("CONFIG", "GET", *_NEEDED)  # type: ignore[no-untyped-call]
    answer = [each.decode() for each in connection.read_response()]
    found = dict(zip(answer[::2], answer[1::2], strict=True))
    wrong = [f"{name} {value}" for name, value in _NEEDED.items() if found.get(name) != value]
    if wrong:
        raise RedisError(f"acknowledged records would not be safe; set {', '.join(wrong)} in redis.conf")
