"""A snapshot: everything read so far as an immutable value, with runs of records, counts and progress.

Large chunks are compressed (Parquet) in memory or on disk, and only the columns and rows that a view asks for are
unpacked. Small chunks at the end are merged, so that a slow pipe does not make a million chunks. Indexed records stay
in their segments.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

import polars as pl

from logtui.engine.search.datasets import dataset_of_runs
from logtui.engine.search.part import LOOKED_THROUGH, Around, Extent, Fence, neighbours, part_ids, patterns_of
from logtui.formats.coverage import Covered, Gaps, gaps_of, together
from logtui.formats.coverage_columns import coverage_of
from logtui.model.record import NO_RECORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logtui.engine.live.spill import Spill
    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.overview import Overview
    from logtui.engine.search.part import PlacedPart

Counts: TypeAlias = tuple[tuple[str, int], ...]
"""Names and numbers, such as `dead letters`, for the status line."""

READING: Final = "reading"
"""What is done with an input that is just read; see `Snapshot.phase`."""

CHUNK_ROWS: Final = 65_536
"""Neighbouring chunks are merged up to this many records."""

PACK_ROWS: Final = 32_768
"""Chunks of at least this many records are compressed; smaller ones may still be merged."""

_ROW_GROUP: Final = 8_192
_SAMPLE_ROWS: Final = 1_000


class Chunk:
    """Neighbouring records: in memory, or compressed in memory or on disk if there are many.

    Args:
        frame: The records.
        spill: The folder on disk for compressed chunks; None keeps them in memory.
    """

    planner: Final = LOOKED_THROUGH
    is_complete: Final = True
    is_kept: Final = True

    def __init__(self, frame: pl.DataFrame, spill: Spill | None = None) -> None:
        self.id: Final = next(part_ids)
        self.rows: Final = frame.height
        self.columns: Final = tuple(frame.columns)
        self.extents: Final = _extents(frame)
        self.formats: Final = _counts(frame["format"])
        self.coverage: Final = coverage_of(frame)
        self.fences: Final = _fences(frame["order_time"].cast(pl.Int64))
        packed = _pack(frame) if frame.height >= PACK_ROWS else None
        self.bytes: Final = frame.estimated_size() if packed is None else len(packed)
        self._frame = frame if packed is None else None
        self.path: Final = spill.keep(packed, self) if spill and packed is not None else None
        self._packed = packed if self.path is None else None

    def lazy(self) -> pl.LazyFrame:
        """The records as a lazy frame; only the columns and rows that are asked for are unpacked."""
        if self._frame is not None:
            return self._frame.lazy()
        return pl.scan_parquet(self.path or io.BytesIO(self._packed or b""), cache=False)

    def read(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """All records.

        Args:
            columns: The columns to unpack, by default all.

        Returns:
            A frame of `rows` rows.
        """
        frame = self.lazy() if columns is None else self.lazy().select(columns)
        return frame.collect()

    def slice(self, start: int, length: int) -> pl.DataFrame:
        """The records `start` to `start + length`, cut at the end of the chunk."""
        return self.lazy().slice(start, length).collect()

    def take(self, rows: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
        """Some columns of the records with these ascending row numbers."""
        return self.lazy().select(columns).collect()[rows]

    def patterns(self, rows: pl.Series | None, columns: Sequence[str]) -> pl.DataFrame:
        """Some columns, `pattern` and `is_cut` of some records, or of all, in their order."""
        return patterns_of(self, rows, columns)

    def around(self, rows: pl.Series) -> Around:
        """The neighbourhoods of the records with these ascending row numbers."""
        return neighbours(self, rows)


@dataclass(frozen=True, eq=False)
class Run:
    """Neighbouring records whose order times never decrease.

    Args:
        parts: Finished records in their order.
        open: The provisional tail, shown at once and replaced by the next snapshot.
        overview: Counts of more records than there are so far; None if there are none.
    """

    parts: tuple[PlacedPart, ...] = ()
    open: pl.DataFrame = field(default_factory=lambda: NO_RECORDS)
    overview: Overview | None = None

    @cached_property
    def all_parts(self) -> tuple[PlacedPart, ...]:
        """All parts, the provisional tail as the last one."""
        return (*self.parts, Chunk(self.open)) if self.open.height else self.parts

    @cached_property
    def rows(self) -> int:
        """Records, the provisional ones included."""
        return sum(part.rows for part in self.all_parts)

    @property
    def ahead(self) -> Overview | None:
        """The overview while it has counted more records than there are, both from the start of the input."""
        return self.overview if self.overview and self.overview.rows > self.rows else None


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything read up to one moment; a newer one has a greater `version` and extends the rows.

    Args:
        version: Grows with every publication.
        runs: The records; several runs are shown merged by time.
        notices: One-line problems, oldest first.
        bytes_read: Bytes consumed from the inputs.
        bytes_total: Bytes that there are to read, None if unknown.
        caught_up: Whether everything that was there at the start has been read.
        done: Whether no more records will come.
        error: Why reading ended early, if it did.
        dropped: Records of an endless input that were dropped to make room for newer ones.
        inserted: How often late records were put before others that had been read.
        counts: What else is counted of the inputs.
        phase: What is done with an input that has not been read yet, in a word.
    """

    version: int = 0
    runs: tuple[Run, ...] = ()
    notices: tuple[str, ...] = ()
    bytes_read: int = 0
    bytes_total: int | None = None
    caught_up: bool = False
    done: bool = False
    error: str | None = None
    dropped: int = 0
    inserted: int = 0
    counts: Counts = ()
    phase: str = READING

    @cached_property
    def parts(self) -> tuple[PlacedPart, ...]:
        """All parts, run by run."""
        return tuple(part for run in self.runs for part in run.all_parts)

    @cached_property
    def rows(self) -> int:
        """Records, the provisional ones included."""
        return sum(run.rows for run in self.runs)

    @cached_property
    def counted(self) -> int:
        """Records, those included that only overviews have counted so far."""
        return sum(run.ahead.rows if run.ahead else run.rows for run in self.runs)

    @property
    def provisional(self) -> int:
        """Records that may still grow."""
        return sum(run.open.height for run in self.runs)

    @property
    def sample(self) -> pl.DataFrame:
        """Some of the first records."""
        return self.parts[0].slice(0, _SAMPLE_ROWS) if self.parts else NO_RECORDS

    @cached_property
    def formats(self) -> Mapping[str, int]:
        """Records per format, the commonest first."""
        total: dict[str, int] = {}
        for chunk in self.parts:
            for name, rows in chunk.formats.items():
                total[name] = total.get(name, 0) + rows
        return dict(sorted(total.items(), key=lambda item: -item[1]))

    @cached_property
    def gaps(self) -> Mapping[str | None, Gaps]:
        """The records that were read incompletely, by source; sources without any are left out."""
        parts: dict[str | None, list[Mapping[str, Covered]]] = {}
        for part in self.parts:
            for source, coverage in part.coverage.items():
                parts.setdefault(source, []).append(coverage)
        found = {source: gaps_of(together(several)) for source, several in parts.items()}
        return {source: gaps for source, gaps in found.items() if gaps}

    @cached_property
    def dataset(self) -> Dataset:
        """All records as a dataset."""
        return dataset_of_runs([run.all_parts for run in self.runs])

    @cached_property
    def settled(self) -> Dataset:
        """The final records as a dataset; provisional ones would be counted a second time once they are final."""
        return dataset_of_runs([run.parts for run in self.runs])

    @property
    def unparsed(self) -> int:
        """Records that no format could read."""
        return self.formats.get("plain", 0)

    @property
    def fraction(self) -> float | None:
        """Share of the input that has been read, None if that is not known."""
        return min(1.0, self.bytes_read / self.bytes_total) if self.bytes_total else None

    @property
    def state(self) -> str:
        """What the reader is doing: `reading`, `live` (waiting for more), `done` or `failed`."""
        if self.error:
            return "failed"
        if self.done:
            return "done"
        waiting = self.caught_up or self.bytes_total is None
        return "live" if waiting else "reading"


