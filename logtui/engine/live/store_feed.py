"""Feeds a store, here or on a server, to the screen: the newest records, page by page the older ones, those that come.

The first page divides all records by `seq`: what is not above its highest is fetched backwards in time, what is above,
however old, is asked for again and again. So none is missing and none is there twice. Late ones stand where their times
are among the last records; those before them have their places.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.engine.live.feed import FeedState
from logtui.engine.live.folder_counts import FolderCounts
from logtui.engine.live.snapshot import Chunk, Run, append
from logtui.engine.live.spill import Spill
from logtui.engine.search.answer_order import Order
from logtui.engine.search.cursor import Cursor
from logtui.engine.search.datasets import data_folder_of, dataset_of_address, dataset_of_store
from logtui.errors import LogtuiError, StoreError
from logtui.model.record import NO_RECORDS
from logtui.query import conjunction, parse
from logtui.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from logtui.engine.live.snapshot import Counts
    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.request import Request

_ORDER_TIME: Final = pl.col("order_time").cast(pl.Int64)
_FIRST_ROWS: Final = 1_000
"""Several screens full, which come quickly."""

_PAGE_ROWS: Final = 65_536
_POLL_SECONDS: Final = 1.0
_LOCAL_POLL_SECONDS: Final = 0.1
"""A question takes 4 ms here. The worker may gather records for 0.6 s; the screen is to have them within a second."""

_RECENT_ROWS: Final = 4_096
"""Records at the end, among which late ones get their places: they are sorted anew each time, in a few ms."""

_JOIN_SECONDS: Final = 0.5


class StoreFeed:
    """Shows the records of a store.

    Args:
        dataset: The store; it is asked in a thread.
        query: What to fetch; empty for all.
        spill: Where chunks are kept; they take its limit at most.
        counts: Returns what the status line counts besides; called again and again in the thread.
        poll_seconds: Time between two questions for new records; None for that of servers.
    """

    def __init__(
        self,
        dataset: Dataset,
        query: Request,
        spill: Spill | None = None,
        counts: Callable[[], Counts] = tuple,
        poll_seconds: float | None = None,
    ) -> None:
        self._dataset = dataset
        self._query = query
        self._spill = spill or Spill()
        self._counts = counts
        self._poll_seconds = _POLL_SECONDS if poll_seconds is None else poll_seconds
        self._older: tuple[Chunk, ...] = ()
        self._newer: tuple[Chunk, ...] = ()
        self._recent: tuple[Chunk, ...] = ()
        self._after: Cursor | None = None
        self._highest = -1
        self._limits: tuple[str, ...] = (f"only what matches {query.text} is fetched",) if query.text else ()
        self._state = FeedState()
        self._changed: Callable[[], object] = lambda: None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="logtui-store", daemon=True)

    @property
    def state(self) -> FeedState:
        """The newest state."""
        return self._state

    def start(self, changed: Callable[[], object]) -> None:
        """Begin, once; `changed` is called after every new state, in the thread of the feed."""
        self._changed = changed
        self._thread.start()

    def close(self) -> None:
        """Stop; the answer that is being read ends with its next frame."""
        self._stop.set()
        self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        try:
            self._begin()
            self._go_on()
        except LogtuiError as error:
            self._publish(error=str(error), done=True)
        except Exception as error:  # a crash while reading must reach the screen, not a lost thread
            self._publish(error=f"reading failed: {type(error).__name__}: {error}", done=True)

    def _begin(self) -> None:
        """Fetch the newest records."""
        while not self._stop.is_set():
            page = self._fetched(replace(self._query, order=Order.NEWEST_FIRST, limit=_FIRST_ROWS))
            if page is not None:
                self._highest = _highest(page)
                self._prepend(page, _FIRST_ROWS)
                self._older, self._recent = (), self._older
                return
            self._stop.wait(self._poll_seconds)

    def _go_on(self) -> None:
        """Fetch older records until there are no more, and newer ones every second."""
        floor, due = self._highest, 0.0
        while not self._stop.is_set():
            if time.monotonic() >= due:
                due = 0.0 if self._read_newer() else time.monotonic() + self._poll_seconds
                self._count()
            if self._state.caught_up:
                self._stop.wait(due - time.monotonic())
            else:
                self._read_older(floor)

    def _count(self) -> None:
        try:
            counts = self._counts()
        except (StoreError, OSError):
            return  # a file that is busy now is read at the next look
        if counts != self._state.counts:
            self._state = replace(self._state, counts=counts)
            self._changed()

    def _read_older(self, floor: int) -> None:
        request = _with_seq(self._query, f"<={floor}")
        page = self._fetched(replace(request, order=Order.NEWEST_FIRST, limit=_PAGE_ROWS, after=self._after))
        if page is None:
            self._stop.wait(self._poll_seconds)
        else:
            self._prepend(page, _PAGE_ROWS)

    def _prepend(self, page: pl.DataFrame, wanted: int) -> None:
        if len(page):
            self._after = Cursor.of(page)
            border = self._chunks[0].fences[0].first if self._chunks else None
            times = _ORDER_TIME.cum_min(reverse=True).clip(upper_bound=border)
            self._older = (Chunk(_with_order(page.reverse(), times), self._spill), *self._older)
        is_full = self._taken() >= self._spill.limit
        if is_full:
            self._limits += ("the oldest records are not fetched: they have no room; narrow with -q or --since",)
        self._publish(caught_up=self._state.caught_up or is_full or len(page) < wanted)

    def _read_newer(self) -> bool:
        """Fetch records that have come; returns whether there are more of them."""
        begun = _with_seq(self._query, f">{self._highest}")
        found = self._fetched(replace(begun, limit=_PAGE_ROWS))
        has_more = found is not None and len(found) == _PAGE_ROWS
        if has_more:  # they come in another order than by `seq`, so that the first ones are no prefix
            found = self._fetched(_with_seq(begun, f"<={self._highest + _PAGE_ROWS}"))
        if found is None:
            return False
        self._highest = self._highest + _PAGE_ROWS if has_more else max(self._highest, _highest(found))
        if len(found):
            self._append(found)
        return has_more

    def _append(self, found: pl.DataFrame) -> None:
        records = pl.concat([*(chunk.read() for chunk in self._recent), found], how="diagonal_relaxed")
        ordered = _with_order(records, _ORDER_TIME.clip(lower_bound=self._floor()))
        ordered = ordered.sort("order_time", maintain_order=True)
        if len(ordered) > 2 * _RECENT_ROWS:
            self._newer = append(self._newer, ordered[:-_RECENT_ROWS], self._spill)
            ordered = ordered[-_RECENT_ROWS:]
        self._recent = (Chunk(ordered, self._spill),)
        dropped = self._made_room()
        self._publish(dropped=self._state.dropped + dropped, caught_up=self._state.caught_up or dropped > 0)

    def _floor(self) -> int | None:
        """The time, epoch nanoseconds, before which no record can be placed any more; None if all can."""
        if before := (*self._older, *self._newer)[-1:]:
            return before[0].fences[-1].last
        is_first = self._state.caught_up or not self._recent
        return None if is_first else self._recent[0].fences[0].first

    @property
    def _chunks(self) -> tuple[Chunk, ...]:
        return (*self._older, *self._newer, *self._recent)

    def _made_room(self) -> int:
        """Drop the oldest chunks while all together exceed the limit; returns how many records that were."""
        dropped = 0
        while len(chunks := self._chunks) > 1 and self._taken() > self._spill.limit:
            dropped += chunks[0].rows
            self._newer = self._newer if self._older else self._newer[1:]
            self._older = self._older[1:]
        return dropped

    def _taken(self) -> float:
        return sum(chunk.bytes for chunk in self._chunks)

    def _fetched(self, request: Request) -> pl.DataFrame | None:
        """Fetch records; None, and a notice that stays until it works again, if the server or store cannot be read."""
        found: list[pl.DataFrame] = []
        try:
            found += self._dataset.records(replace(request, cancelled=self._stop.is_set))
            failures = self._dataset.intake().notices
        except StoreError as error:  # a disk that stalls, or a file that is being replaced
            failures = (str(error),)
        if failures != self._state.notices[len(self._limits) :]:
            self._publish(failures)
        return None if failures or self._stop.is_set() else pl.concat([NO_RECORDS, *found], how="diagonal_relaxed")

    def _publish(self, failures: tuple[str, ...] = (), **changes: object) -> None:
        run = Run(self._chunks)
        self._state = replace(self._state, run=run, notices=(*self._limits, *failures), **changes)  # type: ignore[arg-type]  # fields of the state
        self._changed()


def _with_seq(request: Request, bound: str) -> Request:
    """The request, limited to records whose `seq` is on one side of a bound."""
    return request.filtered(conjunction([request.query.filter, parse(f"seq:{bound}").filter]))


def _highest(records: pl.DataFrame) -> int:
    found = records["seq"].max()
    return found if isinstance(found, int) else -1


def _with_order(records: pl.DataFrame, times: pl.Expr) -> pl.DataFrame:
    """Records with other order times, epoch nanoseconds, which never fall: the screen keeps the order of the server."""
    return records.with_columns(times.cast(records.schema["order_time"]).alias("order_time"))


def remote_feeds(addresses: Sequence[str], query: Request, api_key: str = "") -> list[StoreFeed]:
    """Make the feeds of some servers and stores in ClickHouse, which must answer.

    Args:
        addresses: Where they are.
        query: What to fetch; an empty filter for all.
        api_key: The key to send; empty for none.

    Raises:
        RemoteError: If a server cannot be reached, or refuses.
        StoreError: If a store cannot be reached, or refuses.
    """
    feeds = []
    for address in addresses:
        dataset = dataset_of_address(address, api_key)
        dataset.newest()
        feeds.append(StoreFeed(dataset, dataset.anchored(query)))
    return feeds


def folder_feeds(folders: Sequence[Path], query: Request, counts: Callable[[], Counts] = tuple) -> list[StoreFeed]:
    """Make the feeds of the stores of some servers' data folders, whether servers run on them or not.

    Args:
        folders: The folders of the stores.
        query: What to fetch; an empty filter for all.
        counts: Returns what the status line counts besides what the folders say.

    Raises:
        StoreError: If one cannot be opened.
    """
    feeds = []
    for folder in folders:
        dataset = dataset_of_store(Store(folder))
        folder_counts = FolderCounts(found) if (found := data_folder_of(folder)) else tuple
        both = partial(_chained, folder_counts, counts)
        feeds.append(StoreFeed(dataset, dataset.anchored(query), counts=both, poll_seconds=_LOCAL_POLL_SECONDS))
    return feeds


def _chained(*sources: Callable[[], Counts]) -> Counts:
    return tuple(each for source in sources for each in source())
