"""A segment: consecutive records in one immutable Parquet file, and their facts in the catalogue."""

from __future__ import annotations

import os
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

import msgspec
import polars as pl

from logtui.model.names import SEARCHED
from logtui.model.record import CORE_SCHEMA, FIELD_PREFIX
from logtui.model.twins import Twin  # noqa: TC001 - msgspec reads the annotation
from logtui.store.encoding import HEAD, OBJECT, scanned, sliced, stored
from logtui.store.shapes import SHAPE
from logtui.store.twins import numeric_twins

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

GROUP_ROWS: Final = 65_536
"""Records per row group."""

SEGMENT_ROWS: Final = 16 * GROUP_ROWS
"""Records per segment, unless `SEGMENT_BYTES` is reached first."""

SEGMENT_BYTES: Final = 32 * 1024 * 1024
"""Most bytes of records per segment, as they were received."""


_PAGE_BYTES: Final = 64 * 1024
"""Bytes of a column per Parquet page, the unit of decompression. A sixteenth of Polars' default makes reading a single
record three times cheaper and the file 2 % larger; smaller pages gain nothing."""

_NEAR_ROWS: Final = 1_024
"""Records that are at most so many rows apart are read together."""

_PLACE_BYTES: Final = 512 * 1024
"""A place of a file is read by itself in about a millisecond, the time in which so many bytes of columns are read."""


class Group(msgspec.Struct, frozen=True, array_like=True):
    """The ranges of times and offsets in a row group.

    Attributes:
        rows: The number of records.
        first_order: Smallest `order_time`, which is that of the first record, epoch nanoseconds.
        last_order: Largest `order_time`, epoch nanoseconds.
        first_time: Smallest `timestamp`, epoch nanoseconds; None if no record has one.
        last_time: Largest `timestamp`, epoch nanoseconds; None if no record has one.
        first_offset: Smallest byte `offset`; None if no record has one.
        last_offset: Largest byte `offset`; None if no record has one.
    """

    rows: int
    first_order: int
    last_order: int
    first_time: int | None
    last_time: int | None
    first_offset: int | None
    last_offset: int | None


class Facts(msgspec.Struct, frozen=True):
    """The facts about a segment that the catalogue keeps.

    Attributes:
        rows: The number of records.
        size: Bytes of the file.
        raw_bytes: Bytes of the records as they were received.
        undated: The number of records without a timestamp.
        columns: Bytes before compression, by column of the file.
        levels: Number of records by level; the empty name counts records without a level.
        formats: Number of records by format.
        sources: Smallest and largest byte offset by source.
        groups: The row groups, in order.
        timeless: Number of records without a timestamp, by format.
        levelless: Number of records without a level, by format.
        twins: The numeric twins, by field column.
        seqs: Smallest and largest `seq`; None if a record has none, or if the segment was written before version 6.
    """

    rows: int
    size: int
    raw_bytes: int
    undated: int
    columns: dict[str, int]
    levels: dict[str, int]
    formats: dict[str, int]
    sources: dict[str, tuple[int, int]]
    groups: tuple[Group, ...]
    timeless: dict[str, int] = {}
    levelless: dict[str, int] = {}
    twins: dict[str, Twin] = {}
    seqs: tuple[int, int] | None = None

    @property
    def times(self) -> tuple[int, int] | None:
        """Smallest and largest `timestamp` in epoch nanoseconds; None if no record has one."""
        firsts = [group.first_time for group in self.groups if group.first_time is not None]
        lasts = [group.last_time for group in self.groups if group.last_time is not None]
        return (min(firsts), max(lasts)) if firsts and lasts else None


