"""`/api/v1/patterns`: the message patterns of the records that match."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from logtui.engine.summaries.pattern_counts import pattern_counts
from logtui.server.search.asking import answer_to, question_in
from logtui.server.search.parameters import Question

if TYPE_CHECKING:
    from logtui.engine.search import request as search
    from logtui.engine.search.dataset import Dataset

router: Final = APIRouter()


class PatternsQuestion(Question, frozen=True, kw_only=True):
    """What is asked of patterns.

    Attributes:
        size: How many patterns.
    """

    size: Annotated[int, msgspec.Meta(ge=1, le=2_000)] = 100


@router.get("/api/v1/patterns")
async def patterns(request: Request) -> Response:
    """Count the message patterns of the records that match, with one message of each."""
    question = await question_in(request, PatternsQuestion)

    def work(dataset: Dataset, asked: search.Request) -> dict[str, Any]:
        plain = asked.without_pipes()
        found = pattern_counts(plain, dataset.pieces(plain), question.size)
        return {
            "patterns": [asdict(each) for each in found.patterns],
            "other": found.other,
            "exact": found.is_exact,
            "partial": found.is_partial,
        }

    return await answer_to(request, question, work)
