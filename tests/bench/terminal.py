"""Commands on a terminal, timed until they have written a text."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from typing import Final

EMPTY_APPLICATION: Final = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("the-first-" + "frame")

Empty().run()
"""
"""An application that shows one word: `the-first-frame`."""


def seconds_to(command: list[str], text: bytes) -> float:
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
