"""Makes a store larger by copies of its segments, hours later."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.engine.ingest.position import POSITION
from logtui.store import Store
from logtui.store.catalogue import Catalogue, Publication
from logtui.store.rollup import HOUR, Rollup
from logtui.store.segment import Group, write_file
from logtui.store.store import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from logtui.store import Segment
    from logtui.store.catalogue import Standing

_DAY: Final = 24 * HOUR
_WRITERS: Final = 2
_TIMES: Final = ("timestamp", "order_time", "ingest_time")
_OUTLINES: Final = ("words", "texts")


def copy_segments(folder: Path, copies: int, hours: int) -> Iterator[int]:
    """Add copies of all records of a store, each some hours later than the one before; their numbers go on.

    Args:
        folder: The store.
        copies: How many.
        hours: How much later.

    Yields:
        The number of records in the store, after each segment.
    """
    with Store(folder, writable=True, by_day=True) as store, ThreadPoolExecutor(_WRITERS) as pool:
        catalogue = Catalogue(folder / CATALOGUE)
        originals = [_Original.of(segment, store, catalogue) for segment in store.segments()]
        records = total = sum(original.segment.facts.rows for original in originals)
        shifts = (_Shift(copy * hours * HOUR, copy * records) for copy in range(1, copies + 1))
        for copied in pool.map(lambda work: work[1].copied(work[0]), product(shifts, originals)):
            total += copied.facts.rows
            catalogue.publish([copied], {POSITION: str(total).encode()})
            yield total


@dataclass(frozen=True, slots=True)
class _Shift:
    """How far records are moved.

    Attributes:
        time: Nanoseconds, a multiple of an hour, since rollups count by hours.
        seq: What is added to their numbers.
    """

    time: int
    seq: int

    def frame(self, stored: pl.DataFrame) -> pl.DataFrame:
        """The records of a segment file, moved."""
        times = [pl.col(name) + pl.duration(nanoseconds=self.time) for name in _TIMES if name in stored.columns]
        return stored.with_columns(*times, pl.col("seq") + self.seq)

    def group(self, group: Group) -> Group:
        """The fences of a row group, moved."""
        first, last = group.first_time, group.last_time
        return msgspec.structs.replace(
            group,
            first_order=group.first_order + self.time,
            last_order=group.last_order + self.time,
            first_time=None if first is None else first + self.time,
            last_time=None if last is None else last + self.time,
        )

    def rollup(self, rollup: Rollup) -> Rollup:
        """A rollup, moved."""
        start = pl.col("start") + self.time
        return replace(rollup, minutes=rollup.minutes.with_columns(start), patterns=rollup.patterns.with_columns(start))


@dataclass(frozen=True, slots=True)
class _Original:
    """A segment that is copied.

    Attributes:
        segment: The segment.
        standing: Where it stands among the others.
        rollup: Its rollup.
        outlines: Its word index and its text outlines, as they are stored.
    """

    segment: Segment
    standing: Standing
    rollup: Rollup
    outlines: dict[str, bytes]

    @classmethod
    def of(cls, segment: Segment, store: Store, catalogue: Catalogue) -> _Original:
        """Read what the catalogue has of a segment."""
        number = segment.number
        outlines = {kind: catalogue.sidecars(kind, [number])[number] for kind in _OUTLINES}
        return cls(segment, catalogue.standings()[number], store.rollups([segment])[0], outlines)

    def copied(self, shift: _Shift) -> Publication:
        """Write the file of a copy, and tell what is to be published of it."""
        path = self.segment.path.with_name(f"{secrets.token_hex(8)}.parquet")
        write_file(path, shift.frame(pl.read_parquet(self.segment.path)))
        groups = tuple(shift.group(group) for group in self.segment.facts.groups)
        facts = msgspec.structs.replace(self.segment.facts, groups=groups, size=path.stat().st_size)
        day = min(group.first_order for group in groups) // _DAY
        return Publication(
            file=path.name,
            facts=facts,
            place=(day, self.standing.place[1] + shift.seq),
            sidecars=shift.rollup(self.rollup).packed() | self.outlines,
            arrived=self.standing.arrived,
            tier=self.standing.tier,
        )
