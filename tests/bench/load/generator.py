"""A process that sends records to a server of this machine at a steady rate, or as fast as the server takes them."""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, Self

from tests.bench.load.bodies import MOST_RECORDS, PROTOCOLS, bodies_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from types import TracebackType

    from tests.bench.load.bodies import Body

_CONNECTIONS: Final = 4
_MOST_BODIES: Final = 300
_MOST_ROUNDS: Final = 1 << 12
_WAIT_SECONDS: Final = 60.0
_REST_SECONDS: Final = 0.2
"""After a batch that was refused, before it is sent again."""


class Plan(NamedTuple):
    """What is to be sent.

    Attributes:
        protocol: How.
        mix: Which records.
        rate: Records a second.
        seconds: How long.
        batch: Records that are sent at once.
    """

    protocol: str
    mix: str
    rate: int
    seconds: float
    batch: int


@dataclass
class Sent:
    """What has been sent.

    Attributes:
        records: Records that the server has to have.
        seconds: How long it took.
        cpu: Seconds of CPU that it took.
        answers: Seconds until each answer; none over TCP.
        refused: Batches that were refused for the time being and were sent again.
    """

    records: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    answers: list[float] = field(default_factory=list)
    refused: int = 0


class Generator:
    """Sends records in a process of its own; the bodies are ready when it has been entered.

    Args:
        plan: What is to be sent.
    """

    def __init__(self, plan: Plan) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(plan, theirs), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        assert self._ours.recv() == "ready"
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.join()

    def send(self, port: int, key: str) -> Sent:
        """Send everything to a port of this machine."""
        self._ours.send((port, key))
        sent: Sent = self._ours.recv()
        return sent


def _run(plan: Plan, orders: Connection) -> None:
    bodies = bodies_of(plan.protocol, plan.mix, plan.batch, _most_records(plan))
    orders.send("ready")
    port, key = orders.recv()
    orders.send(_send(plan, bodies, port, key))


def _most_records(plan: Plan) -> int:
    wanted = min(int(plan.rate * plan.seconds), plan.batch * _MOST_BODIES, MOST_RECORDS)
    return max(1, wanted // plan.batch) * plan.batch


def _send(plan: Plan, bodies: list[Body], port: int, key: str) -> Sent:
    sent, tickets, lock = Sent(), count(), threading.Lock()
    began, used = time.monotonic(), time.process_time()
    batches = min(int(plan.rate * plan.seconds) // plan.batch, len(bodies) * _MOST_ROUNDS)

    def send_in_turn() -> None:
        with _line_of(plan.protocol, port, key) as line:
            for ticket in tickets:
                if ticket >= batches or not _wait_until(began, ticket * plan.batch / plan.rate, plan.seconds):
                    break
                number, place = divmod(ticket, len(bodies))
                line.send(bodies[place].of_round(number))
                with lock:
                    sent.records += bodies[place].records
            with lock:
                sent.answers += line.answers
                sent.refused += line.refused

    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        for done in [pool.submit(send_in_turn) for _ in range(_CONNECTIONS)]:
            done.result()
    sent.seconds, sent.cpu = time.monotonic() - began, time.process_time() - used
    return sent


def _wait_until(began: float, due: float, seconds: float) -> bool:
    """Wait until something is due; whether there is still time for it."""
    time.sleep(max(0.0, began + due - time.monotonic()))
    return time.monotonic() < began + seconds


class _Line(Protocol):
    """A connection.

    Attributes:
        answers: Seconds until each answer.
        refused: Batches that were sent again.
    """

    answers: list[float]
    refused: int

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def send(self, body: bytes) -> None:
        """Send a body; if there are answers, it is durable when this returns."""


def _line_of(protocol: str, port: int, key: str) -> _Line:
    path, content_type = PROTOCOLS[protocol][:2]
    if path is None:
        return _TcpLine(port)
    return _HttpLine(port, path, {"Authorization": f"Bearer {key}", "Content-Type": content_type})


class _HttpLine:
    def __init__(self, port: int, path: str, headers: dict[str, str]) -> None:
        self.answers: list[float] = []
        self.refused = 0
        self._connection = HTTPConnection("127.0.0.1", port, timeout=_WAIT_SECONDS)
        self._path = path
        self._headers = headers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def send(self, body: bytes) -> None:
        began = time.perf_counter()
        while (status := self._posted(body)) in (429, 503):
            self.refused += 1
            time.sleep(_REST_SECONDS)
        assert status in (200, 202), status
        self.answers.append(time.perf_counter() - began)

    def _posted(self, body: bytes) -> int:
        self._connection.request("POST", self._path, body, self._headers)
        with self._connection.getresponse() as answer:
            answer.read()
            return answer.status


class _TcpLine:
    def __init__(self, port: int) -> None:
        self.answers: list[float] = []
        self.refused = 0
        self._socket = socket.create_connection(("127.0.0.1", port), _WAIT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Wait until the server has kept everything, which it says by closing too."""
        with self._socket:
            self._socket.shutdown(socket.SHUT_WR)
            self._socket.recv(1)

    def send(self, body: bytes) -> None:
        self._socket.sendall(body)
