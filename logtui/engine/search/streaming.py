"""A query over a reader's batches: the streaming path of the command line and the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from logtui.formats import with_message_fields
from logtui.model.record import CORE_SCHEMA
from logtui.query import weight_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from logtui.engine.read.source_reader import Batch
    from logtui.engine.search.predicate import TextPredicate

_SAMPLE_ROWS: Final = 200


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

    def expression(self, columns: Sequence[str]) -> pl.Expr:
        """The condition on records with these columns, the range of time included."""
        return pl.all_horizontal(self.predicate(columns), self._range()).fill_null(value=False)

    def in_range(self, records: pl.DataFrame) -> pl.DataFrame:
        """The records between `since` and `until`."""
        is_limited = self.since is not None or self.until is not None
        return records.filter(self._range()) if is_limited else records

    def _range(self) -> pl.Expr:
        limits = [pl.lit(value=True)]
        if self.since is not None:
            limits.append(pl.col("timestamp") >= self.since)
        if self.until is not None:
            limits.append(pl.col("timestamp") < self.until)
        return pl.all_horizontal(limits)


class Answer:
    """What a search gives: records, or the table that its pipes make of them.

    Args:
        search: What is wanted.
        batches: As a reader yields them.
        sample: A few records, where the batches do not bring all of them.
        newest: The latest time of these.

    Attributes:
        matched: How many records have met the condition so far.
        newest: The latest time seen so far, whether its record matched or not.
    """

    def __init__(
        self,
        search: Search,
        batches: Iterable[Batch],
        *,
        sample: pl.DataFrame | None = None,
        newest: datetime | None = None,
    ) -> None:
        self.matched = 0
        self.newest = newest
        self._search = search
        self._batches = batches
        self._sample = pl.DataFrame(schema=CORE_SCHEMA) if sample is None else sample

    @property
    def sample(self) -> pl.DataFrame:
        """A few of the records that were read, with every field that there was, those in messages included."""
        return with_message_fields(self._sample)

    def look(self) -> None:
        """Read the first records without asking anything of them, for `sample`."""
        first = next((batch.records for batch in self._batches if len(batch.records)), None)
        if first is not None:
            self._see(first)

    def frames(self) -> Iterator[pl.DataFrame]:
        """The answer, in order, as soon as there is some of it.

        Yields:
            Record frames of at least one row, or tables. Reading ends once nothing can change any more.
        """
        left = self._search.limit
        for frame in piped(self._search.predicate, self._matching()):
            wanted = frame if left is None else frame.head(left)
            if left is not None:
                left -= len(wanted)
            yield wanted
            if left == 0:
                return

    def _matching(self) -> Iterator[pl.DataFrame]:
        """The records that match, batch by batch."""
        is_checked = False
        if not self._sample.is_empty():
            self._search.predicate.check(self._sample)
        for batch in self._batches:
            records = batch.records
            if batch.is_answer:
                self.matched += int(records.select(weight_of(records).sum()).item())
                yield records
                continue
            self._see(records)
            if self._search.predicate.needs_fields:
                records = with_message_fields(records)
            if not is_checked and len(records):
                self._search.predicate.check(records)
                is_checked = True
            found = self._filtered(self._search.in_range(records))
            self.matched += len(found)
            if len(found):
                yield found

    def _filtered(self, records: pl.DataFrame) -> pl.DataFrame:
        if records.is_empty():
            return records
        predicate = self._search.predicate
        records = records.filter(predicate(records.columns))
        if self._search.shows_fields and not predicate.needs_fields:
            records = with_message_fields(records)
        return records

    def _see(self, records: pl.DataFrame) -> None:
        """Keep what hints and offers need: the newest time, and records of every shape."""
        latest = records.select(pl.col("timestamp").max()).item() if len(records) else None
        if latest is not None and (self.newest is None or latest > self.newest):
            self.newest = latest
        if self._sample.is_empty() or not set(records.columns) <= set(self._sample.columns):
            self._sample = pl.concat([self._sample, records.head(_SAMPLE_ROWS)], how="diagonal_relaxed")


def piped(predicate: TextPredicate, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """What a query's pipes make of the records that match.

    Args:
        predicate: The query.
        frames: The records; no more of them are taken than the pipes want.

    Yields:
        The records themselves if there are no pipes, else what comes out of the last of them.
    """
    pipeline = predicate.pipeline()
    if pipeline is None:
        yield from frames
        return
    if pipeline.wants_more():
        for records in frames:
            result = pipeline.push(records)
            if result is not None and len(result):
                yield result
            if not pipeline.wants_more():
                break
    yield from pipeline.finish()
