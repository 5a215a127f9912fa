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
        limit: At most this many rows of the answer.
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
        checked = False
        for batch in batches:
            records = self._in_range(batch.records)
            if self.predicate.needs_fields:
                records = with_message_fields(records)
            if not checked and len(records):
                self.predicate.check(records)
                checked = True
            records = self._filtered(records)
            if len(records):
                yield records

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


class Answer:
    """What a search gives: records, or the table that its pipes make of them.

    Args:
        search: What is wanted.
        batches: As a reader yields them.

    Attributes:
        matched: How many records have met the condition so far.
    """

    def __init__(self, search: Search, batches: Iterable[Batch]) -> None:
        self.matched = 0
        self._search = search
        self._batches = batches

    def frames(self) -> Iterator[pl.DataFrame]:
        """The answer, in order, as soon as there is some of it.

        Yields:
            Record frames of at least one row, or tables. Reading ends once nothing can change any more.
        """
        left = self._search.limit
        for frame in self._piped():
            wanted = frame if left is None else frame.head(left)
            if left is not None:
                left -= len(wanted)
            yield wanted
            if left == 0:
                return

    def _piped(self) -> Iterator[pl.DataFrame]:
        pipeline = self._search.predicate.pipeline()
        if pipeline is None:
            yield from self._counted()
            return
        if pipeline.wants_more():
            for records in self._counted():
                result = pipeline.push(records)
                if result is not None and len(result):
                    yield result
                if not pipeline.wants_more():
                    break
        yield from pipeline.finish()

    def _counted(self) -> Iterator[pl.DataFrame]:
        for records in self._search.matching(self._batches):
            self.matched += len(records)
            yield records
