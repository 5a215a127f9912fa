"""A private Redis of Debian's package, in a temporary folder, that can be killed and started again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Final, Self

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

if TYPE_CHECKING:
    from pathlib import Path

SAFE: Final = {"appendonly": "yes", "appendfsync": "always", "save": "", "databases": "4096"}
_START_SECONDS: Final = 30.0


class RedisServer:
    """A Redis on a free port of this machine.

    Args:
        folder: Where its files are.
        settings: What is set besides or instead of `SAFE`.

    Attributes:
        port: Where it listens.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("Redis is not installed (apt-get install redis-server)")
        self.port = _free_port()
        self._databases: dict[Path, int] = {}
        named = {name.replace("_", "-"): value for name, value in settings.items()}
        options = {**SAFE, **named, "port": str(self.port), "bind": "127.0.0.1", "dir": str(folder)}
        self._command = [program, *(part for name, value in options.items() for part in (f"--{name}", value))]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def url(self, database: int = 0) -> str:
        """The URL of a database."""
        return f"redis://127.0.0.1:{self.port}/{database}"

    def url_for(self, folder: Path) -> str:
        """The URL of a database that belongs to a folder."""
        return self.url(self._databases.setdefault(folder, len(self._databases) + 1))

    def start(self) -> None:
        """Start it, and wait until it has read its files."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        until = time.monotonic() + _START_SECONDS
        with Redis.from_url(self.url()) as client:
            while not _answers(client):
                assert self._process.poll() is None, "redis-server has ended"
                assert time.monotonic() < until
                time.sleep(0.02)

    def kill(self) -> None:
        """End it as a crash does."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def send_signal(self, number: int) -> None:
        """Stop it for a while, or let it go on."""
        assert self._process
        self._process.send_signal(number)


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisConnectionError:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
