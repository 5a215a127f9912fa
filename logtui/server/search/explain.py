"""`/api/v1/explain`: how a query is understood, and what has to be read to answer it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from logtui.engine.search.explanation import explained
from logtui.model.times import ns_of, rfc3339
from logtui.query import parse
from logtui.server.auth.gate import caller_of
from logtui.server.search.asking import answer_to, question_in
from logtui.server.search.parameters import Question
from logtui.server.search.tenants import is_restricted, visible

if TYPE_CHECKING:
    from datetime import datetime

    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.explanation import Explanation, StoredShare
    from logtui.engine.search.request import Request as SearchRequest
    from logtui.query import Hint

router: Final = APIRouter()


@router.get("/api/v1/explain")
async def explain(request: Request) -> Response:
    """Explain a query without running it."""
    question, caller = await question_in(request, Question), caller_of(request)

    def work(dataset: Dataset, asked: SearchRequest) -> dict[str, Any]:
        typed = replace(asked, query=parse(question.query))
        # What the whole store holds, in numbers too, is not for a caller who sees a part of it.
        shares = () if is_restricted(caller) else dataset.explain(asked).shares
        return _written(explained(typed, visible(dataset, caller).sample(), shares))

    return await answer_to(request, question, work)


def _written(explanation: Explanation) -> dict[str, Any]:
    return {
        "query": explanation.canonical,
        "tree": explanation.tree,
        "reads": explanation.reads.columns,
        "unknown": explanation.reads.missing,
        "times": {"first": _time(explanation.times.first), "last": _time(explanation.times.last)},
        "clauses": [[asdict(needle) for needle in clause] for clause in explanation.clauses],
        "hints": [_hint(hint) for hint in explanation.hints],
        "stores": [_share(share) for share in explanation.shares],
    }


def _hint(hint: Hint) -> dict[str, Any]:
    start, end = hint.span
    return {"message": hint.message, "start": start, "end": end}


def _share(share: StoredShare) -> dict[str, Any]:
    """How much of a store is read; where it is on the disk is nobody's business."""
    return {name: value for name, value in asdict(share).items() if name != "name"}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(ns_of(moment))
