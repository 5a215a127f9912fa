"""Watches the folders and globs of an open session for new files."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from logtui.engine.live.file_feed import feeds_of
from logtui.sources import FollowedFile, paths_of, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.live.session import Session
    from logtui.engine.read.options import ReadOptions
    from logtui.sources import Resolved
    from logtui.store import Cache

_SECONDS: Final = 0.5
"""Time between two looks, at least."""

_SHARE: Final = 0.05
"""Of a core, at most: a look at 2,000 files takes 0.1 s."""


class Watching:
    """Looks for new files in a thread and adds a feed for each to a session.

    Args:
        session: The session to add feeds to.
        inputs: Paths, folders and globs.
        found: The sources that the session was opened with.
        options: How files are read.
        cache: The folder of indexes; None reads without indexes.
    """

    def __init__(
        self, session: Session, inputs: Sequence[str], found: Resolved, options: ReadOptions, cache: Cache | None
    ) -> None:
        self._session = session
        self._inputs = inputs
        self._options = options
        self._cache = cache
        self._followed = [source for source in found.sources if isinstance(source, FollowedFile)]
        self._known = set(paths_of(inputs)) - {problem.name for problem in found.problems if problem.reason == "empty"}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="logtui-watch", daemon=True)

    def start(self) -> None:
        """Begin to look, once."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._stop.set()

    def _run(self) -> None:
        rest = _SECONDS
        while not self._stop.wait(rest):
            began = time.monotonic()
            self._look()
            rest = max(_SECONDS, (time.monotonic() - began) / _SHARE)

    def _look(self) -> None:
        for key, path in paths_of(self._inputs).items():
            if key in self._known or not path.is_file():
                continue
            if any(followed.was(path) for followed in self._followed):
                self._known.add(key)  # a rotated file: its records were read under its old name
                continue
            found = resolve([str(path)], follow=True)
            if not found.sources:
                continue
            self._known.add(key)
            self._followed += [source for source in found.sources if isinstance(source, FollowedFile)]
            for feed in feeds_of(found, self._options, self._cache):
                self._session.add(feed)
