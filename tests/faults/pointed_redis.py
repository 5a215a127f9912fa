"""A client of Redis at which each request is a point, and the clock of all who take part."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, TypeVar

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis.client import Pipeline

    from tests.faults.puppet import Point

T = TypeVar("T")
_SECOND: Final = 10**9


def at_once(act: Callable[[], T], error: Exception) -> T:  # noqa: ARG001
    """A `Point` at which nothing goes wrong."""
    return act()


class Acting(threading.local):
    """Who is at work in this thread.

    Attributes:
        point: What becomes of the requests of those clients that it makes.
    """

    def __init__(self) -> None:
        self.point: Point = at_once


ACTING: Final = Acting()


class PointedRedis(Redis):
    """A client whose requests go as those are told who made it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **named)
        self.point: Point = ACTING.point

    def execute_command(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        ask = super().execute_command
        return self.point(lambda: ask(*arguments, **options), _lost())  # type: ignore[no-untyped-call]

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: FBT002
        pipeline = super().pipeline(transaction, shard_hint)
        ask = pipeline.execute
        pipeline.execute = lambda *given: self.point(lambda: ask(*given), _lost())  # type: ignore[method-assign]
        return pipeline


class Clock:
    """Stands in the place of the module `time`; nobody waits.

    Attributes:
        now: Epoch nanoseconds.
        skew: How far the clock of the one who looks at it is ahead, nanoseconds.
    """

    def __init__(self, now: int) -> None:
        self.now = now
        self.skew = 0

    def time_ns(self) -> int:
        return self.now + self.skew

    def monotonic(self) -> float:
        return self.now / _SECOND

    def sleep(self, seconds: float) -> None:
        self.now += int(seconds * _SECOND)


def _lost() -> RedisConnectionError:
    return RedisConnectionError("connection lost")
