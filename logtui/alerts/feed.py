"""The feed of a live store: counts each record once, when it is new, for all tallies that want it."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.alerts.new_records import NewRecords
from logtui.alerts.step_counts import Counted
from logtui.alerts.tallies import MOST_ROWS, STEP, columns_of, counted, is_late, together
from logtui.errors import LogtuiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from logtui.alerts.news import News
    from logtui.alerts.tallies import Tally

_TOGETHER_ROWS: Final = 500_000
"""Counting 20,000 records for 200 queries costs half as much as counting 500,000."""


class Feed:
    """Keeps tallies over a store that grows.

    Args:
        news: Its new records.
    """

    def __init__(self, news: News) -> None:
        self._news = news
        self._counts: dict[Tally, Counted] = {}
        self._late: dict[Tally, int] = {}
        self._since: dict[Tally, int] = {}
        self._faults: dict[Tally, Exception] = {}
        self._read_upto = 0

    def advance(self, horizons: Mapping[Tally, int]) -> None:
        """Count what is new.

        Args:
            horizons: The tallies that are wanted, with the first step that each needs; others are let go.
        """
        try:
            self._advance(horizons)
        except BaseException:
            self._counts.clear()  # what was counted in part would be counted again
            raise

    def _advance(self, horizons: Mapping[Tally, int]) -> None:
        upto = self._news.position()  # before records are read: all up to it are there
        known = [tally for tally, horizon in horizons.items() if self._is_known(tally, horizon)]
        new = [tally for tally in horizons if tally not in known]
        self._counts = {tally: self._counts[tally] if tally in known else _nothing(tally) for tally in horizons}
        self._late = {tally: self._late.get(tally, 0) for tally in horizons}
        self._faults = {}
        if known and upto > self._read_upto:
            for records in _together(self._news.behind(self._read_upto, upto, self._needed_by(known))):
                self._count(known, records)
        if new:
            since = min(horizons[tally] * tally.step for tally in new)
            for records in _together(self._news.since(since, upto, self._needed_by(new))):
                self._count(new, records)
        self._late |= dict.fromkeys(new, 0)  # what was late before was noted then
        self._since = dict(horizons)
        self._read_upto = upto
        self._counts = {tally: _kept(found, horizons[tally]) for tally, found in self._counts.items()}

    def of(self, tally: Tally) -> Counted:
        """What was counted, from the tally's horizon on.

        Raises:
            LogtuiError: If it could not be counted, such as for a name that means two columns.
        """
        if tally in self._faults:
            raise self._faults[tally]
        return self._counts[tally]

    def _is_known(self, tally: Tally, horizon: int) -> bool:
        """Whether a tally was counted, and from so early a step on: a longer window may share it now."""
        return tally in self._counts and tally not in self._faults and horizon >= self._since.get(tally, horizon)

    def is_cut(self, tally: Tally) -> bool:
        """Whether there were more different values than are counted."""
        return len(self._counts[tally].frame) >= MOST_ROWS

    def late(self, tally: Tally) -> int:
        """How many records came too late for a tally since it is counted."""
        return self._late[tally]

    def _count(self, tallies: Sequence[Tally], records: pl.DataFrame) -> None:
        if not len(records):
            return
        new = NewRecords(records)
        for query, alike in groupby(sorted(tallies, key=_query), key=_query):
            same, columns = list(alike), set[str]()
            for tally in same:
                with self._guarded(tally):
                    columns |= {*columns_of(tally, new.columns)}
            with self._guarded(*same):
                matching = new.matching(query, sorted(columns))
                for tally in same if len(matching) else ():
                    with self._guarded(tally):
                        self._add(tally, matching)

    def _add(self, tally: Tally, matching: pl.DataFrame) -> None:
        found = together(tally, [self._counts[tally].frame, counted(tally, matching)])
        self._counts[tally] = Counted(tally, found)
        self._late[tally] += int(matching.select(is_late(tally, matching.columns).sum()).item())

    @contextmanager
    def _guarded(self, *tallies: Tally) -> Iterator[None]:
        """Keep a fault of some tallies, such as a field that two columns are named like, from the others."""
        try:
            yield
        except (LogtuiError, pl.exceptions.PolarsError) as error:
            self._faults |= dict.fromkeys(tallies, error)

    def _needed_by(self, tallies: Sequence[Tally]) -> Callable[[Sequence[str]], Sequence[str]]:
        return lambda columns: self._needed(columns, tallies)

    def _needed(self, columns: Sequence[str], tallies: Iterable[Tally]) -> list[str]:
        """Those of the columns that the tallies need."""
        needed = {"seq", "timestamp"}
        for tally in tallies:
            with self._guarded(tally):
                needed |= {*columns_of(tally, columns), *tally.request.condition.reads(columns).columns}
        return [name for name in columns if name in needed]


def _together(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Many small frames as few large ones."""
    waiting, rows = list[pl.DataFrame](), 0
    for frame in frames:
        waiting.append(frame)
        rows += len(frame)
        if rows >= _TOGETHER_ROWS:
            yield pl.concat(waiting, how="diagonal_relaxed")
            waiting, rows = [], 0
    if waiting:
        yield pl.concat(waiting, how="diagonal_relaxed")


def _query(tally: Tally) -> str:
    return tally.query


def _nothing(tally: Tally) -> Counted:
    return Counted(tally, pl.DataFrame(schema=tally.schema))


def _kept(found: Counted, horizon: int) -> Counted:
    """Without what lies before the horizon; the same object if that changes nothing."""
    frame = found.frame
    if not len(frame) or (int(frame[STEP][0]) >= horizon and len(frame) <= MOST_ROWS):
        return found
    return Counted(found.tally, frame.filter(pl.col(STEP) >= horizon).head(MOST_ROWS))
