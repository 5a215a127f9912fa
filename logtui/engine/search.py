"""A query over a reader's batches: the streaming path of the command line and the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from logtui.formats import with_message_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from logtui.engine.predicate import TextPredicate
    from logtui.engine.source_reader import Batch


@dataclass(frozen=True, slots=True)
class Search:
    """What is wanted of the records.

    Attributes:
        predicate: The query.
        since: Records before this moment are left out, and records without a time.
        until: Records at or after this moment are left out, and records without a time.
        limit: At most this many records.
        shows_fields: Whether the answer shows fields, so that those in messages are extracted.
    """

    predicate: TextPredicate
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    shows_fields: bool = True

    def matching(self, batches: Iterable[Batch]) -> Iterator[pl.DataFrame]:
        """The records that match, in order.

        Args:
            batches: As a reader yields them.

        Yields:
            Record frames of at least one row, as soon as a batch has one.
        """
        left = self.limit
        checked = False
        for batch in batches:
            records = self._in_range(batch.records)
            if self.predicate.needs_fields:
                records = with_message_fields(records)
            if not checked and len(records):
                self.predicate.check(records)
                checked = True
            records = self._filtered(records)
            if left is not None:
                records = records.head(left)
                left -= len(records)
            if len(records):
                yield records
            if left == 0:
                return

    def _filtered(self, records: pl.DataFrame) -> pl.DataFrame:
        if records.is_empty():
            return records
        records = records.filter(self.predicate(records.columns))
        if self.shows_fields and not self.predicate.needs_fields:
            records = with_message_fields(records)
        return records

    def _in_range(self, records: pl.DataFrame) -> pl.DataFrame:
        if self.since is not None:
            records = records.filter(pl.col("timestamp") >= self.since)
        if self.until is not None:
            records = records.filter(pl.col("timestamp") < self.until)
        return records
