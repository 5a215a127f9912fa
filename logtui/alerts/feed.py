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

    from logtui.alerts.tallies import Tally
    from logtui.engine.search.part import PlacedPart

_SEQ: Final = pl.col("seq")
_TOGETHER_ROWS: Final = 500_000
"""Counting 20,000 records for 200 queries costs half as much as counting 500,000."""


class Feed:
    """Keeps tallies over a store that grows. Parts that hold nothing new are not read again.

    Args:
        parts: Returns the parts of the store that exist now.
        position: Returns the largest `seq` up to which all records are in the store.
    """

    def __init__(self, parts: Callable[[], Sequence[PlacedPart]], position: Callable[[], int]) -> None:
        self._parts = parts
        self._position = position
        self._counts: dict[Tally, Counted] = {}
        self._late: dict[Tally, int] = {}
        self._since: dict[Tally, int] = {}
        self._faults: dict[Tally, Exception] = {}
        self._read_upto = 0
        self._finished: set[int] = set()

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
        upto = self._position()  # before the parts are listed: these hold all records up to it
        parts = self._parts()
        known = [tally for tally, horizon in horizons.items() if self._is_known(tally, horizon)]
        new = [tally for tally in horizons if tally not in known]
        self._counts = {tally: self._counts[tally] if tally in known else _nothing(tally) for tally in horizons}
        self._late = {tally: self._late.get(tally, 0) for tally in horizons}
        self._faults = {}
        rest = [part for part in parts if part.id not in self._finished]
        is_new = (self._read_upto < _SEQ) & (upto >= _SEQ)
        for records in self._batches(rest, known, lambda _: is_new):
            self._count(known, records)
        since = min((horizons[tally] * tally.step for tally in new), default=0)
        for records in self._batches(parts, new, lambda part: (upto >= _SEQ) & _is_recent(part, since)):
            self._count(new, records)
        self._late |= dict.fromkeys(new, 0)  # what was late before was noted then
        self._since = dict(horizons)
        self._read_upto = upto
        self._finished = {part.id for part in parts if part.id in self._finished or _is_finished(part, upto)}
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

    def _batches(
        self, parts: Iterable[PlacedPart], tallies: Sequence[Tally], wanted: Callable[[PlacedPart], pl.Expr]
    ) -> Iterator[pl.DataFrame]:
        """The wanted records of parts, those of many small parts together, with the columns that tallies need."""
        waiting: list[pl.DataFrame] = []
        for part in parts if tallies else ():
            waiting.append(part.lazy().filter(wanted(part)).select(self._needed(part, tallies)).collect())
            if sum(map(len, waiting)) >= _TOGETHER_ROWS:
                yield pl.concat(waiting, how="diagonal_relaxed")
                waiting = []
        if waiting:
            yield pl.concat(waiting, how="diagonal_relaxed")

    def _needed(self, part: PlacedPart, tallies: Iterable[Tally]) -> list[str]:
        """The columns of a part that the tallies need."""
        columns = part.columns
        needed = {"seq", "timestamp"}
        for tally in tallies:
            with self._guarded(tally):
                needed |= {*columns_of(tally, columns), *tally.request.condition.reads(columns).columns}
        return [name for name in columns if name in needed]


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


def _is_recent(part: PlacedPart, since: int) -> pl.Expr:
    """Expression that is true for records from a moment on, epoch nanoseconds, by their time or their arrival."""
    times = [pl.col(name).cast(pl.Int64) for name in ("timestamp", "ingest_time") if name in part.columns]
    return pl.max_horizontal(times) >= since


def _is_finished(part: PlacedPart, upto: int) -> bool:
    """Whether a part has no record behind a place."""
    return not int(part.lazy().filter(upto < _SEQ).select(pl.len()).collect().item())
