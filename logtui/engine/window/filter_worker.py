"""Keeps a row window up to date with the newest snapshot and the newest filter, in a thread."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.live.snapshot import Snapshot
from logtui.engine.search.request import Request
from logtui.engine.window.context import with_context
from logtui.engine.window.matches import Matches, matches_of
from logtui.engine.window.order import Order, order_of
from logtui.engine.window.row_window import RowWindow
from logtui.errors import LogtuiError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.live.session import Session
    from logtui.engine.search.part import PlacedPart


_TICK: Final = 1 / 15
"""The shortest time between two windows of one answer, seconds."""

_FIRST_PAGE: Final = 200
"""Matches that fill the first page; so many are shown without waiting for a tick."""

_JOIN_SECONDS: Final = 0.5


@dataclass(slots=True)
class _Asked:
    """One filter, and the matches of the parts that have been evaluated for it, by part id."""

    generation: int
    asked: Request
    context: int = 0
    known: dict[int, Matches] = field(default_factory=dict)

    def plan(self, parts: Sequence[PlacedPart]) -> None:
        """Plan the evaluation of all new parts at once, which is cheaper than one by one."""
        new = [part for part in parts if part.id not in self.known]
        self.known |= {matches.part.id: matches for matches in matches_of(new, self.asked)}

    def forget_all_but(self, done: dict[int, Matches]) -> None:
        self.known = {matches.part.id: matches for matches in done.values()}


class FilterWorker:
    """Evaluates filters over the snapshots of a session, in one daemon thread; `window` is the newest answer.

    Each part is evaluated once per filter; a new request ends the work on the one before it.

    Args:
        session: The session.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._everything = _Asked(0, Request.everything())
        self._asked = self._everything
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._window = RowWindow(Snapshot(), {})
        self._published = 0.0
        self._ordered: tuple[tuple[int, ...], Order] = ((), order_of(()))
        self._thread = threading.Thread(target=self._run, name="logtui-filter", daemon=True)

    @property
    def window(self) -> RowWindow:
        """The newest window; its `generation` is that of the request it answers."""
        return self._window

    def start(self) -> FilterWorker:
        """Begin to follow the session, once.

        Returns:
            The object itself.
        """
        self._session.listen(self._wake.set)
        self._thread.start()
        return self

    def request(self, request: Request | None, context: int = 0) -> int:
        """Change the filter.

        Args:
            request: The filter, None for all records.
            context: How many records to show before and behind each match.

        Returns:
            The generation that the answering windows carry.
        """
        generation = self._asked.generation + 1
        is_same = request is self._asked.asked
        known = self._asked.known if is_same else self._everything.known if request is None else {}
        self._asked = _Asked(generation, request or self._everything.asked, context if request else 0, known)
        if request is None:
            self._everything = self._asked
        self._wake.set()
        return generation

    def close(self) -> None:
        """Stop the thread; returns within a second."""
        self._stop.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            asked, snapshot = self._asked, self._session.snapshot
            if not self._advance(asked, snapshot):
                continue
            self._wake.wait()

    def _advance(self, asked: _Asked, snapshot: Snapshot) -> bool:
        """Evaluate the parts that are new; returns false if a newer request came meanwhile."""
        done: dict[int, Matches] = {}
        order, shown = self._order_of(snapshot), 0
        try:
            asked.plan(snapshot.parts)
            for number in _first_shown(order):
                if self._is_late(asked):
                    return False
                matches = asked.known[snapshot.parts[number].id]
                shown += matches.count
                if shown <= _FIRST_PAGE or not done:
                    _ = matches.rows  # found here, because the screen's thread would have to wait for them
                done[number] = matches
                self._publish_some(asked, snapshot, order, done)
            asked.forget_all_but(done)
            self._publish(RowWindow(snapshot, done, order, generation=asked.generation, request=asked.asked))
        except (pl.exceptions.PolarsError, LogtuiError) as error:
            reason = str(error).split("\n")[0]
            self._publish(RowWindow(snapshot, done, order, generation=asked.generation, error=reason))
            return True
        return self._find_rows(asked, done)

    def _find_rows(self, asked: _Asked, done: dict[int, Matches]) -> bool:
        """Find the rows that were only counted, so that no page has to wait for them; returns false if interrupted."""
        for matches in done.values():
            if self._is_late(asked) or self._wake.is_set():
                return False
            _ = matches.rows
        return True

    def _is_late(self, asked: _Asked) -> bool:
        return self._stop.is_set() or asked is not self._asked

    def _order_of(self, snapshot: Snapshot) -> Order:
        """The order of a snapshot's rows, computed again only if its parts have changed."""
        parts = tuple(part.id for part in snapshot.parts)
        if parts != self._ordered[0]:
            self._ordered = (parts, order_of(snapshot.runs))
        return self._ordered[1]

    def _publish_some(self, asked: _Asked, snapshot: Snapshot, order: Order, done: dict[int, Matches]) -> None:
        """Publish the matches so far: the first page at once, growing counts once per tick."""
        shown = self._window
        grown = sum(matches.count for matches in done.values())
        is_new = shown.generation != asked.generation
        if time.monotonic() - self._published < _TICK and not (is_new and grown >= _FIRST_PAGE):
            return
        if is_new or grown >= shown.core.count:
            window = RowWindow(snapshot, dict(done), order, generation=asked.generation, request=asked.asked)
            self._publish(window)

    def _publish(self, window: RowWindow) -> None:
        asked = self._asked
        if window.generation == asked.generation:
            self._window = with_context(window, asked.context)
            self._published = time.monotonic()


def _first_shown(order: Order) -> list[int]:
    """The numbers of the parts, in the order in which their first rows are shown."""
    return list(dict.fromkeys(piece.part for slices in order.blocks for piece in slices))
