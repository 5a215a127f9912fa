"""The incident: what happens when, who is there, and how bad it is at any moment.

An online shop on 2025-10-07. At 15:05:12 UTC `orders` v2.14 is deployed; its migration drops the index
`idx_orders_user_created`. Listing a user's orders becomes a sequential scan, the connection pool fills up,
checkout fails, clients retry, waiting requests eat the memory of an `orders` pod until the kernel kills it.
At 15:41:03 the deploy is rolled back; the index is rebuilt at 15:44:20 and the shop heals.

Moments are milliseconds after 14:00. Chance comes from one seeded generator, of which only `random()` is
used: Python promises its sequence for all versions.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Item = TypeVar("Item")

START: Final = datetime(2025, 10, 7, 14, tzinfo=UTC)
SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
END: Final = 120 * MINUTE


def clock(hours: int, minutes: int, seconds: int = 0) -> int:
    """The moment of a time of day."""
    return ((hours - 14) * 60 + minutes) * MINUTE + seconds * SECOND


DEPLOY: Final = clock(15, 5, 12)
NEW_PODS_READY: Final = clock(15, 5, 48)
POOL_FULL: Final = clock(15, 12, 30)
OOM: Final = clock(15, 24, 37)
RESTARTED: Final = clock(15, 24, 58)
ROLLBACK: Final = clock(15, 41, 3)
OLD_PODS_READY: Final = clock(15, 41, 49)
INDEX_BACK: Final = clock(15, 44, 20)
HEALED: Final = clock(15, 46)

OLD_PODS: Final = ("orders-7c9d5b8f6-x2k4m", "orders-7c9d5b8f6-9qj7t")
NEW_PODS: Final = ("orders-6f4b9c7d8-h8wzn", "orders-6f4b9c7d8-p5rlc")
BACK_PODS: Final = ("orders-7c9d5b8f6-t7vds", "orders-7c9d5b8f6-b4gqn")
KILLED_POD: Final = NEW_PODS[0]
CHECKOUT_PODS: Final = ("checkout-5d8f7c6b9-mz4kq", "checkout-5d8f7c6b9-w6n2j")
TENANT_PODS: Final = ("tenants-84b6d5c7f-r9tvx",)
NODE_OF: Final = {
    "x2k4m": "node-a1", "9qj7t": "node-b2", "h8wzn": "node-b2", "p5rlc": "node-c3", "t7vds": "node-a1",
    "b4gqn": "node-c3", "mz4kq": "node-a1", "w6n2j": "node-c3", "r9tvx": "node-b2",
}  # fmt: skip

LIST_ORDERS: Final = "SELECT * FROM orders WHERE user_id = $1 ORDER BY created_at DESC LIMIT 20"
INDEX: Final = "idx_orders_user_created"


class Dice:
    """Chance that repeats itself."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random

    def chance(self, probability: float) -> bool:
        return self._random() < probability

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        return items[int(self._random() * len(items))]

    def weighted(self, weights: Mapping[Item, float]) -> Item:
        rest = self._random() * sum(weights.values())
        for item, weight in weights.items():
            rest -= weight
            if rest < 0:
                return item
        return next(reversed(list(weights)))

    def hexadecimal(self, digits: int) -> str:
        return "".join(self.pick("0123456789abcdef") for _ in range(digits))

    def around(self, middle: float) -> float:
        """A duration near the middle, now and then well above it, as durations are."""
        low = middle * self.between(0.6, 1.3)
        return low * self.between(1.5, 4) if self.chance(0.04) else low


@dataclass(frozen=True)
class User:
    """A customer: always from the same address, with the same browser."""

    name: str
    ip: str
    agent: str
    tenant: str


@dataclass(frozen=True)
class Request:
    """One request at the edge; a retry keeps the trace of the first attempt."""

    at: int
    user: User
    method: str
    path: str
    status: int
    size: int
    duration: int
    trace: str
    pod: str = ""
    retry: int = 0
    kind: str = field(default="browse")

    @property
    def done(self) -> int:
        """The moment of the answer."""
        return self.at + self.duration

    @property
    def has_failed(self) -> bool:
        return self.status >= 500


_WEBKIT: Final = "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS: Final = {
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_WEBKIT} Chrome/141.0.0.0 Safari/537.36": 4,
    f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {_WEBKIT} Chrome/141.0.0.0 Mobile Safari/537.36": 3,
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0": 1.5,
    "ShopApp/6.2.1 (iOS 18.6; de_DE)": 2,
}


def users(dice: Dice) -> list[User]:
    """The 90 customers of the afternoon, each with an address of the documentation ranges."""
    networks = ("192.0.2", "198.51.100", "203.0.113")
    return [
        User(
            name=f"user{100 + number}",
            ip=f"{dice.pick(networks)}.{dice.whole(2, 250)}",
            agent=dice.weighted(AGENTS),
            tenant=dice.pick(("company_a", "company_a", "company_b", "company_c")),
        )
        for number in range(90)
    ]


def ramp(at: int, start: int, full: int) -> float:
    """0 until start, 1 from full on, a straight line between."""
    return min(1.0, max(0.0, (at - start) / (full - start)))


def trouble(at: int) -> float:
    """How ill the database is: 0 healthy, 1 as bad as it gets."""
    return ramp(at, NEW_PODS_READY - 10 * SECOND, clock(15, 20)) * (1 - ramp(at, INDEX_BACK - MINUTE, HEALED))


def query_time(at: int) -> float:
    """Milliseconds that listing a user's orders usually takes."""
    return 14 + 6_200 * trouble(at) * (0.2 + 0.8 * trouble(at))


def failure_rate(at: int) -> float:
    """The share of checkouts that fail."""
    is_rolled_back = at >= OLD_PODS_READY
    return 0.004 + (0.62 if not is_rolled_back else 0.3) * ramp(at, POOL_FULL - 2 * MINUTE, OOM) * trouble(at)


def pool_in_use(at: int, dice: Dice) -> int:
    """Connections in use out of 20."""
    return min(20, max(1, round(3 + 21 * trouble(at) * (2 - trouble(at)) + dice.between(-2, 2))))


def orders_pod(at: int, dice: Dice) -> str:
    """A pod of `orders` that serves at this moment."""
    if at < NEW_PODS_READY:
        return dice.pick(OLD_PODS)
    if at >= OLD_PODS_READY:
        return dice.pick(BACK_PODS)
    return NEW_PODS[1] if OOM - SECOND <= at < RESTARTED else dice.pick(NEW_PODS)


def version(pod: str) -> str:
    return "v2.14" if pod in NEW_PODS else "v2.13"


def node(pod: str) -> str:
    return NODE_OF[pod.rpartition("-")[2]]


def time(at: int) -> datetime:
    return START + timedelta(milliseconds=at)


def iso(at: int) -> str:
    """A time with milliseconds, such as 2025-10-07T15:05:12.345Z."""
    return time(at).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % SECOND:03}Z"
