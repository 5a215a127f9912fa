"""The thread that keeps a row window up to date with the newest snapshot and the newest filter."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.live.snapshot import Snapshot
from logtui.engine.window.context import with_context
from logtui.engine.window.matches import Matches, matches_of
from logtui.engine.window.order import Order, order_of
from logtui.engine.window.row_window import RowWindow
from logtui.errors import LogtuiError

if TYPE_CHECKING:
    from logtui.engine.live.session import Session
    from logtui.engine.live.snapshot import Part
    from logtui.engine.search.predicate import Predicate

_TICK: Final = 1 / 15
_FIRST_PAGE: Final = 200
_JOIN_SECONDS: Final = 0.5


@dataclass(slots=True)
class _Request:
    """One filter, with the chunks that have been evaluated for it."""

    generation: int
    predicate: Predicate | None
    context: int = 0
    known: dict[int, Matches] = field(default_factory=dict)

    def matches(self, part: Part) -> Matches:
        if part.id not in self.known:
            self.known[part.id] = matches_of(part, self.predicate)
        return self.known[part.id]

    def forget_all_but(self, done: dict[int, Matches]) -> None:
        self.known = {matches.part.id: matches for matches in done.values()}


class Filtering:
    """Owns one daemon thread; `window` is always the newest answer.

    Chunks are evaluated once per filter; a request drops the work on the one before it.

    Args:
        session: What to filter.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._everything = _Request(0, None)
        self._request = self._everything
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._window = RowWindow(Snapshot(), {})
        self._published = 0.0
        self._ordered: tuple[tuple[int, ...], Order] = ((), order_of(()))
        self._thread = threading.Thread(target=self._run, name="logtui-filter", daemon=True)

    @property
    def window(self) -> RowWindow:
        """The newest window; its `generation` tells which request it answers."""
        return self._window

    def start(self) -> Filtering:
        """Begin to follow the session, once.

        Returns:
            The object itself.
        """
        self._session.listen(self._wake.set)
        self._thread.start()
        return self

    def request(self, predicate: Predicate | None, context: int = 0) -> int:
        """Ask for another filter.

        Args:
            predicate: The condition, None for all records.
            context: How many records to show before and behind each match.

        Returns:
            The generation that the answering windows carry.
        """
        generation = self._request.generation + 1
        is_same = predicate is self._request.predicate
        known = self._request.known if is_same else self._everything.known if predicate is None else {}
        self._request = _Request(generation, predicate, context if predicate else 0, known)
        if predicate is None:
            self._everything = self._request
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
            request, snapshot = self._request, self._session.snapshot
            if not self._advance(request, snapshot):
                continue
            self._wake.wait()

    def _advance(self, request: _Request, snapshot: Snapshot) -> bool:
        """Evaluate what is not yet known; False if a newer request came meanwhile."""
        done: dict[int, Matches] = {}
        order = self._order_of(snapshot)
        try:
            for number in _first_shown(order):
                if self._stop.is_set() or request is not self._request:
                    return False
                done[number] = request.matches(snapshot.parts[number])
                self._publish_some(request, snapshot, order, done)
        except (pl.exceptions.PolarsError, LogtuiError) as error:
            reason = str(error).split("\n")[0]
            self._publish(RowWindow(snapshot, done, order, generation=request.generation, error=reason))
            return True
        request.forget_all_but(done)
        self._publish(RowWindow(snapshot, done, order, generation=request.generation))
        return True

    def _order_of(self, snapshot: Snapshot) -> Order:
        """The order of a snapshot's rows, found anew only if its parts are others."""
        parts = tuple(part.id for part in snapshot.parts)
        if parts != self._ordered[0]:
            self._ordered = (parts, order_of(snapshot.runs))
        return self._ordered[1]

    def _publish_some(self, request: _Request, snapshot: Snapshot, order: Order, done: dict[int, Matches]) -> None:
        """Show what there is so far: the first page soon, the growing count now and then."""
        shown = self._window
        grown = sum(matches.count for matches in done.values())
        is_new = shown.generation != request.generation
        if time.monotonic() - self._published < _TICK and not (is_new and grown >= _FIRST_PAGE):
            return
        if is_new or grown >= shown.core.count:
            self._publish(RowWindow(snapshot, dict(done), order, generation=request.generation))

    def _publish(self, window: RowWindow) -> None:
        request = self._request
        if window.generation == request.generation:
            self._window = with_context(window, request.context)
            self._published = time.monotonic()


def _first_shown(order: Order) -> list[int]:
    """The numbers of the parts in the order in which their first rows are shown."""
    return list(dict.fromkeys(piece.part for slices in order.blocks for piece in slices))
