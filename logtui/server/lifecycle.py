"""How a server starts, runs and ends."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import TYPE_CHECKING, Final

import uvicorn
import uvloop

from logtui.alerts.rules_follower import RulesFollower
from logtui.engine.ingest.chores import begun
from logtui.engine.ingest.data_folder import DataFolder
from logtui.engine.ingest.gatherer import Gatherer
from logtui.engine.ingest.intake import TRIM_SECONDS
from logtui.engine.ingest.statistics import StatisticsFile
from logtui.engine.ingest.worker import Worker
from logtui.errors import AddressError, StoreError
from logtui.server.alerts.database import database_of
from logtui.server.alerts.evaluation import alert_worker
from logtui.server.app import make_app
from logtui.server.auth.first_key import first_key
from logtui.server.front import Front
from logtui.server.http_connection import counted_connections
from logtui.server.labels import load_labels
from logtui.server.logs import log
from logtui.server.open_files import raise_open_files
from logtui.server.priorities import put_searches_last
from logtui.server.queueing import claim, queue_of_worker, source_in
from logtui.server.settings import Role
from logtui.server.signals import on_ending_signals
from logtui.server.storing import join_shared_store, join_store, reached_of, storage_of
from logtui.store.dead_letters import DeadLetters
from logtui.store.journal import FileJournalReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

    from logtui.server.address import Address
    from logtui.server.alerts.database import AlertDatabase
    from logtui.server.settings import ServerSettings
    from logtui.store.journal.redis import RedisJournal

_BACKLOG: Final = 2_048
_KEEP_ALIVE_SECONDS: Final = 75
"""Longer than the pause between two batches of a shipper, which then need no new connection."""

_LEAST_CLOSE_SECONDS: Final = 1.0


def serve(settings: ServerSettings, *, on_first_key: Callable[[str], None]) -> None:
    """Run a server until SIGTERM, SIGINT or SIGHUP; everything that it has acknowledged stays.

    Args:
        settings: What is set.
        on_first_key: Called with the first key if it was made now.

    Raises:
        StoreBusyError: If another server runs on the data folder.
        ConfigError: If the certificate or the labels cannot be used.
        AddressError: If the address is taken.
        StoreError: If the disk refuses.
    """
    raise_open_files()
    make_data_folder(settings.data)
    join_store(settings, DataFolder(settings.data))
    with Ending(settings.drain_seconds).on_signals() as ending, ExitStack() as parts:
        front = None
        if settings.role != Role.WORKER:
            front = Front(settings)
            parts.callback(front.close)
        if settings.role == Role.FRONT:
            put_searches_last()
        else:
            start_worker(settings, lambda: ending.seconds_left, parts)
        if front:
            _run_front(front, ending, on_first_key)
        else:
            log.info("working", data=str(settings.data))
            ending.wait()
        log.info("ending", role=str(settings.role))
    log.info("ended", role=str(settings.role))


class Ending:
    """The wish to end, and how long that may take.

    Args:
        seconds: How long it may take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._asked_at = 0.0
        self._asked = Event()
        self._server: uvicorn.Server | None = None

    @property
    def seconds_left(self) -> float:
        """Seconds until the process should have ended."""
        return max(_LEAST_CLOSE_SECONDS, self._asked_at + self._seconds - time.monotonic())

    @contextmanager
    def on_signals(self) -> Iterator[Ending]:
        """Take signals as the wish to end."""
        with on_ending_signals(self._ask):
            yield self

    def wait(self) -> None:
        """Wait for the wish."""
        self._asked.wait()

    def run(self, server: uvicorn.Server, listener: socket.socket) -> None:
        """Run a server until the wish, and let it finish the requests that it has."""
        self._server = server
        server.should_exit = self._asked.is_set()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(server.serve(sockets=[listener]))

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        if not self._asked.is_set():
            self._asked_at = time.monotonic()
            self._asked.set()
        if self._server:
            self._server.should_exit = True


class _Server(uvicorn.Server):
    """uvicorn without its own handling of signals, behind which it would end by the same signal and not with 0."""

    def __init__(self, front: Front) -> None:
        super().__init__(_config(front))
        self._tails = front.tails

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the tails, which would not end by themselves, and let the other requests finish."""
        self._tails.end()
        await super().shutdown(sockets)


def make_data_folder(folder: Path) -> None:
    """Make the data folder, for nobody else to read, if it is not there.

    Raises:
        StoreError: If it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be made: {error.strerror}") from error


