"""Runs the front and the worker of a server as processes of their own, and starts one again that has ended.

A query that exhausts the memory of one cannot lose what the other holds. Both end when the supervisor does, however it
ends: each of them reads its standard input, a pipe that nobody writes to, and leaves when it is closed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from logtui.errors import LogtuiError
from logtui.model.allocation import ALLOCATION
from logtui.server.logs import log
from logtui.server.settings import Role
from logtui.server.signals import on_ending_signals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

SUPERVISED: Final = "LOGTUISUPERVISED"
"""The variable of the environment that tells a process to end with the one that writes to its standard input."""

_TURNS: Final = "LOGTUITURNS"
"""The variable with the descriptor of `_Turns`."""

_LOOK_SECONDS: Final = 0.1
_FIRST_RESTART_SECONDS: Final = 0.5
_LAST_RESTART_SECONDS: Final = 30.0
_STEADY_SECONDS: Final = 30.0
"""A process that has run so long is started again at once when it ends."""

_USAGE: Final = 2
_ENDED_AS_ASKED: Final = (0, _USAGE, -signal.SIGTERM)
"""The exit codes of a process that was asked to end; the last one if it had only just been started."""

_ORDER: Final = (Role.FRONT, Role.WORKER)
"""The front ends first, so that the worker can store all that it has acknowledged."""


class _Turns:
    """A pipe from which a process takes a byte to say why it does not start: of those started together, only one can.

    Attributes:
        descriptor: The end that the processes read.
    """

    def __init__(self) -> None:
        self.descriptor, self._write = os.pipe()
        os.set_blocking(self.descriptor, False)
        self.add()

    def add(self) -> None:
        """Let one more process say why."""
        os.write(self._write, b".")

    def close(self) -> None:
        """Let nobody say why any more."""
        os.close(self.descriptor)
        os.close(self._write)


@dataclass(slots=True)
class _Child:
    """One of the processes.

    Attributes:
        role: What it does.
        command: How it is started.
        process: The process; None before the first start.
        began: When it was started, on the clock of `time.monotonic`.
        failures: How often in a row it has ended soon.
        due: When it is to be started again.
        has_worked: Whether it has ever been steady: what it refuses later may pass, such as a disk that is full.
    """

    role: Role
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    failures: int = 0
    due: float = field(default_factory=time.monotonic)
    has_worked: bool = False

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def has_been_steady(self) -> bool:
        return time.monotonic() - self.began >= _STEADY_SECONDS

    def start(self, turns: _Turns) -> None:
        if self.process is not None:
            turns.add()
        environment = {**ALLOCATION, **os.environ, SUPERVISED: "1", _TURNS: str(turns.descriptor)}
        # In a group of its own no Ctrl-C and no closed terminal reaches it: it is asked in its turn, however early.
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, env=environment, pass_fds=[turns.descriptor], process_group=0
        )
        self.began = time.monotonic()
        log.info("started", role=str(self.role), pid=self.process.pid)

    def end(self, until: float) -> int:
        """Ask the process to end, and end it when its time is over; its exit code."""
        if self.process is None:
            return 0
        self.process.terminate()
        try:
            return self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("ended by force", role=str(self.role))
            self.process.kill()
            return self.process.wait()
        finally:
            self.close()

    def close(self) -> None:
        """Close the pipe to a process that has ended."""
        if self.process and self.process.stdin:
            self.process.stdin.close()


class Supervisor:
    """Watches the processes of a server.

    Args:
        commands: How each role is started.
        drain_seconds: How long ending may take.
    """

    def __init__(self, commands: Mapping[Role, Sequence[str]], drain_seconds: float) -> None:
        self._children = [_Child(role, commands[role]) for role in _ORDER]
        self._drain_seconds = drain_seconds
        self._asked = threading.Event()
        self._exit_code = 0

    def run(self) -> int:
        """Run the processes until SIGTERM, SIGINT or SIGHUP.

        Returns:
            The exit code: that of a process that cannot be started at all, such as for an address that is taken; else
            0, or 1 if a process had to be ended by force.
        """
        with on_ending_signals(self._ask), closing(_Turns()) as turns:
            while not self._asked.is_set():
                self._look(turns)
                self._asked.wait(_LOOK_SECONDS)
            return self._end()

    def _look(self, turns: _Turns) -> None:
        """Start what is due, and note what has ended."""
        for child in self._children:
            if child.is_running:
                continue
            if child.process is not None and child.process.returncode is not None and child.due < child.began:
                self._note_end(child, child.process.returncode)
            elif time.monotonic() >= child.due and not self._asked.is_set():
                child.start(turns)

    def _note_end(self, child: _Child, code: int) -> None:
        child.close()
        child.has_worked = child.has_worked or child.has_been_steady
        if code == _USAGE and not child.has_worked and not child.failures:
            # It has said why on stderr. It would say so again: a wrong option, another server on the folder.
            self._exit_code = code
            self._asked.set()
            return
        child.failures = 0 if child.has_been_steady else child.failures + 1
        rest = 0.0 if not child.failures else _rest_after(child.failures)
        child.due = time.monotonic() + rest
        log.error("ended unexpectedly", role=str(child.role), code=code, restart_seconds=rest)

    def _end(self) -> int:
        until = time.monotonic() + self._drain_seconds
        codes = [child.end(until) for child in self._children]
        return self._exit_code or int(any(code not in _ENDED_AS_ASKED for code in codes))

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked.set()


def _rest_after(failures: int) -> float:
    return min(_FIRST_RESTART_SECONDS * 2.0 ** (failures - 1), _LAST_RESTART_SECONDS)


def commands_of(arguments: Sequence[str]) -> dict[Role, list[str]]:
    """How each role is started: this program with the same arguments and the role.

    Args:
        arguments: The arguments of this process without the program's name.
    """
    return {role: [sys.executable, "-m", "logtui", *arguments, "--role", str(role)] for role in _ORDER}


@contextmanager
def supervised() -> Iterator[None]:
    """Have this process end as if by SIGTERM when its supervisor ends; nothing without a supervisor.

    Raises:
        SystemExit: With the same exit code, in the place of an error that another process of the supervisor tells.
    """
    turns = os.environ.pop(_TURNS, None)
    if os.environ.pop(SUPERVISED, None):
        threading.Thread(target=_wait_for_supervisor, name="logtui-supervisor", daemon=True).start()
    try:
        yield
    except LogtuiError as error:
        if turns is None or _has_turn(int(turns)):
            raise
        raise SystemExit(_USAGE) from error


def _has_turn(descriptor: int) -> bool:
    try:
        return bool(os.read(descriptor, 1))
    except BlockingIOError:
        return False


def _wait_for_supervisor() -> None:
    for _ in _read_to_end(sys.stdin.fileno()):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _read_to_end(descriptor: int) -> Iterator[bytes]:
    while data := os.read(descriptor, 1024):
        yield data
