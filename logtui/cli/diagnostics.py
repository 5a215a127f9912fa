"""The only module that writes to stderr, and the exit codes."""

from __future__ import annotations

import sys
import traceback
from enum import IntEnum

from logtui.errors import LogtuiError, QueryError, RemoteError
from logtui.export.safe import printable_line


class ExitCode(IntEnum):
    """The exit codes of all commands."""

    OK = 0
    """Something matched, or the command did its work."""
    NOTHING_MATCHED = 1
    """The inputs were read and no record matched; an empty file included."""
    USAGE = 2
    """Wrong arguments or a query that does not parse; nothing was read."""
    INPUT_FAILED = 3
    """An input could not be read, or not to its end; what could be read was printed."""
    BROKEN = 70
    """A fault of the program itself."""
    INTERRUPTED = 130
    """Ctrl-C."""


def notice(text: str) -> None:
    """Print a message to stderr.

    Args:
        text: One line; control characters, as a file name may hold, are replaced.
    """
    print(f"logtui: {printable_line(text)}", file=sys.stderr)  # noqa: T201 - this is the place


def report_fault(error: Exception) -> ExitCode:
    """Print an unexpected exception, which is a bug of this program, and where it was raised.

    Returns:
        The exit code for it.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    notice(f"internal error: {type(error).__name__}: {' '.join(str(error).split())}")
    notice(f"please report it, with {frame.name} in {frame.filename}:{frame.lineno}")
    return ExitCode.BROKEN


def report(error: LogtuiError) -> ExitCode:
    """Print an error that the user can mend; a query error with a caret under its place.

    Returns:
        The exit code for it.
    """
    if isinstance(error, QueryError):
        for line in error.with_caret().split("\n"):
            notice(line)
    else:
        for line in str(error).split("\n"):
            notice(line)
    return ExitCode.INPUT_FAILED if isinstance(error, RemoteError) else ExitCode.USAGE
