"""Storage that stalls under a server: requests are held, then refused for a while, and no acknowledged one is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from logtui.engine.ingest.admission import HOLD_SECONDS
from tests.bench.load.watched import resident
from tests.cli.helpers import PROGRAM
from tests.faults.senders import Senders
from tests.faults.stalling import FLAG
from tests.server.running import WAIT_SECONDS, Server, stored, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.server.running import Answer

_SENDERS: Final = 8
_BATCH: Final = 500
_PADDING: Final = " " + "x" * 500
_MOST_DELAY: Final = 3.0
_MOST_GROWTH: Final = 256 << 20
_SETTLED_SECONDS: Final = 90.0
_STALLING: Final = [sys.executable, "-m", "tests.faults.stalling"]


def check_stalled_store(folder: Path, seconds: float) -> str:
    """Stop the worker, with a journal that is full soon; see `_check`."""
    data = folder / "data"
    options = ("--role", "front", "--journal-bytes", str(16 << 20), "--hold-seconds", str(_hold(seconds)))
    command = [*PROGRAM, "serve", "--role", "worker", "--data", str(data), "--min-free-bytes", "0"]
    with Server(data, *options, wait_seconds=_patience(seconds)) as server:
        worker = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: server.request("GET", "/ready").status == 200)
            return _check(server, seconds, _stopped(worker.pid), [server.process.pid, worker.pid])
        finally:
            worker.kill()
            worker.wait()


def check_stalled_journal(folder: Path, seconds: float) -> str:
    """Let no sync come to its end; see `_check`."""
    flag = folder / "stalled"
    env, patience = {FLAG: str(flag)}, _patience(seconds)
    with Server(
        folder / "data", "--hold-seconds", str(_hold(seconds)), env=env, program=_STALLING, wait_seconds=patience
    ) as server:
        return _check(server, seconds, _existing(flag), [server.process.pid])


def _hold(seconds: float) -> float:
    """A hold that ends within the stall."""
    return min(HOLD_SECONDS, seconds / 4)


def _patience(seconds: float) -> float:
    """What is being committed when the stall begins is held until its end."""
    return seconds + WAIT_SECONDS


def _check(server: Server, seconds: float, stall: AbstractContextManager[None], pids: list[int]) -> str:
    """Let the storage of a server stall under load.

    Args:
        server: The server, whose storage works.
        seconds: How long it stalls.
        stall: Lets it stall meanwhile.
        pids: The processes whose memory has to stay bounded.

    Returns:
        What has been checked, in a line.
    """
    with _Senders(server) as senders:
        wait_for(lambda: len(senders.acknowledged) > _SENDERS * _BATCH)
        before, most = _memory(pids), 0
        with stall:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                assert server.request("GET", "/health").status == 200
                most = max(most, _memory(pids))
                time.sleep(0.1)
        senders.check_refusals(_hold(seconds))
        count = len(senders.acknowledged)
        wait_for(lambda: len(senders.acknowledged) > count + _SENDERS * _BATCH)
    assert most - before < _MOST_GROWTH, f"{(most - before) >> 20} MB more"
    wait_for(lambda: len(stored(server.folder)) >= len(senders.acknowledged), _SETTLED_SECONDS)
    assert Counter(stored(server.folder)) == Counter(senders.acknowledged)
    wait_for(lambda: server.request("GET", "/ready").status == 200)
    said = f"{len(senders.acknowledged):,} acknowledged records are found once, {len(senders.refused)} requests refused"
    return f"{said}, {senders.longest:.1f} s the longest wait, {max(0, most - before) >> 20} MB more memory"


class _Senders(Senders):
    """Send to a server and note what it refuses.

    Attributes:
        refused: The answers that refused a batch for a while, and seconds until each.
        longest: Seconds until the slowest answer.
    """

    def __init__(self, server: Server) -> None:
        super().__init__(_SENDERS, _BATCH, _PADDING)
        self.refused: list[tuple[Answer, float]] = []
        self.longest = 0.0
        self._server = server

    def check_refusals(self, hold: float) -> None:
        """Every refusal was one for a while, after the hold."""
        assert self.refused
        assert {answer.status for answer, _ in self.refused} == {429}
        assert all(int(answer.headers["retry-after"]) > 0 for answer, _ in self.refused)
        assert all(hold <= took < hold + _MOST_DELAY for _, took in self.refused)

    def is_acknowledged(self, records: list[dict[str, object]], key: str) -> bool:  # noqa: ARG002 -- each counts once
        began = time.monotonic()
        answer = self._server.post(records)
        took = time.monotonic() - began
        self.longest = max(self.longest, took)
        if answer.status == 202:
            return True
        self.refused.append((answer, took))
        time.sleep(0.2)
        return False


def _memory(pids: list[int]) -> int:
    return sum(map(resident, pids))


@contextmanager
def _stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def _existing(flag: Path) -> Iterator[None]:
    flag.touch()
    try:
        yield
    finally:
        flag.unlink()