def append(chunks: Sequence[Chunk], frame: pl.DataFrame, spill: Spill | None = None) -> tuple[Chunk, ...]:
    """Add records behind the chunks, merging small trailing chunks.

    A record is copied a logarithmic number of times at most, because a chunk is merged only with one that is
    no smaller than half of it.

    Args:
        chunks: Chunks in display order.
        frame: The records that follow.
        spill: The folder on disk for compressed chunks; None keeps them in memory.

    Returns:
        All chunks, the new records at the end.
    """
    kept = list(chunks)
    tail = [frame]
    height = frame.height
    while kept and kept[-1].rows <= 2 * height and kept[-1].rows + height <= CHUNK_ROWS:
        height += kept[-1].rows
        tail.append(kept.pop().read())
    kept.append(Chunk(tail[0] if len(tail) == 1 else pl.concat(reversed(tail), how="diagonal_relaxed"), spill))
    return tuple(kept)


def _fences(times: pl.Series) -> tuple[Fence, ...]:
    stretches = [(start, times[start : start + _ROW_GROUP]) for start in range(0, len(times), _ROW_GROUP)]
    return tuple(Fence(start, len(part), part[0], part[-1]) for start, part in stretches)


def _pack(frame: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    frame.write_parquet(target, compression="zstd", compression_level=1, row_group_size=_ROW_GROUP, statistics=False)
    return target.getvalue()


def _extents(frame: pl.DataFrame) -> dict[str | None, Extent]:
    offset = pl.col("offset").fill_null(0)
    bounds = frame.group_by("source").agg(offset.min().alias("low"), offset.max().alias("high"))
    return {source: Extent(low, high) for source, low, high in bounds.iter_rows()}


def _counts(names: pl.Series) -> dict[str, int]:
    return dict(names.fill_null("plain").value_counts().iter_rows())
