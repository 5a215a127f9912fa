"""A story in records: a shop by day, an incident that is over and one that goes on."""

from __future__ import annotations

from random import Random
from string import Formatter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

RECORDS: Final = 20_000
_HOUR_NS: Final = 3_600 * 10**9


class _Line(NamedTuple):
    """A kind of record.

    Attributes:
        level: Its level.
        service: Who writes it.
        text: Its message; names in braces are drawn, and are fields of the record too.
        weight: How often it comes, against the others of its scene.
    """

    level: str
    service: str
    text: str
    weight: int


class _Scene(NamedTuple):
    """What happens in a part of the time.

    Attributes:
        begin: Where it begins, as a fraction of the whole time.
        end: Where it ends.
        share: The fraction of all records that it adds.
        lines: What is written.
    """

    begin: float
    end: float
    share: float
    lines: Sequence[_Line]


_DAY: Final = _Scene(
    0,
    1,
    0.75,
    (
        _Line("info", "gateway", "GET /products/{product} 200 in {duration_ms} ms", 40),
        _Line("info", "gateway", "POST /cart 201 in {duration_ms} ms", 12),
        _Line("info", "checkout", "order {order} placed by {user}", 10),
        _Line("info", "payments", "payment of order {order} settled in {duration_ms} ms", 10),
        _Line("debug", "search", "query answered from cache in {duration_ms} ms", 12),
        _Line("info", "auth", "user {user} logged in from {client_ip}", 8),
        _Line("warn", "auth", "wrong password for {user} from {client_ip}", 2),
        _Line("warn", "search", "slow query: {slow_ms} ms", 2),
        _Line("error", "checkout", "order {order} refused: stock of {product} is 0", 1),
    ),
)
_DEPLOYMENT: Final = _Scene(
    0.5, 0.505, 0.001, (_Line("info", "payments", "deployment of version v2.14.0 on {host} finished", 1),)
)
_POOL: Final = _Scene(
    0.51,
    0.68,
    0.18,
    (
        _Line("warn", "payments", "connection pool of db-1 is full: {waiting} requests wait", 30),
        _Line("error", "payments", "timeout after {slow_ms} ms waiting for a connection to db-1", 40),
        _Line("error", "checkout", "payment of order {order} failed: upstream timeout", 25),
        _Line("error", "gateway", "POST /checkout 504 in {slow_ms} ms", 25),
        _Line("fatal", "payments", "health check failed {waiting} times, restarting", 1),
    ),
)
_ROLLBACK: Final = _Scene(
    0.68, 0.685, 0.001, (_Line("info", "payments", "rollback to version v2.13.2 on {host} finished", 1),)
)
_CERTIFICATE: Final = _Scene(
    0.96,
    1,
    0.068,
    (
        _Line("error", "search", "TLS handshake with index-2 failed: certificate has expired", 30),
        _Line("warn", "search", "shard {shard} answered by a replica after {slow_ms} ms", 20),
        _Line("error", "gateway", "GET /search 503 in {slow_ms} ms", 15),
    ),
)
_SCENES: Final = (_DAY, _DEPLOYMENT, _POOL, _ROLLBACK, _CERTIFICATE)

_VALUES: Final[dict[str, Callable[[Random], Any]]] = {
    "product": lambda random: f"sku-{random.randint(1000, 1200)}",
    "order": lambda random: f"o-{random.randrange(10**6):06}",
    "user": lambda random: f"user{random.randint(100, 180)}",
    "client_ip": lambda random: f"203.0.113.{random.randint(1, 80)}",
    "duration_ms": lambda random: int(random.lognormvariate(3.5, 0.6)),
    "slow_ms": lambda random: random.randint(3_000, 30_000),
    "waiting": lambda random: random.randint(3, 60),
    "shard": lambda random: random.randint(0, 7),
}


def tell(count: int, end: int, hours: float, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Make the records of a story, in the order of time; they are the same for the same arguments.

    Args:
        count: Number of records.
        end: When it ends, epoch nanoseconds.
        hours: How long it takes.
        seed: Chooses one of many such stories.
    """
    random, length = Random(seed), int(hours * _HOUR_NS)
    weights = [scene.share for scene in _SCENES]
    drawn = [(random.uniform(scene.begin, scene.end), scene) for scene in random.choices(_SCENES, weights, k=count)]
    for place, scene in sorted(drawn, key=lambda each: each[0]):
        yield _record(scene, end - int((1 - place) * length), random)


def _record(scene: _Scene, time: int, random: Random) -> dict[str, Any]:
    (line,) = random.choices(scene.lines, [each.weight for each in scene.lines])
    host = f"{line.service}-{random.randint(1, 3)}"
    names = [name for _, name, _, _ in Formatter().parse(line.text) if name and name != "host"]
    fields = {name: _VALUES[name](random) for name in names}
    message = line.text.format(host=host, **fields)
    known = {"timestamp": rfc3339(time), "level": line.level, "service": line.service, "message": message, "host": host}
    return {**known, **fields, "trace_id": f"{random.getrandbits(64):016x}"}
