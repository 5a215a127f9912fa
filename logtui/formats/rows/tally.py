"""Counts of records by level and container, and when they were; envelopes are counted without making records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.formats.coverage import EXAMPLES, PLAIN, Covered, Example, Gap
from logtui.model.severities import level_named

if TYPE_CHECKING:
    from logtui.formats.rows.cascade import RowCascade
    from logtui.formats.rows.layouts import Sorting, Values
    from logtui.formats.rows.record import Record

_NEVER: Final = 2**63
_SHOWN: Final = 200


class Tally:
    """Counts what it is shown.

    Attributes:
        source: The name of the source whose records are counted.
        counts: How many records there are of each level, or a word that means one, container and format; None where a
            record has none.
        first: The earliest time, in nanoseconds since 1970, UTC; later than `last` if no record has a time.
        last: The latest one.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.counts: dict[tuple[str | None, str | None, str], int] = {}
        self._timeless: dict[str, Gap] = {}
        self._levelless: dict[str, Gap] = {}
        self._examples: dict[str, list[Example]] = {}
        self.first = _NEVER
        self.last = -_NEVER

    @property
    def total(self) -> int:
        """How many records were counted."""
        return sum(self.counts.values())

    @property
    def coverage(self) -> dict[str, Covered]:
        """What each format has read; the records that were counted without being made are no examples."""
        read: dict[str, int] = {}
        for (_, _, name), count in self.counts.items():
            read[name] = read.get(name, 0) + count
        return {
            name: Covered(
                Gap(count, tuple(self._examples.get(name, ()))),
                self._timeless.get(name, Gap()),
                self._levelless.get(name, Gap()),
            )
            for name, count in read.items()
        }

    def add(self, record: Record) -> None:
        """Count a record.

        Args:
            record: The record.
        """
        name, level, ns = record.reading.format or PLAIN, record.level, record.timestamp_ns
        key = level, record.field("container"), name
        count = self.counts.get(key, 0)
        self.counts[key] = count + 1
        if count < EXAMPLES:
            self._show(name, record)
        if level is None:
            _widen(self._levelless, name, record)
        if ns is None:
            _widen(self._timeless, name, record)
        else:
            self.first, self.last = min(self.first, ns), max(self.last, ns)

    def add_envelope(self, ns: int, sorting: Sorting, values: Values, payload: str, cascade: RowCascade) -> bool:
        """Count an envelope if its inner line is of the main format and has a level, so that it starts a record.

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
        if word is None or sorting.wrapping is None:
            return False
        key = word, sorting.container(values), sorting.wrapping.name
        count = self.counts.get(key)
        if count is None and level_named(word) is None:
            return False
        self.counts[key] = (count or 0) + 1
        if ns < self.first:
            self.first = ns
        if ns > self.last:
            self.last = ns
        return True

    def _show(self, name: str, record: Record) -> None:
        examples = self._examples.setdefault(name, [])
        if len(examples) < EXAMPLES:
            examples.append(_example_of(record))


def _widen(gaps: dict[str, Gap], name: str, record: Record) -> None:
    """Count a record among those of its format that lack something."""
    gap = gaps.get(name, Gap())
    new = (_example_of(record),) if gap.count < EXAMPLES else ()
    gaps[name] = Gap(gap.count + 1, (*gap.examples, *new))


def _example_of(record: Record) -> Example:
    return Example(record.line, record.raw.split("\n", 1)[0][:_SHOWN])
