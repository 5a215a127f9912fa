"""A store: a folder of sealed segments with their catalogue.

    DIR/catalogue.sqlite    the list of segments, their rollups, and the store's state
    DIR/segments/*.parquet  the records, under random names; `.tmp` while being written
    DIR/write.lock          held by the one process that writes
    DIR/leases.lock         which segments are being read, by all processes; its bytes are locked, never written
    DIR/use.lock            shared by all that use the store; its time tells when that was last

Any moment may be the last one: a segment whose transaction has not been done does not exist, and its file is swept by
the next writer. A replaced file is swept while the store is open, unless a lease in any process holds it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Final, Self

import msgspec
import polars as pl
import polars.selectors as cs

from logtui.errors import StoreBusyError, StoreError
from logtui.model.lru import Lru
from logtui.model.names import SEARCHED
from logtui.store.catalogue import Catalogue, Publication
from logtui.store.disk import open_to_share, sync_folder, touch_if_allowed
from logtui.store.encoding import HEAD, PATTERN
from logtui.store.leases import Lease, Replaced, can_lease, remove_unleased
from logtui.store.rollup import Rollup, TextOutlines, numbered, rolled_up, text_outlines, unpacked
from logtui.store.segment import GROUP_ROWS, Segment, write_segment
from logtui.store.tiers import Sealed
from logtui.store.word_index import WordMasks, searched_raw, word_masks

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence
    from pathlib import Path

    from logtui.store.catalogue import Place, Standing
    from logtui.store.segment import Facts

CATALOGUE: Final = "catalogue.sqlite"
_SEGMENTS: Final = "segments"
_ROLLUP_BYTES: Final = 8 * 1024 * 1024
_OUTLINE_BYTES: Final = 8 * 1024 * 1024
"""Bytes of rollups and of text outlines that a store caches in memory; reading others again takes 0.1 ms for each."""

_DAY: Final = 86_400 * 10**9

_ROLLUP_KINDS: Final = ("minutes", "patterns", "table")


class Store:
    """One store, opened by any number of readers and by at most one writer.

    Args:
        path: Its folder; made if it is missing.
        writable: Whether to open it for writing.
        group_rows: Records per row group of new segments.
        source: The present name of the only source of all records, which may differ from the stored one.
        by_day: Whether to order new segments by the day of their first time, then by their first `seq`, as for records
            that arrive from many places; false orders them as they are sealed, as for the lines of one file.
        rebuilds_raw: Whether the raw texts of JSON records in new segments are rebuilt when they are read, not kept.

    Attributes:
        path: Its folder.
        can_lease: Whether leases keep files: not in a folder that cannot be written and has no lease file.
        rewriting: Held from choosing segments until they are replaced or dropped. Without it a segment could be merged
            while it is archived, and then its records would be archived a second time.

    Raises:
        StoreBusyError: If `writable` and another process writes to the store.
        StoreVersionError: If a newer logtui has written it.
        StoreError: If the folder is not a store or cannot be used.
    """

    def __init__(
        self,
        path: Path,
        *,
        writable: bool = False,
        group_rows: int = GROUP_ROWS,
        source: str | None = None,
        by_day: bool = False,
        rebuilds_raw: bool = False,
    ) -> None:
        self.path: Final = path
        self._by_day: Final = by_day
        self._group_rows = group_rows
        self._source = source
        self._rebuilds_raw = rebuilds_raw
        self._locks: list[int] = []
        try:
            _private_folder(path)
            self._hold(open_to_share(path / "use.lock"), fcntl.LOCK_SH)
            touch_if_allowed(path / "use.lock")
            self.can_lease: Final = can_lease(path)
            if writable:
                lock = os.open(path / "write.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                self._hold(lock, fcntl.LOCK_EX)
                _private_folder(path / _SEGMENTS)
        except BlockingIOError as error:
            self.close()
            raise StoreBusyError(f"{path}: another process writes to this store") from error
        except OSError as error:
            self.close()
            raise StoreError(f"{path}: cannot open the store: {error.strerror}") from error
        try:
            self._catalogue = Catalogue(path / CATALOGUE)
        except StoreError:
            self.close()
            raise
        self._known: dict[int, Segment] = {}
        self._replaced: list[Replaced] = []
        self._sealed: tuple[bytes | None, tuple[Sealed, ...]] = None, ()
        self.rewriting: Final = Lock()
        self._replacing: Final = Lock()
        self._rollups = Lru[int, Rollup](_ROLLUP_BYTES, lambda rollup: rollup.size)
        self._outlines = Lru[int, TextOutlines](_OUTLINE_BYTES, lambda outlines: outlines.size)
        if writable:
            self._replaced = self._without_segments()
            self.sweep()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the locks."""
        for lock in self._locks:
            os.close(lock)
        self._locks = []

    @property
    def folder(self) -> Path:
        """The folder of the segment files."""
        return self.path / _SEGMENTS

    def segments(self) -> tuple[Segment, ...]:
        """List all segments that exist now, in order."""
        # Decoding the facts of all segments for each query would take most of the time of planning it.
        known = self._known
        rows = self._catalogue.segments(known)
        self._known = {
            number: known[number] if facts is None else Segment(number, self.folder / file, facts, self._source)
            for number, file, facts in rows
        }
        return tuple(self._known.values())

    def forget(self, gone: Container[int]) -> None:
        """Forget what is kept in memory of segments with these numbers, which are no more."""
        self._rollups.drop(lambda number: number in gone)
        self._outlines.drop(lambda number: number in gone)

    def lease(self) -> Lease:
        """All segments that exist now, with their files kept for whoever reads them until the lease is released."""
        return Lease(self.path, self.segments)

    def lease_again(self, segment: Segment) -> Lease:
        """A segment that is leased already, for longer."""
        return Lease(self.path, lambda: (segment,))

    def sweep(self) -> None:
        """Remove the files of replaced segments, except those that are leased; only for the writer.

        Raises:
            StoreError: If a file cannot be removed; the next sweep tries the remaining ones again.
        """
        with self._replacing:
            try:
                left = remove_unleased(self.path, self._replaced)
            except OSError as error:
                raise StoreError(f"{self.folder}: cannot remove: {error.strerror}") from error
            # Only now: a crash in between leaves names of files that are gone, which the next opening forgets.
            self._catalogue.forget([each.path.name for each in self._replaced if each not in left])
            self._replaced = left

    def rollups(self, segments: Sequence[Segment]) -> list[Rollup]:
        """The rollups of some segments, in the same order."""
        numbers = [segment.number for segment in segments]
        found = {number: rollup for number in numbers if (rollup := self._rollups.get(number)) is not None}
        found |= self._unpacked_rollups([number for number in numbers if number not in found])
        return [found[number] for number in numbers]

    def outlines(self, segments: Sequence[Segment]) -> list[TextOutlines | None]:
        """The text outlines of some segments, in the same order; None for a segment whose outlines are not made yet."""
        numbers = [segment.number for segment in segments]
        found = {number: outlines for number in numbers if (outlines := self._outlines.get(number)) is not None}
        found |= self._unpacked_outlines([number for number in numbers if number not in found])
        return [found.get(number) for number in numbers]

    def _unpacked_rollups(self, numbers: Sequence[int]) -> dict[int, Rollup]:
        if not numbers:
            return {}
        kinds = {kind: self._catalogue.sidecars(kind, numbers) for kind in _ROLLUP_KINDS}
        found = {number: unpacked({kind: kinds[kind][number] for kind in _ROLLUP_KINDS}) for number in numbers}
        for number, rollup in found.items():
            self._rollups.put(number, rollup)
        return found

    def _unpacked_outlines(self, numbers: Sequence[int]) -> dict[int, TextOutlines]:
        if not numbers:
            return {}
        sidecars = self._catalogue.sidecars("texts", numbers)
        found = {number: TextOutlines.unpacked(data) for number, data in sidecars.items()}
        for number, outlines in found.items():
            self._outlines.put(number, outlines)
        return found

    def outline(self, segment: Segment) -> None:
        """Make the word index and the text outlines of a segment, and store them."""
        texts_of_it = cs.string() - cs.by_name("source", "raw", SEARCHED)
        records = segment.lazy().select(texts_of_it, searched_raw(), "level", PATTERN).collect()
        words = word_masks(records, [group.rows for group in segment.facts.groups])
        texts = text_outlines(records.lazy().select("level", "service", "message", "raw", HEAD, PATTERN))
        found = {"words": msgspec.msgpack.encode(words), "texts": texts.packed()}
        self._catalogue.add_sidecars(segment.number, found)

    def outlined(self, segments: Sequence[Segment]) -> frozenset[int]:
        """The numbers of those segments whose texts have been looked into."""
        return frozenset(segment.number for segment in segments) - self.not_outlined()

    def not_outlined(self) -> set[int]:
        """The numbers of segments whose texts have not been looked into."""
        return self._catalogue.without("texts")

    def words(self, segment: Segment) -> WordMasks | None:
        """The word index of a segment; None if it has none yet, or has too many row groups for one."""
        data = self._catalogue.sidecars("words", [segment.number]).get(segment.number)
        return msgspec.msgpack.decode(data, type=WordMasks | None) if data else None

    def state(self, key: str) -> bytes | None:
        """The value that the writer has stored under a key, None if there is none."""
        return self._catalogue.state(key)

    def note(self, state: Mapping[str, bytes]) -> None:
        """Store values under keys, without sealing a segment."""
        self._catalogue.put_state(state)

    def seal(
        self,
        records: pl.DataFrame,
        state: Mapping[str, bytes],
        *,
        replaces: Sequence[Segment] = (),
        arrived: int | None = None,
    ) -> Segment:
        """Make a segment of records.

        Args:
            records: A record frame in its order, at least one row.
            state: What is noted together with the segment.
            replaces: Segments whose records are among these; their files stay until they are swept.
            arrived: When the last of the records arrived, in epoch nanoseconds; None for now.

        Returns:
            The published segment.

        Raises:
            StoreError: If it cannot be written; the segments that it would have replaced remain.
        """
        written = self._written(records, time.time_ns() if arrived is None else arrived)
        return self._publish([written], state, replaces)[0]

    def merge(self, merged: Sequence[Segment], parts: Iterable[pl.DataFrame]) -> tuple[Segment, ...]:
        """Make segments of what other segments hold, instead of these.

        Args:
            merged: Segments that exist.
            parts: Record frames, each in its order, that hold their records.

        Returns:
            The new segments, one for each part.

        Raises:
            StoreError: If the disk refuses, or one of the old segments does not exist; they stay as they are then.
        """
        standings = self._catalogue.standings()
        old = [standings[segment.number] for segment in merged if segment.number in standings]
        arrived = max((standing.arrived for standing in old), default=0)
        tier = 1 + max((standing.tier for standing in old), default=0)
        written: list[Publication] = []
        try:
            written.extend(self._written(part, arrived, tier) for part in parts)
        except StoreError:
            _discard(*(self.folder / each.file for each in written))
            raise
        return self._publish(written, {}, merged)

    def drop(self, segments: Sequence[Segment]) -> None:
        """Let segments exist no more; their files are swept like those of replaced ones."""
        if segments:
            self._publish([], {}, segments)

    def sealed(self) -> tuple[Sealed, ...]:
        """What the policy of merging looks at in all segments that exist now, in order."""
        changes = self._catalogue.changes()  # before the segments: what changes meanwhile is seen the next time
        if changes is None or self._sealed[0] != changes:
            self._sealed = changes, self._sealed_now()
        return self._sealed[1]

    def _sealed_now(self) -> tuple[Sealed, ...]:
        segments = {segment.number: segment.facts for segment in self.segments()}
        standings = sorted(self._catalogue.standings().items(), key=lambda item: (item[1].place, item[0]))
        return tuple(
            _sealed(number, standing, segments[number]) for number, standing in standings if number in segments
        )

    def arrivals(self) -> dict[int, int]:
        """When the last record of each segment arrived, in epoch nanoseconds, by the numbers of the segments."""
        return {number: standing.arrived for number, standing in self._catalogue.standings().items()}

    def last_number(self) -> int:
        """The number that was given to a segment last, 0 if none was."""
        return self._catalogue.last_number()

    def _publish(
        self, written: Sequence[Publication], state: Mapping[str, bytes], replaces: Sequence[Segment]
    ) -> tuple[Segment, ...]:
        # If this fails the files stay until the next opening: the transaction may have reached the disk after all.
        numbers = self._catalogue.publish(written, state, replaces=[segment.number for segment in replaces])
        with self._replacing:
            self._replaced += [Replaced(segment.path, segment.number) for segment in replaces]
        return tuple(
            Segment(number, self.folder / each.file, each.facts, self._source)
            for number, each in zip(numbers, written, strict=True)
        )

    def _written(self, records: pl.DataFrame, arrived: int, tier: int = 0) -> Publication:
        """Write the file of a segment, and what is to be published of it."""
        patterns, table = numbered(records)
        final, facts, heads = self._write(records, patterns)
        rollup = rolled_up(records, heads, patterns, table)
        place = _place_of(records) if self._by_day else None
        return Publication(final.name, facts, place, rollup.packed(), arrived, tier)

    def _write(self, records: pl.DataFrame, patterns: pl.Series) -> tuple[Path, Facts, pl.Series]:
        """Write a segment file and force it to the disk; returns its path, its facts, and the heads as stored."""
        final = self.folder / f"{secrets.token_hex(8)}.parquet"
        written = final.with_suffix(".tmp")
        try:
            facts, heads = write_segment(written, records, patterns, self._group_rows, rebuilds_raw=self._rebuilds_raw)
            written.rename(final)
            sync_folder(self.folder)
        except (OSError, pl.exceptions.ComputeError) as error:  # Polars' own name for a write that failed
            # A file whose fsync failed may be lost without another error, so it is never tried again.
            _discard(written, final)
            raise StoreError(f"{final}: cannot write: {_reason(error)}") from error
        return final, facts, heads

    def _hold(self, lock: int | None, kind: int) -> None:
        if lock is not None:
            self._locks.append(lock)
            fcntl.flock(lock, kind | fcntl.LOCK_NB)

    def _without_segments(self) -> list[Replaced]:
        """The files that belong to no segment, and those of replaced segments, whether they are there or not."""
        known = {file for _, file, _ in self._catalogue.segments()}
        replaced = self._catalogue.replaced()
        names = {path.name for path in self.folder.iterdir()} | replaced.keys()
        return [Replaced(self.folder / name, replaced.get(name)) for name in sorted(names - known)]


