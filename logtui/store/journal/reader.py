"""Reading a journal of files, in the process that writes it or in another one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from logtui.store.journal.base import lost_frame
from logtui.store.journal.frames import scan
from logtui.store.journal.mark import read_mark
from logtui.store.journal.segment import HEAD_BYTES, JournalSegment, list_segments

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from logtui.store.journal.base import Frame
    from logtui.store.journal.mark import Mark


class _Place(NamedTuple):
    """Where the frame behind a record begins."""

    seq: int
    segment: JournalSegment
    offset: int


class FileJournalReader:
    """A journal of files for those who only read it. Nothing is held that its writer would have to wait for.

    Args:
        folder: The journal's folder.

    Attributes:
        folder: The journal's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._place: _Place | None = None

    def read(self, after: int) -> Iterator[Frame]:
        """See `Journal.read`; what is trimmed meanwhile may be left out."""
        mark, segments = self._durable()
        ends = [segment.first_seq for segment in segments[1:]]
        for segment, end in zip(segments, [*ends, mark.next_seq], strict=False):
            if end > after + 1:
                yield from self._frames(segment, mark, end, after)

    @property
    def size(self) -> int:
        """What the journal takes, in bytes."""
        return sum(map(_size, list_segments(self.folder)))

    @property
    def last(self) -> int:
        """Number of the newest record that is durable."""
        return max(0, read_mark(self.folder).next_seq - 1)

    @property
    def oldest(self) -> int | None:
        """Number of the first record that has not been trimmed; None if there is none."""
        _, segments = self._durable()
        return segments[0].first_seq if segments else None

    def _durable(self) -> tuple[Mark, list[JournalSegment]]:
        """The mark, and the segments up to it."""
        # In the other order a segment that was begun meanwhile would be missed.
        mark = read_mark(self.folder)
        return mark, [segment for segment in list_segments(self.folder) if segment.first_seq <= mark.first_seq]

    def _frames(self, segment: JournalSegment, mark: Mark, end: int, after: int) -> Iterator[Frame]:
        """The frames of a segment above `after`, without a gap up to the record before `end`."""
        expected = max(segment.first_seq, after + 1)
        try:
            for frame in self._undamaged(segment, mark, after):
                if frame.first_seq > expected:
                    yield lost_frame(expected, frame.first_seq)
                yield frame
                expected = frame.last_seq + 1
        except FileNotFoundError:
            return  # It has been trimmed since it was listed.
        if expected < end:
            yield lost_frame(expected, end)

    def _undamaged(self, segment: JournalSegment, mark: Mark, after: int) -> Iterator[Frame]:
        with segment.opened() as file:
            end = mark.length if segment.first_seq == mark.first_seq else os.fstat(file).st_size
            for _, offset, frame in scan(file, segment.salt, self._start(segment, after), end, after=after):
                self._place = _Place(frame.last_seq, segment, offset)
                yield frame

    def _start(self, segment: JournalSegment, after: int) -> int:
        """Where to begin: where the last reading ended if it goes on there, else at the segment's first frame."""
        place = self._place
        return place.offset if place and (place.seq, place.segment) == (after, segment) else HEAD_BYTES


def _size(segment: JournalSegment) -> int:
    try:
        return segment.size
    except FileNotFoundError:
        return 0  # It has been trimmed since it was listed.
