"""Recovery: what the last writer left is cut where it is torn, and what is damaged is set aside; the rest is served."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from logtui.store.disk import sync_folder
from logtui.store.journal.frames import scan
from logtui.store.journal.mark import NOTHING, Mark, read_mark
from logtui.store.journal.segment import HEAD_BYTES, JournalSegment, list_segments

if TYPE_CHECKING:
    from pathlib import Path

_QUARANTINE: Final = "damaged"


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of a segment that are no frame any more. They stay in the segment, which is read around them.

    Attributes:
        first_seq: Number of the first record that is lost.
        count: Number of records that are lost; 0 if the damage lies outside of the frames.
        size: Number of bytes; 0 if they are missing.
        copy: The file to which the bytes were copied; None if the disk refused, or they are missing.
    """

    first_seq: int
    count: int
    size: int
    copy: Path | None

    @property
    def notice(self) -> str:
        """The damage in a line."""
        records = f"{self.count:,} records from number {self.first_seq} on are lost" if self.count else "none is lost"
        kept = f"; copied to {self.copy}" if self.copy else ""
        return f"{self.size:,} bytes of the journal are damaged, {records}{kept}"


@dataclass(slots=True)
class Recovery:
    """What was found when a journal was opened.

    Attributes:
        segments: Its segments, in order.
        frames: Number of undamaged frames.
        records: Number of records in them.
        mark: What is durable.
        cut_bytes: Size of the torn tail that was removed; no batch in it had been acknowledged.
        damages: What is damaged.
    """

    segments: list[JournalSegment] = field(default_factory=list)
    frames: int = 0
    records: int = 0
    mark: Mark = NOTHING
    cut_bytes: int = 0
    damages: list[Damage] = field(default_factory=list)

    @property
    def notices(self) -> tuple[str, ...]:
        """A line for the torn tail that was cut, and one for each damage."""
        cut = [f"{self.cut_bytes:,} bytes of a batch that was not acknowledged were cut"] if self.cut_bytes else []
        return (*cut, *(damage.notice for damage in self.damages))


def recover(folder: Path) -> Recovery:
    """Bring a journal that nobody writes into a state in which it is read and gone on with.

    Args:
        folder: Its folder.

    Raises:
        StoreVersionError: If a newer logtui has written it.
        OSError: If the disk refuses to keep what is there.
    """
    for leftover in folder.glob("*.tmp"):
        leftover.unlink()
    recovery = Recovery(list_segments(folder), mark=read_mark(folder))
    ends = [segment.first_seq for segment in recovery.segments[1:]]
    for segment, end in zip(recovery.segments, ends, strict=False):
        _Inspection(segment, recovery).run_to(segment.size, end)
    if recovery.segments:
        _recover_newest(recovery, recovery.segments[-1])
    sync_folder(folder)
    return recovery


def _recover_newest(recovery: Recovery, segment: JournalSegment) -> None:
    """Cut the torn tail of the newest segment and set the mark to what is left."""
    old, size = recovery.mark, segment.size
    inspection = _Inspection(segment, recovery)
    inspection.run(size)
    # Up to the mark frames were acknowledged: what is damaged there is no torn tail.
    kept = max(inspection.offset, min(old.length, size) if old.first_seq == segment.first_seq else 0)
    recovery.mark = Mark(segment.first_seq, kept, max(inspection.expected, old.next_seq))
    recovery.cut_bytes = max(0, size - kept)
    inspection.damaged_to(kept, recovery.mark.next_seq)
    segment.cut(kept)
    if recovery.mark.next_seq == segment.first_seq:
        _forget_newest(recovery)


def _forget_newest(recovery: Recovery) -> None:
    """Remove the newest segment, which holds no frame: the next one to be begun has the same first record."""
    recovery.segments.pop().path.unlink()
    newest = recovery.segments[-1] if recovery.segments else None
    first_seq, length = (newest.first_seq, newest.size) if newest else (0, 0)
    recovery.mark = Mark(first_seq, length, recovery.mark.next_seq)


class _Inspection:
    """Goes through a segment and enters in the recovery what is found."""

    def __init__(self, segment: JournalSegment, recovery: Recovery) -> None:
        self.offset = HEAD_BYTES
        self.expected = segment.first_seq
        self._segment = segment
        self._recovery = recovery
        if not segment.has_valid_head():
            self._enter_damage(0, min(HEAD_BYTES, segment.size), segment.first_seq)

    def run_to(self, size: int, end: int) -> None:
        """Inspect all of a segment that is followed by another one, which begins with the record `end`."""
        self.run(size)
        self.damaged_to(size, end)

    def run(self, size: int) -> None:
        """Inspect the frames of the first `size` bytes."""
        with self._segment.opened() as file:
            for start, end, frame in scan(file, self._segment.salt, HEAD_BYTES, size):
                self.damaged_to(start, frame.first_seq)
                self.offset, self.expected = end, frame.last_seq + 1
                self._recovery.frames += 1
                self._recovery.records += frame.count

    def damaged_to(self, offset: int, seq: int) -> None:
        """What lies before an offset and a record, and has not been inspected as a frame, is damaged or missing."""
        if offset > self.offset or seq > self.expected:
            self._enter_damage(self.offset, max(offset, self.offset), seq)

    def _enter_damage(self, start: int, end: int, seq: int) -> None:
        lost = seq - self.expected
        copy = _copy_aside(self._segment, start, end, f"{self.expected:020d}-{seq - 1:020d}") if end > start else None
        self._recovery.damages.append(Damage(self.expected, lost, end - start, copy))


def _copy_aside(segment: JournalSegment, start: int, end: int, records: str) -> Path | None:
    """Copy bytes to a file that is named by their records and their place."""
    folder = segment.path.parent / _QUARANTINE
    path = folder / f"{records}-{segment.salt.hex()}-{start}"
    try:
        with segment.opened() as file:
            folder.mkdir(mode=0o700, exist_ok=True)
            path.write_bytes(os.pread(file, end - start, start))
    except OSError:
        # A full disk must not keep a journal from opening; the bytes are still in the segment.
        return None
    return path
