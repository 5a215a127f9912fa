"""The one writer to stderr, and the exit codes."""

from __future__ import annotations

import sys
import traceback
from enum import IntEnum

from logtui.errors import LogtuiError, QueryError
from logtui.export.safe import printable_line


class ExitCode(IntEnum):
    """What the shell is told."""

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
    """Tell the user something beside the data.

    Args:
        text: One line; what could change the terminal, as in the name of a file, is made harmless.
    """
    print(f"logtui: {printable_line(text)}", file=sys.stderr)  # noqa: T201 - this is the place


def report_fault(error: Exception) -> ExitCode:
    """Show a fault of the program itself in one line.

    Args:
        error: What nothing has caught.

    Returns:
        The exit code for it.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    notice(f"internal error: {type(error).__name__}: {' '.join(str(error).split())}")
    notice(f"please report it, with {frame.name} in {frame.filename}:{frame.lineno}")
    return ExitCode.BROKEN


def report(error: LogtuiError) -> ExitCode:
    """Show an error that the user can mend.

    Args:
        error: The error; a query error is shown with a caret under its place.

    Returns:
        The exit code for it.
    """
    if isinstance(error, QueryError):
        for line in error.with_caret().split("\n"):
            notice(line)
    else:
        for line in str(error).split("\n"):
            notice(line)
    return ExitCode.USAGE
