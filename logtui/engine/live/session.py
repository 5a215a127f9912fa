"""A session: combines the states of the feeds of the open inputs into immutable snapshots."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from logtui.engine.live.snapshot import READING, Run, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from logtui.engine.live.feed import Feed, FeedState
    from logtui.engine.live.snapshot import Counts


class Session:
    """The feeds of the open inputs and the newest snapshot of their records.

    Args:
        feeds: One per run of records; records of equal time are shown in this order.
    """

    def __init__(self, *feeds: Feed) -> None:
        self._feeds: list[Feed] = list(feeds)
        self._listeners: list[Callable[[], object]] = []
        self._lock = threading.Lock()
        self._snapshot = Snapshot()
        self._states: tuple[FeedState, ...] = ()

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        return self._snapshot

    def start(self) -> Session:
        """Begin to read, once.

        Returns:
            The session itself.
        """
        for feed in self._feeds:
            feed.start(self._combine)
        return self

    def add(self, feed: Feed) -> None:
        """Begin to read further inputs."""
        with self._lock:
            self._feeds.append(feed)
        feed.start(self._combine)

    def listen(self, listener: Callable[[], object]) -> None:
        """Call a function after every new snapshot, in a thread of a feed; it must return at once."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Stop all feeds; returns within about a second even if an input blocks."""
        closing = [threading.Thread(target=feed.close, name="logtui-close", daemon=True) for feed in self._feeds]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join(1.0)

    def _combine(self) -> None:
        with self._lock:
            states = tuple(feed.state for feed in self._feeds)
            if states == self._states:
                return
            self._states = states
            self._snapshot = _combined(states, self._snapshot.version + 1)
            for listener in self._listeners:
                listener()


def _combined(states: Sequence[FeedState], version: int) -> Snapshot:
    totals = [state.bytes_total for state in states]
    return Snapshot(
        version=version,
        runs=tuple(run for state in states for run in _in_order(state.run)),
        notices=tuple(notice for state in states for notice in state.notices),
        bytes_read=sum(state.bytes_read for state in states),
        bytes_total=None if None in totals else sum(total for total in totals if total is not None),
        caught_up=all(state.caught_up for state in states),
        done=all(state.done for state in states),
        dropped=sum(state.dropped for state in states),
        inserted=sum(state.inserted for state in states),
        counts=_summed(state.counts for state in states),
        phase=next((state.phase for state in states if not (state.caught_up or state.done)), READING),
        error=next((state.error for state in states if state.error), None),
    )


def _in_order(run: Run) -> tuple[Run, ...]:
    """Runs whose order times never decrease: open records may be earlier than those of other sources."""
    if run.open["source"].n_unique() < 2 and not _begins_before_end(run):
        return (run,)
    return (Run(run.parts, overview=run.overview), Run((), run.open.sort("order_time", maintain_order=True)))


def _begins_before_end(run: Run) -> bool:
    """Whether the first open record is earlier than the last finished one, which another source has added."""
    if run.open.is_empty() or not run.parts:
        return False
    first: int = run.open["order_time"].cast(pl.Int64)[0]
    return first < run.parts[-1].fences[-1].last


def _summed(counts: Iterable[Counts]) -> Counts:
    total = Counter[str]()
    for each in counts:
        total.update(dict(each))
    return tuple(total.items())
