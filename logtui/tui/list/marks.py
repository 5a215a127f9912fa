"""Marked records and the notes about them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from logtui.model.keys import KEY_COLUMNS, RecordKey, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl


class Mark(msgspec.Struct, frozen=True):
    """A marked record.

    Attributes:
        source: The source of the record.
        offset: Byte offset of the record in the source; None if it is known by `seq`.
        time: The time of the record; None if it has none.
        level: The level of the record.
        message: The message of the record.
        note: The note of the user; empty for none.
        seq: Sequence number of the record in a live store; None if it is known by its place in a file.
    """

    source: str | None
    offset: int | None
    time: datetime | None
    level: str | None
    message: str
    note: str = ""
    seq: int | None = None

    @property
    def key(self) -> RecordKey:
        """The key of the record."""
        return key_of(self.source, self.offset, self.seq)


class Marks:
    """The set of marks.

    Args:
        marks: The first marks.
    """

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self._marks = {mark.key: mark for mark in marks}

    def __contains__(self, key: object) -> bool:
        return key in self._marks

    def all(self) -> list[Mark]:
        """Return all marks in order of time, those without a time last."""
        return sorted(
            self._marks.values(),
            key=lambda mark: (
                mark.time is None,
                mark.time.timestamp() if mark.time else 0.0,
                mark.source or "",
                mark.offset or mark.seq or 0,
            ),
        )

    def note_of(self, key: RecordKey) -> str:
        """The note about a record; empty if there is none."""
        mark = self._marks.get(key)
        return mark.note if mark else ""

    def toggle(self, record: pl.DataFrame) -> bool:
        """Mark a record, or remove its mark and note.

        Args:
            record: A frame of one row.

        Returns:
            Whether it is marked now.
        """
        mark = mark_of(record)
        if mark.key in self._marks:
            del self._marks[mark.key]
            return False
        self._marks[mark.key] = mark
        return True

    def annotate(self, record: pl.DataFrame, note: str) -> None:
        """Mark a record and attach a note."""
        mark = mark_of(record)
        self._marks[mark.key] = msgspec.structs.replace(mark, note=note)


def mark_of(record: pl.DataFrame) -> Mark:
    """Make the mark of a frame of one row, without a note."""
    source, offset, seq, time, level, message, raw = record.select(
        *KEY_COLUMNS, "timestamp", "level", "message", "raw"
    ).row(0)
    first_line = (message or raw or "").split("\n")[0][:1_000]
    return Mark(source, offset, time, level, first_line, seq=seq if offset is None else None)
