"""A server in the background of a program that shows what it receives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Self

import msgspec

from logtui.engine.search.datasets import store_folder
from logtui.errors import LogtuiError
from logtui.server.supervisor import SUPERVISED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LOG: Final = "server.log"
_LOOK_SECONDS: Final = 0.02
_START_SECONDS: Final = 30.0
_KILL_SECONDS: Final = 5.0


class BackgroundServer:
    """A server whose log goes into its data folder. It ends with this process, however that ends.

    Args:
        folder: Its data folder, which must be there.
        arguments: The options of `logtui serve`.
        drain_seconds: How long it may take to end.

    Attributes:
        address: Where it answers over HTTP, `HOST:PORT`.

    Raises:
        LogtuiError: If it does not start, in its own words.
    """

    def __init__(self, folder: Path, arguments: Sequence[str], drain_seconds: float) -> None:
        self._folder = folder
        self._log = folder / LOG
        self._drain_seconds = drain_seconds
        self._begins = self._log.stat().st_size if self._log.exists() else 0
        # Another server may run on the folder and write to the same file; whether it does is known only later.
        with self._log.open("ab") as log, _no_hangup():
            self._process = subprocess.Popen(
                [sys.executable, "-m", "logtui", "serve", *arguments],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, SUPERVISED: "1"},
            )
        try:
            self.address: Final = self._wait()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let it finish its requests and store its records; then it has ended."""
        self._process.terminate()
        try:
            self._process.communicate(timeout=self._drain_seconds + _KILL_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _wait(self) -> str:
        """Wait until it answers and its store can be opened; where it answers."""
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            lines = (line for line in self._lines() if isinstance(line, dict))
            address = next((str(line["http"]) for line in lines if line.get("message") == "listening"), None)
            if address and store_folder(str(self._folder)):
                return address
            time.sleep(_LOOK_SECONDS)
        said = [line for line in self._lines() if isinstance(line, str)]
        raise LogtuiError(said[0].removeprefix("logtui: ") if said else f"the server does not start; see {self._log}")

    def _lines(self) -> list[dict[str, Any] | str]:
        """Its log so far: objects, and what it says to a person."""
        return [_read(line) for line in self._log.read_text(errors="replace").splitlines()]


@contextmanager
def _no_hangup() -> Iterator[None]:
    """Let programs that are started not end at once when the terminal is closed, but with their supervisor."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def _read(line: str) -> dict[str, Any] | str:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError:
        return line
