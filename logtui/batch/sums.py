"""Adds findings up as records arrive: frames and findings are gathered and added up many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.batch.findings import Findings, countable
from logtui.formats.coverage import together
from logtui.formats.coverage_columns import coverage_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logtui.formats.coverage import Covered

_ROWS: Final = 50_000
"""How many records are gathered before they are counted."""

_FINDINGS: Final = 8
"""How many findings are gathered before they are merged."""


class Sum:
    """A growing sum of records and findings.

    Args:
        parts: Packed findings to begin with; None stands for no records.
    """

    def __init__(self, *parts: bytes | None) -> None:
        self._found = [Findings.unpacked(part) for part in parts if part]
        self._records: list[pl.DataFrame] = []
        self._rows = 0
        self._coverage: dict[str, Covered] = {}

    def add(self, records: pl.DataFrame) -> None:
        """Add a record frame."""
        if not records.height:
            return
        self._records.append(countable(records))
        self._coverage = together([self._coverage, *coverage_of(records).values()])
        self._rows += records.height
        if self._rows >= _ROWS:
            self._count_records()

    def take(self, other: Sum) -> None:
        """Move everything from another sum, which is then empty."""
        for findings in other._found:
            self.add_findings(findings)
        self._records += other._records
        self._rows += other._rows
        self._coverage = together([self._coverage, other._coverage])
        other._found, other._records, other._rows, other._coverage = [], [], 0, {}
        if self._rows >= _ROWS:
            self._count_records()

    def add_findings(self, findings: Findings) -> None:
        """Add the findings of other records."""
        self._found.append(findings)
        if len(self._found) >= _FINDINGS:
            self._found = [Findings.merged(self._found)]

    def findings(self) -> Findings:
        """The sum."""
        self._count_records()
        self._found = [Findings.merged(self._found)] if self._found else [Findings.none()]
        return self._found[0]

    def packed(self) -> bytes | None:
        """Encode the sum; None if nothing was added."""
        return self.findings().packed() if self._found or self._records else None

    def _count_records(self) -> None:
        if self._records:
            records, self._records, self._rows = pl.concat(self._records), [], 0
            coverage, self._coverage = self._coverage, {}
            self.add_findings(Findings.of(records, coverage))


def total(several: Iterable[Findings]) -> Findings:
    """Add up all findings, with few of them in memory at a time."""
    whole = Sum()
    for findings in several:
        whole.add_findings(findings)
    return whole.findings()
