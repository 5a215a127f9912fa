"""The program in a terminal of its own: keys are sent, and what it writes is drawn as a user's terminal draws it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import contextmanager, suppress
from copy import copy
from typing import TYPE_CHECKING, Any, Final

import pyte
from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

DEADLINE: Final = 60.0
"""Seconds that something on the screen may take on a busy machine."""

KEYS: Final = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "down": "\x1b[B",
    "up": "\x1b[A",
    "f2": "\x1bOQ",
} | {f"ctrl+{letter}": chr(number) for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 1)}
"""What a terminal sends for a key that is no character."""

ALTERNATE: Final = 1049
CURSOR: Final = 25
WRAP: Final = 7
UPDATING: Final = 2026
MOUSE: Final = (1000, 1002, 1003, 1006, 1015, 1016)
PASTE_AND_FOCUS: Final = (2004, 1004)

PROGRAM: Final = (sys.executable, "-m", "logtui")
SHELL: Final = ("bash", "--norc", "--noprofile", "--noediting", "-i")

_LAUNCHER: Final = (
    "import fcntl, os, sys, termios; fcntl.ioctl(2, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)
"""Makes the terminal the controlling one of its session, as a terminal emulator does, and becomes the program."""


class Display(pyte.Screen):
    """What the terminal shows; the alternate screen leaves what was there before as it is."""

    def __init__(self, columns: int, lines: int) -> None:
        super().__init__(columns, lines)
        self._aside: tuple[dict[int, Any], pyte.screens.Cursor] = ({}, copy(self.cursor))

    def set_mode(self, *modes: int, **kwargs: bool) -> None:
        """Enter the alternate screen too."""
        if ALTERNATE in modes and not self.has(ALTERNATE):
            self._aside = dict(self.buffer), copy(self.cursor)
            self.buffer.clear()
        super().set_mode(*modes, **kwargs)

    def reset_mode(self, *modes: int, **kwargs: bool) -> None:
        """Leave the alternate screen too."""
        if ALTERNATE in modes and self.has(ALTERNATE):
            self.buffer.clear()
            lines, self.cursor = self._aside
            self.buffer.update(lines)
        super().reset_mode(*modes, **kwargs)

    def line(self, y: int) -> str:
        """A line's text; what is left of a wide character that was half overwritten is a space."""
        cells = [self.buffer[y][x].data for x in range(self.columns)]
        wide = [bool(cell) and cell_len(cell) > 1 for cell in cells]
        after_wide = [False, *wide]
        return "".join(cell or ("" if stub else " ") for cell, stub in zip(cells, after_wide, strict=False))

    def has(self, mode: int) -> bool:
        """Whether a private mode is set."""
        return mode << 5 in self.mode


