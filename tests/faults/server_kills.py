"""Front and worker of a server, or both, are killed under load: what was acknowledged is stored exactly once."""

from __future__ import annotations

import subprocess
import time
from collections import Counter
from contextlib import closing, suppress
from http.client import HTTPException
from typing import TYPE_CHECKING, Final

from tests.cli.helpers import PROGRAM
from tests.faults.senders import Senders
from tests.server.running import Server, stored, wait_for

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

_SENDERS: Final = 4
_BATCH: Final = 100
_LONGEST_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = 0.02
_SETTLED_SECONDS: Final = 60.0
_VICTIMS: Final = (("front",), ("worker",), ("front", "worker"))


def check_server_kills(folder: Path, rounds: int, chance: Random) -> str:
    """Kill processes of a server while batches are sent, each again until it is answered, and start them again.

    Args:
        folder: An empty folder.
        rounds: How often.
        chance: Decides who is killed and when.

    Returns:
        What has been checked, in a line.
    """
    with closing(_Halves(folder / "data")) as halves:
        with _Senders(halves) as senders:
            for _ in range(rounds):
                count = len(senders.acknowledged)
                wait_for(lambda count=count: len(senders.acknowledged) > count)  # type: ignore[misc]
                time.sleep(chance.uniform(0, _LONGEST_SECONDS))
                halves.kill(chance.choice(_VICTIMS))
        wait_for(lambda: len(stored(halves.data)) >= len(senders.acknowledged), _SETTLED_SECONDS)
        assert Counter(stored(halves.data)) == Counter(senders.acknowledged)
    return f"{rounds} kills: {len(senders.acknowledged):,} acknowledged records are stored once"


class _Halves:
    """The front and the worker of a server, each in a process of its own.

    Attributes:
        data: The data folder.
        front: The front that runs now, or the one that was killed last.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self._start_front()
        self._start_worker()

    def kill(self, roles: tuple[str, ...]) -> None:
        """Kill some processes at the same time, then start them again."""
        for role in roles:
            (self.front.process if role == "front" else self._worker).kill()
        for role in roles:
            if role == "front":
                self.front.kill()
                self._start_front()
            else:
                self._worker.wait()
                self._start_worker()

    def close(self) -> None:
        """Kill both."""
        self.front.kill()
        self._worker.kill()
        self._worker.wait()

    def _start_front(self) -> None:
        self.front = Server(self.data, "--role", "front")

    def _start_worker(self) -> None:
        command = [*PROGRAM, "serve", "--role", "worker", "--data", str(self.data), "--min-free-bytes", "0"]
        self._worker = subprocess.Popen(command, stderr=subprocess.DEVNULL)


class _Senders(Senders):
    """Send to the front that runs, with keys by which a batch that is sent again is known."""

    def __init__(self, halves: _Halves) -> None:
        super().__init__(_SENDERS, _BATCH)
        self._halves = halves

    def is_acknowledged(self, records: list[dict[str, object]], key: str) -> bool:
        with suppress(OSError, HTTPException):  # it was killed, and whether the batch is durable is not known
            if self._halves.front.post(records, Idempotency_Key=key).status == 202:
                return True
        time.sleep(_AGAIN_SECONDS)
        return False
