"""Work that is done again and again, each kind in a thread of its own, whatever goes wrong."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from logtui.errors import line_of_error

if TYPE_CHECKING:
    from collections.abc import Callable


class Chores:
    """Repeats work until it is asked to stop.

    Args:
        stop: Set from another thread to end all of it.
        retry_seconds: The pause after a failure.

    Attributes:
        stop: What ends it, for work that takes long.
    """

    def __init__(self, stop: threading.Event, retry_seconds: float = 1.0) -> None:
        self.stop: Final = stop
        self._retry_seconds = retry_seconds
        self._problems: dict[str, str] = {}
        self._threads: list[threading.Thread] = []

    @property
    def problems(self) -> dict[str, str]:
        """Why work could not be done the last time, by its name; empty if all could."""
        return dict(self._problems)

    def add(self, name: str, work: Callable[[], object], pause_seconds: float = 0.0) -> None:
        """Add work before the start.

        Args:
            name: Its name, in problems and of its thread.
            work: What is called.
            pause_seconds: The pause behind each call.
        """
        arguments = (name, work, pause_seconds)
        self._threads.append(threading.Thread(target=self._repeat, args=arguments, name=f"logtui-{name}", daemon=True))

    def start(self) -> None:
        """Begin, once."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until what is being done has ended, after it was asked to stop."""
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def close(self) -> None:
        """Ask all work to stop, and wait until it has."""
        self.stop.set()
        self.join()

    def _repeat(self, name: str, work: Callable[[], object], pause_seconds: float) -> None:
        while not self.stop.is_set():
            try:
                work()
                self._problems.pop(name, None)  # before the pause: what was done again is no problem any more
                self.stop.wait(pause_seconds)
            except Exception as error:  # Whatever it is, a thread that ended would not be missed by anybody.
                self._problems[name] = line_of_error(error)
                self.stop.wait(self._retry_seconds)


def begun(name: str, work: Callable[[], object], pause_seconds: float) -> Chores:
    """Begin one kind of work, to be ended by `close`; arguments as of `Chores.add`, the pause after a failure too."""
    chores = Chores(threading.Event(), pause_seconds)
    chores.add(name, work, pause_seconds)
    chores.start()
    return chores
