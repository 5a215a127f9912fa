"""`RulesFollower`: keeps the rules of a file in a store of alerts while the file changes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final, Self

import watchfiles

from logtui.alerts.file_rules import Changes, synchronise
from logtui.alerts.rules_file import load_rules
from logtui.errors import line_of_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from logtui.alerts.keeping.base import AlertStore

_LONGEST_SECONDS: Final = 5
"""How often to look at the file anyway: some file systems report no changes, and a database comes back."""

_DEBOUNCE_MILLISECONDS: Final = 400


class RulesFollower:
    """Takes the rules of a file whenever it changes, in a thread of its own. A file with a mistake changes nothing.

    Args:
        path: The file; None for no rules, which deletes those of the file that was named before.
        store: Opens the store, which may fail for some time.
        on_changes: Called with what has changed.
        on_problem: Called with each new reason why the file's rules are not those that are evaluated.
    """

    def __init__(
        self,
        path: Path | None,
        store: Callable[[], AlertStore],
        *,
        on_changes: Callable[[Changes], None],
        on_problem: Callable[[str], None],
    ) -> None:
        self._path = path
        self._store = store
        self._on_changes = on_changes
        self._on_problem = on_problem
        self._problem = ""
        self._taken: tuple[int, ...] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="logtui-rules", daemon=True)

    @property
    def problems(self) -> dict[str, str]:
        """Why the file's rules are not those that are evaluated; empty if they are."""
        return {"rules": self._problem} if self._problem else {}

    def start(self) -> Self:
        """Take the rules now, and again whenever the file changes."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Follow the file no longer; its rules stay in the store."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        for _ in self._moments():
            self._take()

    def _take(self) -> None:
        seen, changes = self._fingerprint(), Changes()
        try:
            if seen != self._taken:
                rules = load_rules(self._path) if self._path else ()
                changes = synchronise(self._store(), rules, time.time_ns())
        except Exception as error:  # Whatever it is, a thread that ended would not be missed by anybody.
            self._note(line_of_error(error))
            return
        self._taken, self._problem = seen, ""
        if any(changes):
            self._on_changes(changes)

    def _fingerprint(self) -> tuple[int, ...]:
        """What tells the file from a changed one: to parse a thousand queries every few seconds would take a core."""
        try:
            found = self._path.stat() if self._path else None
        except OSError:
            found = None  # reading it says why
        return (found.st_ino, found.st_size, found.st_mtime_ns) if found else ()

    def _note(self, problem: str) -> None:
        is_new, self._problem = problem != self._problem, problem
        if is_new:
            self._on_problem(problem)

    def _moments(self) -> Iterator[None]:
        """Yield now, when something in the file's folder changes, and every few seconds.

        The folder is watched, not the file: editors and Kubernetes put a new file in the old one's place.
        """
        yield
        if self._path:
            try:
                for _ in watchfiles.watch(
                    self._path.absolute().parent,
                    recursive=False,
                    watch_filter=None,
                    debounce=_DEBOUNCE_MILLISECONDS,
                    stop_event=self._stop,
                    rust_timeout=_LONGEST_SECONDS * 1_000,
                    yield_on_timeout=True,
                    raise_interrupt=False,
                ):
                    yield
            except (OSError, RuntimeError):  # the system's limit of watches is reached, or there is no such folder
                pass
        while not self._stop.wait(_LONGEST_SECONDS):
            yield
