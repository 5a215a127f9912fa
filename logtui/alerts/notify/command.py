"""Programs of the operator, which get the messages as JSON on standard input."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final

import msgspec

from logtui.alerts.conditions import nanoseconds
from logtui.alerts.notify.base import RefusedError, UnavailableError, cut, delivery_key, one_line

if TYPE_CHECKING:
    from logtui.alerts.notify.base import Attempt, Delivered
    from logtui.alerts.notify.targets import Command

_SECOND: Final = 1_000_000_000
_EXCERPT: Final = 200
_TAIL: Final = 4_096


def send_command(target: Command, attempt: Attempt) -> Delivered:
    """Run a target's program with the messages; it and its children are killed when its time is over.

    Raises:
        RefusedError: If the target was named through the API, or the program cannot be started.
        UnavailableError: If the program failed, or took too long.
    """
    if not attempt.entry.from_file:
        raise RefusedError("a command can not be named through the API")
    body = {"idempotency_key": delivery_key(attempt.messages), "messages": attempt.messages}
    with tempfile.TemporaryFile() as errors:
        status = _run(target, msgspec.json.encode(body), errors)
        if status != 0:
            raise UnavailableError(f"{target.argv[0]} exited with {status}{_said(errors)}")
    return attempt.delivered()


def _run(target: Command, body: bytes, errors: IO[bytes]) -> int:
    try:
        process = subprocess.Popen(
            target.argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
        )
    except OSError as error:
        raise RefusedError(f"{target.argv[0]}: {error.strerror}") from error
    try:
        process.communicate(body, timeout=nanoseconds(target.timeout) / _SECOND)
    except subprocess.TimeoutExpired as error:
        _kill(process)
        raise UnavailableError(f"{target.argv[0]} took longer than {target.timeout}") from error
    return process.returncode


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the program with what it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _said(errors: IO[bytes]) -> str:
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - _TAIL))
    text = one_line(errors.read().decode("utf-8", "replace"))
    return f": {cut(text, _EXCERPT)}" if text else ""
