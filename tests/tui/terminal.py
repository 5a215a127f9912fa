"""The program in a terminal of its own: what it writes is read, keys are sent."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DEADLINE = 30.0


class Terminal:
    """A running program."""

    def __init__(self, descriptor: int, process: subprocess.Popen[bytes]) -> None:
        self._descriptor = descriptor
        self.process = process
        self.written = ""

    def send(self, keys: str) -> None:
        os.write(self._descriptor, keys.encode())

    def until(self, text: str) -> str:
        """Wait until the program has written a text; returns what it wrote up to its end and forgets it."""
        deadline = time.monotonic() + _DEADLINE
        while text not in self.written:
            assert time.monotonic() < deadline, f"{text!r} was not written; the last of it: {self.written[-500:]!r}"
            if select.select([self._descriptor], [], [], 0.1)[0]:
                self.written += os.read(self._descriptor, 65_536).decode("utf-8", "replace")
        before, found, self.written = self.written.partition(text)
        return before + found


@contextmanager
def terminal(*arguments: str, env: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    """`logtui` with these arguments in a terminal of 80 x 24 cells."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    variables = {**os.environ, "TERM": "xterm-256color", **(env or {})}
    command = [sys.executable, "-m", "logtui", *arguments]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=variables, start_new_session=True
    )
    os.close(theirs)
    try:
        yield Terminal(ours, process)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