class Segment:
    """One sealed segment.

    Args:
        number: Its number in the store, which is never used again.
        path: The Parquet file.
        facts: The facts from the catalogue.
        source: The present name of its only source, if the source has been renamed since the segment was written.
    """

    def __init__(self, number: int, path: Path, facts: Facts, source: str | None = None) -> None:
        known = tuple(facts.sources.values())
        self.sources: Final = facts.sources if source is None else {source: known[0]}
        self._source = source
        self.number: Final = number
        self.path: Final = path
        self.facts: Final = facts
        fields = [name for name in facts.columns if name.startswith(FIELD_PREFIX)]
        self.columns: Final = (*CORE_SCHEMA, *fields)

    def bytes_of(self, columns: Sequence[str], rows: int) -> int:
        """Estimate the bytes, before compression, of some columns of a number of records."""
        kept = set(columns)
        if "raw" in columns or (SEARCHED in columns and OBJECT not in self.facts.columns):
            kept |= self._sources_of_raw
        elif SEARCHED in columns:
            kept |= {HEAD, "message", "raw"}
        total = sum(size for name, size in self.facts.columns.items() if name in kept)
        return total * rows // max(1, self.facts.rows)

    @property
    def _sources_of_raw(self) -> set[str]:
        """The columns of the file from which `raw` is made."""
        return set(self.facts.columns) if SHAPE in self.facts.columns else {HEAD, "message", "raw", OBJECT}

    def is_whole(self) -> bool:
        """Whether the file exists and has the size that it had when it was sealed."""
        try:
            return self.path.stat().st_size == self.facts.size
        except OSError:
            return False

    def lazy(self, rows: pl.Series | None = None) -> pl.LazyFrame:
        """Scan the records, with the columns of `columns`, then numeric twins, `head`, `pattern` and `ROW`.

        Args:
            rows: The row numbers to return; None for all rows.

        Returns:
            A lazy frame in the order of the segment, which reads only the columns that are needed.
        """
        frame = scanned(self.path, tuple(self.facts.columns), rows)
        return frame if self._source is None else frame.with_columns(source=pl.lit(self._source))

    def read(
        self, spans: Sequence[tuple[int, int]], columns: Sequence[str], patterns: pl.Series | None = None
    ) -> pl.DataFrame:
        """Read runs of records, and only the Parquet pages around them.

        Args:
            spans: First rows and lengths of the runs, at least one.
            columns: The columns to read, out of those of `lazy`.
            patterns: The numbers of the patterns whose records to return; None for all records.
        """
        found = sliced(self.path, tuple(self.facts.columns), columns, spans, patterns)
        is_renamed = self._source is not None and "source" in columns
        return found.with_columns(source=pl.lit(self._source)) if is_renamed else found

    def take(self, rows: pl.Series, columns: Sequence[str]) -> pl.DataFrame:
        """Read some records; if they are in few places, only the Parquet pages around these are read.

        Args:
            rows: UInt32, ascending row numbers.
            columns: Record columns.

        Returns:
            A frame as high as `rows`.
        """
        clusters = _clusters(rows)
        spans = [(int(cluster[0]), int(cluster[-1] - cluster[0]) + 1) for cluster in clusters]
        is_many = len(spans) * _PLACE_BYTES > self.bytes_of(columns, self.facts.rows)
        if not spans or is_many or sum(length for _, length in spans) > GROUP_ROWS:
            return self.lazy(rows).select(columns).collect()
        around = self.read(spans, columns)
        starts = accumulate((length for _, length in spans), initial=0)
        chosen = pl.concat(cluster - cluster[0] + start for cluster, start in zip(clusters, starts, strict=False))
        return around.select(pl.all().gather(chosen))