def start_worker(settings: ServerSettings, seconds_left: Callable[[], float], parts: ExitStack) -> None:
    """Start what stores records and evaluates alerts.

    Args:
        settings: What is set.
        seconds_left: Tells how many seconds the worker may take to store what waits, asked when it is to end.
        parts: Ends it.

    Raises:
        StoreBusyError: If another worker runs on the data folder.
        StoreError: If the disk refuses.
    """
    folder = DataFolder(settings.data)
    queue = _queue(settings, folder, parts) if settings.queue else None
    storage = storage_of(settings, folder)
    worker = Worker(
        source_in(queue, storage, parts) if queue else Gatherer(FileJournalReader(folder.journal), storage),
        storage,
        DeadLetters(folder.dead_letters),
        load_labels(settings.labels) if settings.labels else None,
    )
    parts.callback(lambda: worker.close(seconds_left()))
    if queue:
        claim(queue, storage.name, storage.position)
        parts.callback(begun("trim", lambda: queue.trim(storage.position), TRIM_SECONDS).close)
    worker.start()
    database = database_of(settings)
    parts.callback(database.close)
    rule_problems = _follow_rules(settings, database, parts)
    alerts = alert_worker(settings, database, worker).start()
    parts.callback(alerts.close)
    statistics = StatisticsFile(
        worker,
        queue or FileJournalReader(folder.journal),  # the thread of the worker reads with a reader of its own
        folder.statistics,
        lambda: rule_problems() | alerts.problems,
        queue.publish if queue else None,
    ).start()
    parts.callback(statistics.close)


def _queue(settings: ServerSettings, folder: DataFolder, parts: ExitStack) -> RedisJournal:
    queue = queue_of_worker(str(settings.queue), reached_of(settings, folder))
    parts.callback(queue.close)
    if settings.store:
        join_shared_store(settings, folder, queue)
    return queue


def _follow_rules(settings: ServerSettings, database: AlertDatabase, parts: ExitStack) -> Callable[[], dict[str, str]]:
    """Keep the rules of the file that is set among the alerts; returns what says why they are not."""
    if settings.rules is None and not database.exists:
        return dict  # no file has been set before either, whose rules would have to go
    rules = RulesFollower(
        settings.rules,
        database.store,
        on_changes=lambda changes: log.info("the rules file was read", **changes._asdict()),
        on_problem=lambda problem: log.warning("the rules file is not used as it is now", problem=problem),
    ).start()
    parts.callback(rules.close)
    return lambda: rules.problems


def _run_front(front: Front, ending: Ending, on_first_key: Callable[[str], None]) -> None:
    settings = front.settings
    for name, address, kind in (
        ("--tcp", settings.tcp, socket.SOCK_STREAM),
        ("--udp", settings.udp, socket.SOCK_DGRAM),
    ):
        if address:
            _bound(address, name, kind).close()  # it is bound again in the event loop; here a taken one is said in time
    with _bound(settings.http, "--http") as listener:
        if key := first_key(front.keys, settings.data):
            on_first_key(key)
        host, port = listener.getsockname()[:2]
        log.info("listening", http=str(front.settings.http._replace(host=host, port=port)))
        ending.run(_Server(front), listener)


def _config(front: Front) -> uvicorn.Config:
    return uvicorn.Config(
        make_app(front),
        http=counted_connections(front.counts.errors),
        log_config=None,
        access_log=False,
        # Another sender's `X-Forwarded-For` would otherwise pass for its address.
        proxy_headers=bool(front.settings.trusted_proxy),
        forwarded_allow_ips=[*front.settings.trusted_proxy],
        server_header=False,
        headers=[("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")],
        ws="none",
        ssl_certfile=front.settings.tls_cert,
        ssl_keyfile=front.settings.tls_key,
        lifespan="on",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=max(1, front.settings.drain_seconds // 2),
    )


def _bound(address: Address, option: str, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    """A socket that listens, or receives.

    Raises:
        AddressError: If the address is taken, or not of this machine.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, kind)
    try:
        if kind == socket.SOCK_STREAM:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise AddressError(f"{address}: {error.strerror}", hint=f"choose another with {option} HOST:PORT") from error
    return listener
