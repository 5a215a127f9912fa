"""Queries made to explode: `python -m tests.bench.exploding [--records N] [--rate N] [--seconds S] [--clients N]`.

A server with records of the reference mix takes further ones at a steady rate, first alone, then while many clients ask
it the same costly question at once. What is printed: how requests ended, the memory of all processes, and the times of
ingest beside those of the quiet server. It ends with 1 if a question exceeds its budget, or the server is harmed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tests.bench.load.generator import Generator, Plan
from tests.bench.load.watched import WatchedServer
from tests.bench.search import fill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.load.generator import Sent

TIMEOUT: Final = 2.0
"""Seconds that each question states as its budget."""

_MOST_OVER: Final = 3.0
"""Seconds: what a question may take beyond its budget and the time in the queue."""

_QUEUE_TURNS: Final = 5
"""Of 20 that are taken four run at once."""

_MOST_SLOWDOWN: Final = 2.0
_LEAST_P99: Final = 0.05
"""Seconds: below, the times of ingest say more on the machine than on the server."""

_MOST_MEMORY: Final = 2 << 30
_REST_SECONDS: Final = 2.0
_MOST_REST: Final = 0.5
"""CPU that the front may take in a second of rest."""

QUESTIONS: Final[dict[str, dict[str, Any]]] = {
    "1,024 globs over all fields": {"query": " OR ".join(f"*:*q{number}*z*" for number in range(1_024))},
    "a sort of everything": {"query": "* | sort by message", "limit": 10_000},
    "a group of each record": {"query": "* | stats count() by trace_id, message"},
    "regular expressions": {"query": " OR ".join(f"*:/(a|b)*c{number}(x+x+)+y/" for number in range(30))},
}


class Outcome(NamedTuple):
    """How a request ended.

    Attributes:
        said: The status, with `partial` where the answer says so.
        seconds: How long it took.
    """

    said: str
    seconds: float


class Explosion(NamedTuple):
    """What became of a question that many have asked at once.

    Attributes:
        outcomes: How each request ended.
        p99: Seconds in which 99 of 100 batches were durable meanwhile.
        memory: Most resident bytes of all processes together.
        rest: CPU that the front took in each second of rest afterwards.
    """

    outcomes: Sequence[Outcome]
    p99: float
    memory: int
    rest: float

    @property
    def is_bounded(self) -> bool:
        """Whether each request kept its budget and the server its own."""
        slowest = max(each.seconds for each in self.outcomes)
        is_in_time = slowest < _QUEUE_TURNS * TIMEOUT + _MOST_OVER
        is_known = all(each.said in ("200", "200 partial", "400", "429") for each in self.outcomes)
        return is_in_time and is_known and self.memory < _MOST_MEMORY and self.rest < _MOST_REST


def main(arguments: list[str]) -> int:
    """Ask, and print.

    Args:
        arguments: The command line without the program's name.

    Returns:
        0 if every question kept its budget, ingest went on and the server is well afterwards.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.bench.exploding", description=__doc__)
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--rate", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=20.0, help="for each question")
    parser.add_argument("--clients", type=int, default=200)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "data"
        fill(folder, chosen.records)
        plan = Plan("http", "challenge", chosen.rate, chosen.seconds, batch=200)
        with WatchedServer(folder) as server:
            quiet = _p99(_sent(plan, server))
            print(f"quiet: p99 of ingest {quiet * 1e3:.0f} ms")
            found = {name: exploded(server, plan, each, chosen.clients) for name, each in QUESTIONS.items()}
            is_alive = _asked(server.port("http"), {"query": "level:error", "limit": 1}).said == "200"
    for name, each in found.items():
        _print(name, each, quiet)
    most = _MOST_SLOWDOWN * max(quiet, _LEAST_P99)
    return 0 if is_alive and all(each.is_bounded and each.p99 < most for each in found.values()) else 1


def exploded(server: WatchedServer, plan: Plan, question: dict[str, Any], clients: int) -> Explosion:
    """Have many clients ask a question at once while records arrive, and see what becomes of it.

    Args:
        server: The server.
        plan: What is sent meanwhile.
        question: What is asked.
        clients: How many ask.
    """
    began = time.monotonic()
    with ThreadPoolExecutor(clients + 1) as pool:
        sending = pool.submit(_sent, plan, server)
        time.sleep(1.0)
        port = server.port("http")
        outcomes = list(pool.map(lambda _: _asked(port, {**question, "timeout": TIMEOUT}), range(clients)))
        sent = sending.result()
    memory = max(sum(each.memory.values()) for each in server.samples if each.moment > began)
    return Explosion(outcomes, _p99(sent), memory, _rest(server))


def _sent(plan: Plan, server: WatchedServer) -> Sent:
    with Generator(plan) as generator:
        return generator.send(server.port("http"), server.key)


def _p99(sent: Sent) -> float:
    return sorted(sent.answers)[int(len(sent.answers) * 0.99)]


def _rest(server: WatchedServer) -> float:
    """CPU that the front takes in each second once nobody asks or sends."""
    time.sleep(1.0)
    before = server.cpu["front"]
    time.sleep(_REST_SECONDS)
    return (server.cpu["front"] - before) / _REST_SECONDS


def _asked(port: int, question: dict[str, Any]) -> Outcome:
    began = time.monotonic()
    with closing(HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        connection.request("POST", "/api/v1/search", json.dumps(question))
        answer = connection.getresponse()
        found = json.loads(answer.read())
    said = f"{answer.status} partial" if found.get("partial") else str(answer.status)
    return Outcome(said, time.monotonic() - began)


def _print(name: str, found: Explosion, quiet: float) -> None:
    ends = ", ".join(f"{count} x {said}" for said, count in Counter(each.said for each in found.outcomes).items())
    slowest = max(each.seconds for each in found.outcomes)
    print(f"{name}: {ends}; slowest {slowest:.1f} s")
    print(f"  p99 of ingest {found.p99 * 1e3:.0f} ms, {found.p99 / quiet:.1f} x quiet")
    print(f"  memory of all processes {found.memory >> 20:,} MB; afterwards {found.rest:.0%} of a core")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
