"""A thread that goes on only when it is told to, from one point to the next, so that a test owns the order of all."""

from __future__ import annotations

import threading
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_SECONDS = 60.0


class Order(StrEnum):
    """What becomes of something that is asked of another program."""

    GO = "it is done and answered"
    REFUSE = "the connection is lost before it is done"
    LOSE = "it is done, and the answer is lost"
    CRASH = "the process that asks ends before it is done"
    CRASH_AFTER = "the process that asks ends when it is done"


class Crash(BaseException):
    """The end of a process: nothing of it runs any more."""


class Point(Protocol):
    """Something is asked of another program, and goes as it is ordered."""

    def __call__(self, act: Callable[[], T], error: Exception) -> T:
        """Ask for it.

        Args:
            act: Does it.
            error: What is raised if there is no answer.
        """


def ordered(order: Order, act: Callable[[], T], error: Exception) -> T:
    """Do something as it is ordered.

    Raises:
        Crash: If the process is to end.
    """
    if order == Order.CRASH:
        raise Crash
    if order == Order.REFUSE:
        raise error
    done = act()
    if order == Order.CRASH_AFTER:
        raise Crash
    if order == Order.LOSE:
        raise error
    return done


class Puppet:
    """Runs work in a thread that waits at its beginning and at each point.

    Args:
        work: The work; it calls `point` for all that it asks of others.

    Attributes:
        failure: What the work has raised; None if nothing.
        has_ended: Whether the work is over.
    """

    def __init__(self, work: Callable[[Puppet], None]) -> None:
        self.failure: BaseException | None = None
        self.has_ended = False
        self._work = work
        self._order = Order.GO
        self._is_dead = False
        self._turn, self._back = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def go(self, order: Order = Order.GO) -> None:
        """Let the point where it waits go as ordered, and the thread run to its next one."""
        if self.has_ended:
            return
        self._order = order
        self._turn.release()
        assert self._back.acquire(timeout=_SECONDS), "it does not come to a point"

    def crash(self) -> None:
        """End it where it is."""
        self.go(Order.CRASH)
        self._thread.join()
        assert self.has_ended

    def point(self, act: Callable[[], T], error: Exception) -> T:
        """See `Point`; called in the thread."""
        if self._is_dead:
            raise Crash
        self._back.release()
        self._turn.acquire()
        try:
            return ordered(self._order, act, error)
        except Crash:
            self._is_dead = True  # what it does to clean up would not be done
            raise

    def _run(self) -> None:
        self._turn.acquire()
        try:
            if self._order == Order.GO:
                self._work(self)
        except Crash:
            pass
        except Exception as error:  # the test asks for it
            self.failure = error
        finally:
            self.has_ended = True
            self._back.release()
