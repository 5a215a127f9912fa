"""Paints the first lines of a file before the screen's libraries are loaded, so that opening seems instant."""

from __future__ import annotations

import os
import signal
import stat
import sys
import termios
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from logtui.tui.terminal.sanitize import fit, harmless_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    _Modes: TypeAlias = list[Any]

_HEAD_BYTES: Final = 65_536
_ABOVE: Final = 6
"""Lines of the screen above the list: the query bar and the histogram."""

_BELOW: Final = 2
_INPUT: Final = 0
_LOCAL: Final = 3
"""Indexes into the list of terminal attributes that `termios.tcgetattr` returns: iflag and lflag."""

_ENTER: Final = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H"
_LEAVE: Final = "\x1b[?1049l\x1b[?25h"


@contextmanager
def previewed(path: str, *, is_wanted: bool) -> Iterator[tuple[str, ...]]:
    """Show the first lines of a file on the terminal until a screen takes over.

    Args:
        path: The file.
        is_wanted: Whether to show anything.

    Yields:
        The lines; none if they are not wanted or the path is not a plain text file. If the block ends by an error or
        a signal, the terminal is restored; a screen that takes over installs its own signal handlers.
    """
    lines = first_lines(path) if is_wanted else ()
    if not lines:
        yield ()
        return
    columns, rows = os.get_terminal_size(sys.stdout.fileno())
    with _quiet_keyboard() as before:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: _end(number, before))
        try:
            _write(_ENTER + painted(lines, columns, rows, path))
            yield lines
        except BaseException:
            with suppress(OSError):  # the window has been closed
                _write(_LEAVE)
            raise


@contextmanager
def _quiet_keyboard() -> Iterator[_Modes | None]:
    """Keep early key presses for the screen, with Enter unchanged, instead of echoing them over the lines.

    Yields:
        The terminal attributes to restore at the end; None if standard input is not a terminal.
    """
    if not sys.stdin.isatty():
        yield None
        return
    before = termios.tcgetattr(sys.stdin)
    quiet = before.copy()
    quiet[_INPUT] &= ~termios.ICRNL
    quiet[_LOCAL] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(sys.stdin, termios.TCSANOW, quiet)
    try:
        yield before
    finally:
        _restore(before)


def _restore(modes: _Modes | None) -> None:
    if modes is not None:
        with suppress(termios.error):  # the window has been closed
            termios.tcsetattr(sys.stdin, termios.TCSANOW, modes)


def first_lines(path: str) -> tuple[str, ...]:
    """Read the first lines of a plain text file and remove control characters.

    Args:
        path: Any path.

    Returns:
        The lines; none if the path is not a regular file of text.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return ()
    try:
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        head = os.read(descriptor, _HEAD_BYTES) if is_file else b""
    except OSError:
        return ()
    finally:
        os.close(descriptor)
    try:
        text = head[: head.rfind(b"\n") + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        return ()
    return () if "\x00" in text else tuple(harmless_line(line) for line in text.splitlines())


def painted(lines: tuple[str, ...], columns: int, rows: int, path: str) -> str:
    """Lay out the first lines where the screen will show its list.

    Args:
        lines: Lines without control characters.
        columns: Width of the terminal, cells.
        rows: Height of the terminal, lines.
        path: The path that is being opened.

    Returns:
        Text and escape sequences to write to a cleared terminal.
    """
    room = max(0, rows - _ABOVE - _BELOW)
    shown = [f"\x1b[{_ABOVE + number};1H{fit(' ' + line, columns)}" for number, line in enumerate(lines[:room])]
    return "".join([*shown, f"\x1b[{max(1, rows - 1)};1H{fit(f' opening {harmless_line(path)} …', columns)}"])


def _end(number: int, modes: _Modes | None) -> None:
    """Exit at once: an exception could be swallowed by destructors and callbacks that run while modules load."""
    with suppress(OSError):
        os.write(sys.stdout.fileno(), _LEAVE.encode())
    _restore(modes)
    os._exit(128 + number)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
