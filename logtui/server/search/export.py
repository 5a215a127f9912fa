"""`/api/v1/export`: all records that match, as a file."""

from __future__ import annotations

import time
from contextlib import aclosing
from dataclasses import replace
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from logtui.engine.search.cursor import Cursor
from logtui.export.writers import with_fields, writer_named
from logtui.server.auth.gate import caller_of
from logtui.server.ingest.receiving import front_of
from logtui.server.problems import ProblemError
from logtui.server.search.asked_request import ordered, record_request, seconds_of
from logtui.server.search.asking import question_in
from logtui.server.search.outflow import Outflow
from logtui.server.search.page import page_of
from logtui.server.search.parameters import Question, refused
from logtui.server.search.search_queue import gone

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator

    import polars as pl

    from logtui.engine.search import request as search
    from logtui.engine.search.dataset import Dataset
    from logtui.server.auth.access import Caller

router: Final = APIRouter()

_MEDIA_TYPES: Final = {
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
_PAGE_ROWS: Final = 20_000
"""Most records read at once, some 20 MB. Of 300,000 records an export takes 4 s; in pages of 5,000 it takes 8 s."""
_PAGE_CELLS: Final = 1 << 23
"""Most cells read at once, empty ones too: 20,000 records with as many fields took 7.7 GB."""


class ExportQuestion(Question, frozen=True, kw_only=True):
    """What an export asks for.

    Attributes:
        format: `jsonl`, `csv` or `parquet`.
        order: `newest_first` or `oldest_first`.
        fields: The columns; None for the format's own.
    """

    format: str = "jsonl"
    order: str = "newest_first"
    fields: tuple[str, ...] | None = None


@router.post("/api/v1/export")
async def export(request: Request) -> Response:
    """Send all records that match as a file, while they are read."""
    began, front, caller = time.monotonic(), front_of(request), caller_of(request)
    question = await question_in(request, ExportQuestion)
    if question.format not in _MEDIA_TYPES:
        raise refused(f"expected a format of {', '.join(_MEDIA_TYPES)}, got {question.format!r}")
    most = front.settings.max_search_timeout
    deadline, outflow = began + seconds_of(question, most, most), Outflow()

    def write(cancelled: Callable[[], bool]) -> None:
        outflow.has_ended = lambda: cancelled() or time.monotonic() > deadline
        dataset = front.records.dataset()
        asked = replace(_asked(question, caller, dataset), deadline=deadline, cancelled=cancelled)
        _write(dataset, asked, question, outflow)

    chunks = outflow.chunks(front.searches.run(write, gone(request)))
    headers = {"Content-Disposition": f'attachment; filename="logs.{question.format}"'}
    return StreamingResponse(await _begun(chunks), headers=headers, media_type=_MEDIA_TYPES[question.format])


def _asked(question: ExportQuestion, caller: Caller, dataset: Dataset) -> search.Request:
    asked = ordered(record_request(question, caller, dataset), question.order)
    if question.fields is not None and asked.condition.chooses_columns:
        raise refused("the query's pipes choose the columns already", suggestion="leave fields out")
    return asked


def _write(dataset: Dataset, asked: search.Request, question: ExportQuestion, outflow: Outflow) -> None:
    """Write all that a request finds.

    Raises:
        ProblemError: 503 if the time is over before; what was sent is then no whole file, and the connection breaks.
    """
    frames = _table(dataset, asked) if asked.condition.pipes else _pages(dataset, asked)
    first = next(frames, None)
    chosen = first.columns if first is not None and asked.condition.chooses_columns else question.fields
    with outflow.buffered() as stream:
        writer = writer_named(question.format)(stream, chosen)
        for frame in with_fields(chain([] if first is None else [first], frames), chosen):
            writer.write(frame)
        writer.close()
    if outflow.has_ended():
        raise _not_whole()


def _pages(dataset: Dataset, asked: search.Request) -> Iterator[pl.DataFrame]:
    """Read records page by page, since an answer in the order of time holds whole segments in memory."""
    most = _page_rows(dataset)
    while True:
        page = page_of(dataset, asked, 0, most)
        if page.is_partial:
            raise _not_whole()
        if len(page.rows):
            yield page.rows
        if not page.has_more:
            return
        asked = replace(asked, after=Cursor.of(page.rows))


def _page_rows(dataset: Dataset) -> int:
    """How many records to read at once: fewer if they have many different fields."""
    return max(1, min(_PAGE_ROWS, _PAGE_CELLS // dataset.sample().width))


def _table(dataset: Dataset, asked: search.Request) -> Iterator[pl.DataFrame]:
    answer = dataset.table(asked)
    yield from answer
    if answer.is_partial:
        raise _not_whole()


def _not_whole() -> ProblemError:
    detail = "the time was over before the export was whole (timeout, --max-search-timeout)"
    return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, detail, reason="export time")


async def _begun(chunks: AsyncGenerator[bytes, None]) -> AsyncIterator[bytes]:
    """Wait for the first bytes, so that an error before them is answered as one."""
    first = await anext(chunks, b"")

    async def all_chunks() -> AsyncIterator[bytes]:
        async with aclosing(chunks):
            yield first
            async for chunk in chunks:
                yield chunk

    return all_chunks()
