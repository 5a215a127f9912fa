"""One page of the records, or of the table, that answer a request."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from logtui.engine.search.cursor import Cursor
from logtui.engine.search.dataset import Bound
from logtui.model.record import NO_RECORDS
from logtui.server.search.page_token import PageToken

if TYPE_CHECKING:
    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.request import Request


class Page(NamedTuple):
    """A page.

    Attributes:
        rows: Its records, or the rows of a table.
        skipped: How many rows the offset has skipped.
        has_more: Whether there are rows behind it.
        is_partial: Whether the time was over before it was whole.
    """

    rows: pl.DataFrame
    skipped: int
    has_more: bool
    is_partial: bool

    def cursor(self, request: Request) -> str | None:
        """The cursor of the next page; None at the end, and where pipes make something else of the records."""
        if request.condition.pipes or not (self.has_more or self.is_partial):
            return None
        after = request.after if self.rows.is_empty() else Cursor.of(self.rows)
        return PageToken.of(request, after).written if after else None

    def total(self, dataset: Dataset, request: Request) -> Bound:
        """How many records the query and its range match, on whatever page, as far as that can be counted in time."""
        known = self.skipped + len(self.rows)
        is_whole = not (self.has_more or self.is_partial or request.after or request.condition.pipes)
        if is_whole:
            return Bound(known)
        counted = dataset.count(replace(request.without_pipes(), after=None, limit=None))
        is_counted_here = not request.condition.pipes
        return counted if counted.is_exact or not is_counted_here else Bound(max(known, counted.count), is_exact=False)


def page_of(dataset: Dataset, request: Request, offset: int, limit: int) -> Page:
    """Read a page.

    Args:
        dataset: The records.
        request: The request.
        offset: How many rows to skip.
        limit: Most rows of the page.
    """
    if not limit:
        return Page(NO_RECORDS, 0, has_more=True, is_partial=False)
    answer = dataset.table(replace(request, limit=offset + limit + 1))
    frames = [frame for frame in answer if frame.width]
    rows = pl.concat(frames, how="diagonal_relaxed") if frames else NO_RECORDS
    return Page(rows[offset : offset + limit], min(offset, len(rows)), len(rows) > offset + limit, answer.is_partial)