def _sealed(number: int, standing: Standing, facts: Facts) -> Sealed:
    """What the policy of merging looks at in a segment; records without a time are on the days that order them."""
    ends = [] if facts.times is None else [facts.times[1]]
    ends += [max(group.last_order for group in facts.groups)] if facts.undated else []
    day, first_seq = standing.place
    return Sealed(number, day, max(ends) // _DAY, first_seq, facts.rows, facts.raw_bytes, standing.tier)


def _place_of(records: pl.DataFrame) -> Place:
    """The day of the earliest time of records (the earliest `order_time` if none has a time), and their first `seq`."""
    first, order, seq = records.select(
        pl.col("timestamp").min().dt.epoch("d"), pl.col("order_time").min().dt.epoch("d"), pl.col("seq").min()
    ).row(0)
    return order if first is None else first, seq or 0


def peek(path: Path, key: str) -> bytes | None:
    """Read the value under a key without opening the store, so that its time of last use stays; None if none."""
    catalogue = path / CATALOGUE
    return Catalogue(catalogue).state(key) if catalogue.exists() else None


def remove_store(path: Path) -> bool:
    """Remove a store, unless a process uses it.

    Args:
        path: Its folder.

    Returns:
        Whether it was removed.
    """
    try:
        lock = os.open(path / "use.lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        shutil.rmtree(path, ignore_errors=True)
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path, ignore_errors=True)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


def _private_folder(path: Path) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _discard(*paths: Path) -> None:
    """Remove files, ignoring errors: the next opening sweeps those that are left."""
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)