class Terminal:
    """A running program.

    Args:
        descriptor: The terminal's side of the pseudo-terminal.
        process: The program.
        columns: Width in cells.
        lines: Height in cells.

    Attributes:
        raw: All bytes that the program has written.
        display: What they look like.
        process: The program.
    """

    def __init__(self, descriptor: int, process: subprocess.Popen[bytes], columns: int, lines: int) -> None:
        self.raw = b""
        self.display: Final = Display(columns, lines)
        self.process: Final = process
        self._descriptor = descriptor
        self._stream = pyte.ByteStream(self.display)
        self._seen = 0
        self._hung_up = False

    @property
    def lines(self) -> list[str]:
        """The texts of all lines."""
        return [self.display.line(y) for y in range(self.display.lines)]

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.lines)

    @property
    def status(self) -> str:
        """The status line."""
        return self.lines[-2]

    @property
    def paints(self) -> int:
        """How many times the screen has been painted, wholly or in part."""
        return self.raw.count(b"\x1b[?2026h")

    @property
    def is_cooked(self) -> bool:
        """Whether the terminal echoes and gathers lines, as a shell expects it."""
        flags = termios.tcgetattr(self._descriptor)[3]
        return all(flags & flag for flag in (termios.ICANON, termios.ECHO, termios.ISIG))

    @property
    def leftovers(self) -> list[int]:
        """Private modes that are not as a shell expects them."""
        wrong = [mode for mode in (ALTERNATE, UPDATING, *MOUSE, *PASTE_AND_FOCUS) if self.display.has(mode)]
        return wrong + [mode for mode in (CURSOR, WRAP) if not self.display.has(mode)]

    def press(self, *keys: str) -> None:
        """Press keys; nothing may follow an Escape before the screen has answered it."""
        os.write(self._descriptor, "".join(KEYS.get(key, key) for key in keys).encode())

    def resize(self, columns: int, lines: int) -> None:
        """Change the size, as the user does at the window's border."""
        self.display.resize(lines, columns)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def until(self, condition: str | Callable[[], object], within: float = DEADLINE) -> None:
        """Wait for a text on the screen, or for something else.

        Args:
            condition: The text, or what tells whether it has happened.
            within: Seconds.
        """
        deadline = time.monotonic() + within
        while not (condition in self.text if isinstance(condition, str) else condition()):
            assert time.monotonic() < deadline, f"no {condition!r} on the screen:\n{self.text}"
            self.listen(0.05)

    def until_written(self, text: str) -> str:
        """Wait for a text that may not stay on the screen; tells what was written since the last time."""
        self.until(lambda: text.encode() in self.raw[self._seen :])
        end = self.raw.index(text.encode(), self._seen) + len(text.encode())
        written, self._seen = self.raw[self._seen : end], end
        return written.decode("utf-8", "replace")

    def exit_code(self, within: float = DEADLINE) -> int:
        """Wait for the program's end; minus the number of the signal if one ended it."""
        self.until(lambda: self.process.poll() is not None, within)
        while self.listen(0):
            pass
        return self.process.returncode

    def is_alone(self) -> bool:
        """Whether no process of the program's group is left."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False

    def hang_up(self) -> None:
        """Close the window."""
        if not self._hung_up:
            self._hung_up = True
            os.close(self._descriptor)

    def listen(self, seconds: float) -> bool:
        """Draw what the program writes next; tells whether it wrote anything within some seconds."""
        data = self._read(seconds)
        if not data:
            return False
        self.raw += data
        self._stream.feed(data)
        if b"\x1b[?2026$p" in data:
            os.write(self._descriptor, b"\x1b[?2026;2$y")  # paints are marked by begin and end
        return True

    def _read(self, seconds: float) -> bytes:
        try:
            if not self._hung_up and select.select([self._descriptor], [], [], seconds)[0]:
                return os.read(self._descriptor, 65_536)
        except OSError:  # the program has ended
            time.sleep(seconds)
        return b""


@contextmanager
def terminal(
    home: Path,
    *arguments: str | Path,
    program: Sequence[str] = PROGRAM,
    columns: int = 80,
    lines: int = 24,
    stdin: int | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[Terminal]:
    """A program in a terminal, which is killed in the end.

    Args:
        home: Where the program keeps what it keeps.
        arguments: Its arguments.
        program: Its command; logtui unless told otherwise.
        columns: Width in cells.
        lines: Height in cells.
        stdin: The descriptor of what is piped in; None for the terminal.
        env: Further environment variables.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA", "STATE")}
    unset = ("COLUMNS", "LINES", "NO_COLOR", "TERM_PROGRAM")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    process = subprocess.Popen(
        [sys.executable, "-SEc", _LAUNCHER, *program, *map(str, arguments)],
        stdin=theirs if stdin is None else stdin,
        stdout=theirs,
        stderr=theirs,
        env={**inherited, **folders, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
        start_new_session=True,
    )
    os.close(theirs)
    shown = Terminal(ours, process, columns, lines)
    try:
        yield shown
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        shown.hang_up()
