"""What a dataset can be asked over HTTP, by name: frames, then how the answer ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.engine.search.executor import Answer, frames_of
from logtui.engine.search.remote.wire import Ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    import polars as pl

    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.remote.wire import Asked
    from logtui.engine.search.request import Request

    Items: TypeAlias = Iterator[pl.DataFrame | Ending]
    Question: TypeAlias = Callable[[Dataset, Request, Asked], Items]


def _frames(dataset: Dataset, request: Request, asked: Asked) -> Items:
    """The records that match, before the pipes; weighed frames if the pipes only count them."""
    limit = None if request.condition.pipes else request.limit
    found = frames_of(request, dataset.pieces(request), asked.columns or ())
    return _whole(Answer(replace(request.without_pipes(), limit=limit), found))


def _table(dataset: Dataset, request: Request, _: Asked) -> Items:
    return _whole(dataset.table(request))


def _whole(answer: Answer) -> Items:
    for frame in answer:
        if frame.width:
            yield frame
    yield Ending(matched=answer.matched, is_partial=answer.is_partial)


def _histogram(dataset: Dataset, request: Request, asked: Asked) -> Items:
    found = dataset.histogram(request, asked.width)
    yield found.frame
    yield Ending({name: getattr(found, name) for name in ("start", "step", "buckets", "undated", "outside")})


def _sample(dataset: Dataset, _request: Request, _: Asked) -> Items:
    yield dataset.sample()
    yield Ending()


def _valued(ask: Callable[[Dataset, Request, Asked], object]) -> Question:
    """A question whose answer is a value without frames."""

    def question(dataset: Dataset, request: Request, asked: Asked) -> Items:
        yield Ending(msgspec.to_builtins(ask(dataset, request, asked)))

    return question


QUESTIONS: Final[dict[str, Question]] = {
    "frames": _frames,
    "table": _table,
    "histogram": _histogram,
    "sample": _sample,
    "count": _valued(lambda dataset, request, _: dataset.count(request)),
    "facets": _valued(lambda dataset, request, asked: dataset.facets(request, asked.columns)),
    "newest": _valued(lambda dataset, _request, _: dataset.newest()),
    "shares": _valued(lambda dataset, request, _: dataset.explain(request).shares),
    "suggest": _valued(lambda dataset, request, _: dataset.suggest(request)),
}
