"""Paints the first lines of files before the screen's libraries are loaded, so that opening seems instant."""

from __future__ import annotations

import heapq
import os
import re
import signal
import stat
import sys
import termios
from contextlib import contextmanager, suppress
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from logtui.tui.terminal.sanitize import fit, harmless_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any, TypeAlias

    _Modes: TypeAlias = list[Any]

_HEAD_BYTES: Final = 65_536
_MERGED: Final = 32
"""Files whose first lines are merged; of more, those that were written to first."""

_MOST_FILES: Final = 10_000
"""Files that are looked at to find these: asking when 10,000 were written to takes 30 ms."""

_ISO_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?")
_ACCESS_TIME: Final = re.compile(r"\[(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d:\d\d:\d\d)")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHERE_TIMES_STAND: Final = 400
"""Characters of a line in which its time is looked for."""

_ABOVE: Final = 6
"""Lines of the screen above the list: the query bar and the histogram."""

_BELOW: Final = 2
_INPUT: Final = 0
_LOCAL: Final = 3
"""Indexes into the list of terminal attributes that `termios.tcgetattr` returns: iflag and lflag."""

_ENTER: Final = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H"
_LEAVE: Final = "\x1b[?1049l\x1b[?25h"


@contextmanager
def previewed(inputs: Sequence[str], *, is_wanted: bool) -> Iterator[tuple[str, ...]]:
    """Show the first lines of files on the terminal until a screen takes over.

    Args:
        inputs: Paths, folders and globs.
        is_wanted: Whether to show anything.

    Yields:
        The lines; none if they are not wanted or there is no plain text file. If the block ends by an error or
        a signal, the terminal is restored; a screen that takes over installs its own signal handlers.
    """
    lines = heads_of(inputs) if is_wanted else ()
    if not lines:
        yield ()
        return
    columns, rows = os.get_terminal_size(sys.stdout.fileno())
    with _quiet_keyboard() as before:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: _end(number, before))
        try:
            _write(_ENTER + painted(lines, columns, rows, " ".join(inputs)))
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


def heads_of(inputs: Sequence[str]) -> tuple[str, ...]:
    """Read the first lines of files and merge them by time.

    Args:
        inputs: Paths, folders and globs.

    Returns:
        Lines without control characters. Times of a few usual kinds decide on the order; a line without one stays
        behind the line before it. The screen replaces the lines as soon as records are read.
    """
    from logtui.sources.resolve import paths_of  # 0.05 s, which other commands need not pay

    paths = [*paths_of([each for each in inputs if not _holds_database(each)]).values()]
    if len(paths) > _MERGED:
        paths = heapq.nsmallest(_MERGED, paths[:_MOST_FILES], key=_written)
    heads = [head for path in paths if (head := first_lines(str(path)))]
    if len(heads) < 2:
        return heads[0] if heads else ()
    return tuple(map(itemgetter(1), heapq.merge(*map(_timed, heads), key=itemgetter(0))))


def _holds_database(given: str) -> bool:
    """Whether an input is the data folder of a server, the text files in which are no logs."""
    with suppress(OSError), os.scandir(given) as entries:
        return any(entry.name.endswith(".sqlite") for entry in entries)
    return False


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")


def _timed(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give each line the latest time so far, as text by which lines can be sorted."""
    latest = ""
    for line in lines:
        latest = max(latest, _time_in(line[:_WHERE_TIMES_STAND]))
        yield latest, line


def _time_in(text: str) -> str:
    if found := _ISO_TIME.search(text):
        return found[0].replace("T", " ").replace(",", ".")
    found = _ACCESS_TIME.search(text)
    if found is None or found[2] not in _MONTHS:
        return ""
    return f"{found[3]}-{_MONTHS.index(found[2]) + 1:02}-{found[1]} {found[4]}"


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
        path: What is being opened.

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
