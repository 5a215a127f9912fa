"""Counts records by level and container; envelopes are counted without building records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.formats.coverage import EXAMPLES, PLAIN, Covered, Example, Gap
from logtui.model.severities import level_named

if TYPE_CHECKING:
    from logtui.formats.rows.cascade import RowCascade
    from logtui.formats.rows.layouts import ReadingPlan, Values
    from logtui.formats.rows.record import Record

_NEVER: Final = 2**63
_SHOWN: Final = 200


class Tally:
    """Counts the records of one source.

    Args:
        source: The source's name.

    Attributes:
        source: As given.
        counts: Records by level (or a word for a level), container and format; None where a record has no level or
            container.
        first: The earliest time, epoch nanoseconds; greater than `last` if no record has a time.
        last: The latest time, epoch nanoseconds.
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
        """The number of records counted."""
        return sum(self.counts.values())

    @property
    def coverage(self) -> dict[str, Covered]:
        """What each format has read; records counted by `add_envelope` are not among the examples."""
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
            self._keep_example(name, record)
        if level is None:
            _add_to_gap(self._levelless, name, record)
        if ns is None:
            _add_to_gap(self._timeless, name, record)
        else:
            self.first, self.last = min(self.first, ns), max(self.last, ns)

    def add_envelope(self, ns: int, plan: ReadingPlan, values: Values, payload: str, cascade: RowCascade) -> bool:
        """Count an envelope as a record if its inner line is of the main format and states a level.

        Args:
            ns: The envelope's time, epoch nanoseconds.
            plan: The envelope's reading plan.
            values: The envelope's strings and numbers, as the plan takes them.
            payload: The inner line.
            cascade: Reads the level of the inner line.

        Returns:
            Whether it was counted; if not, the caller has to build the record.
        """
        head = cascade.read_payload_head(payload)
        if head is None or plan.wrapping is None:
            return False
        word = head[0]
        key = word, plan.container(values), plan.wrapping.name
        count = self.counts.get(key)
        if count is None and level_named(word) is None:
            return False
        self.counts[key] = (count or 0) + 1
        if ns < self.first:
            self.first = ns
        if ns > self.last:
            self.last = ns
        return True

    def _keep_example(self, name: str, record: Record) -> None:
        examples = self._examples.setdefault(name, [])
        if len(examples) < EXAMPLES:
            examples.append(_example_of(record))


def _add_to_gap(gaps: dict[str, Gap], name: str, record: Record) -> None:
    """Count a record in the gap of its format, and keep it as an example while there are few."""
    gap = gaps.get(name, Gap())
    new = (_example_of(record),) if gap.count < EXAMPLES else ()
    gaps[name] = Gap(gap.count + 1, (*gap.examples, *new))


def _example_of(record: Record) -> Example:
    return Example(record.line, record.raw.split("\n", 1)[0][:_SHOWN])
