"""Counts of records by level and container, and when they were; envelopes are counted without making records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from logtui.formats.rows.cascade import RowCascade
    from logtui.formats.rows.layouts import Sorting, Values
    from logtui.formats.rows.record import Record

_NEVER: Final = 2**63


class Tally:
    """Counts what it is shown.

    Attributes:
        counts: How many records there are of each level, or a word that means one, and container; None where a record
            has none.
        first: The earliest time, in nanoseconds since 1970, UTC; later than `last` if no record has a time.
        last: The latest one.
    """

    def __init__(self) -> None:
        self.counts: dict[tuple[str | None, str | None], int] = {}
        self.first = _NEVER
        self.last = -_NEVER

    @property
    def total(self) -> int:
        """How many records were counted."""
        return sum(self.counts.values())

    def add(self, record: Record) -> None:
        """Count a record.

        Args:
            record: The record.
        """
        key, ns = (record.level, record.field("container")), record.timestamp_ns
        self.counts[key] = self.counts.get(key, 0) + 1
        if ns is not None:
            self.first, self.last = min(self.first, ns), max(self.last, ns)

    def add_envelope(self, ns: int, sorting: Sorting, values: Values, payload: str, cascade: RowCascade) -> bool:
        """Count an envelope if its inner line is of the main format, so that it is sure to start a record.

        Args:
            ns: Its time.
            sorting: What its texts are for.
            values: Those that differ from envelope to envelope.
            payload: Its inner line.
            cascade: Knows what that says.

        Returns:
            Whether it was counted.
        """
        word = cascade.read_payload_level(payload)
        if word is None:
            return False
        key = word, sorting.container(values)
        self.counts[key] = self.counts.get(key, 0) + 1
        if ns < self.first:
            self.first = ns
        if ns > self.last:
            self.last = ns
        return True
