"""How many requests a key may be used for in a time."""

from __future__ import annotations

import time
from functools import lru_cache
from http import HTTPStatus
from math import ceil
from typing import TYPE_CHECKING

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from logtui.errors import ConfigError
from logtui.server.problems import ProblemError

if TYPE_CHECKING:
    from limits import RateLimitItem


class RateLimits:
    """Counts the requests of each key that has a rate, in this process."""

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def take(self, name: str, rate: str) -> None:
        """Count a request.

        Args:
            name: The name of its key.
            rate: How many requests the key may be used for in a time; empty for any number.

        Raises:
            ProblemError: 429 if the key has been used too often; it says when to try again.
        """
        if not rate:
            return
        limit = parsed_rate(rate)
        if not self._limiter.hit(limit, name):
            seconds = self._limiter.get_window_stats(limit, name).reset_time - time.time()
            raise ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"the key {name!r} may be used for {rate} requests",
                reason="rate",
                headers={"Retry-After": str(max(1, ceil(seconds)))},
            )


@lru_cache
def parsed_rate(text: str) -> RateLimitItem:
    """Read a rate such as `1000/second`.

    Raises:
        ConfigError: If it is none.
    """
    try:
        limit = parse(text)
    except ValueError:
        limit = None
    if limit is None or limit.amount < 1:
        raise ConfigError(f"expected a rate, got {text!r}", hint="such as 1000/second, 50/minute")
    return limit
