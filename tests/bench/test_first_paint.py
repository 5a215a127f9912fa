"""The first rows of a large file against the first frame of an application that shows one word."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.bench

_RUNS = 5
_BYTES = 5 * 2**30
_LINE = b"2025-10-07T16:00:%02d.000Z INFO api.orders request served id=%012d took=12ms path=/orders/checkout\n"
_EMPTY = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("the-first-" + "frame")

Empty().run()
"""


def test_the_first_rows_of_five_gigabytes_come_as_soon_as_an_empty_screen(tmp_path: Path) -> None:
    empty, large = tmp_path / "empty.py", tmp_path / "large.log"
    empty.write_text(_EMPTY)
    _write(large)
    os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = str(tmp_path)
    frames, rows = [], []
    for _ in range(_RUNS):
        frames.append(_seconds_to([sys.executable, str(empty)], b"the-first-frame"))
        rows.append(_seconds_to([sys.executable, "-m", "logtui", "open", "--fresh", str(large)], b"id=000000000003"))
    frame, row = statistics.median(frames), statistics.median(rows)
    print(f"\nempty application {frame:.3f} s   first rows of 5 GB {row:.3f} s   ratio {row / frame:.2f}")
    assert row <= 1.5 * frame


def _write(path: Path) -> None:
    block = b"".join(_LINE % (number % 60, number) for number in range(100_000))
    with path.open("wb") as file:
        for _ in range(_BYTES // len(block) + 1):
            file.write(block)


def _seconds_to(command: list[str], text: bytes) -> float:
    """Run a command on a terminal until it has written a text."""
    began = time.monotonic()
    process, terminal = pty.fork()
    if not process:
        os.environ["TERM"] = "xterm-256color"
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
    written = b""
    while text not in written:
        assert time.monotonic() < began + 30, written[-2_000:]
        if select.select([terminal], [], [], 0.1)[0]:
            written += os.read(terminal, 65_536)
    seconds = time.monotonic() - began
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    os.close(terminal)
    return seconds