def write_segment(
    path: Path,
    records: pl.DataFrame,
    patterns: pl.Series,
    group_rows: int = GROUP_ROWS,
    *,
    rebuilds_raw: bool = False,
) -> tuple[Facts, pl.Series]:
    """Write a segment file and fsync it.

    Args:
        path: The file; it must not be published as a segment before this returns.
        records: A record frame in its order.
        patterns: UInt32, the number of each record's pattern.
        group_rows: Records per row group.
        rebuilds_raw: Whether the raw texts of JSON records are rebuilt when they are read, and not kept.

    Returns:
        The facts for the catalogue, and the column `head`, the texts before the messages.

    Raises:
        OSError: If the file cannot be written.
    """
    numbers, twins = numeric_twins(records, group_rows)
    frame = stored(records, rebuilds_raw=rebuilds_raw).with_columns(patterns.alias("pattern"), *numbers)
    write_file(path, frame, group_rows)
    sizes = {name: int(frame[name].estimated_size()) for name in frame.columns}
    facts = facts_of(records, sizes, path.stat().st_size, group_rows)
    return msgspec.structs.replace(facts, twins=twins), frame[HEAD]


def write_file(path: Path, stored: pl.DataFrame, group_rows: int = GROUP_ROWS) -> None:
    """Write encoded records as Parquet and fsync the file.

    Args:
        path: The file.
        stored: A frame of the columns that are stored.
        group_rows: Records per row group.

    Raises:
        OSError: If the file cannot be written.
    """
    with path.open("wb") as target:
        stored.write_parquet(
            target,
            compression="zstd",
            compression_level=1,
            row_group_size=group_rows,
            data_page_size=_PAGE_BYTES,
            statistics=False,
        )
        target.flush()
        os.fsync(target.fileno())


def facts_of(records: pl.DataFrame, columns: dict[str, int], size: int, group_rows: int) -> Facts:
    """Compute the facts of a segment.

    Args:
        records: Its records.
        columns: Bytes before compression, by column of its file.
        size: Bytes of its file.
        group_rows: Records per row group.

    Returns:
        The facts.
    """
    return Facts(
        rows=records.height,
        size=size,
        raw_bytes=int(records["bytes"].sum()),
        undated=records["timestamp"].null_count(),
        columns=columns,
        levels=_counts(records["level"]),
        formats=_counts(records["format"]),
        sources=_extents(records),
        groups=tuple(Group(*row) for row in _fences(records, group_rows).iter_rows()),
        timeless=_counts(records["format"].filter(records["timestamp"].is_null())),
        levelless=_counts(records["format"].filter(records["level"].is_null())),
        seqs=_extent(records["seq"]),
    )


def _clusters(rows: pl.Series) -> list[pl.Series]:
    """Split ascending row numbers where neighbours are far apart."""
    cuts = (rows.diff() > _NEAR_ROWS).arg_true().to_list()
    return [rows[low:high] for low, high in pairwise([0, *cuts, len(rows)]) if high > low]


def _fences(records: pl.DataFrame, group_rows: int) -> pl.DataFrame:
    order, time = pl.col("order_time").cast(pl.Int64), pl.col("timestamp").cast(pl.Int64)
    offset = pl.col("offset")
    fences = [
        records[start : start + group_rows].select(
            pl.len(),
            order.min().alias("first_order"),
            order.max().alias("last_order"),
            time.min().alias("first_time"),
            time.max().alias("last_time"),
            offset.min().alias("first_offset"),
            offset.max().alias("last_offset"),
        )
        for start in range(0, records.height, group_rows)
    ]
    return pl.concat(fences)


def _extents(records: pl.DataFrame) -> dict[str, tuple[int, int]]:
    source = records["source"].fill_null("")
    low, high = pl.col("offset").min().fill_null(0), pl.col("offset").max().fill_null(0)
    if bool((source == source[0]).all()):
        return {source[0]: records.select(low=low, high=high).row(0)}
    extents = records.group_by(source).agg(low=low, high=high)
    return {name: (first, last) for name, first, last in extents.iter_rows()}


def _extent(numbers: pl.Series) -> tuple[int, int] | None:
    if numbers.is_empty() or numbers.null_count():
        return None
    low, high = numbers.to_frame("number").select(low=pl.col("number").min(), high=pl.col("number").max()).row(0)
    return low, high


def _counts(names: pl.Series) -> dict[str, int]:
    return {name or "": count for name, count in names.value_counts().iter_rows()}
