"""`/api/v1/fields`: which fields the records have; `/api/v1/fields/{name}/values`: the commonest values of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from logtui.engine.search.aggregations.aggregate import aggregate
from logtui.engine.search.aggregations.results import TermsResult
from logtui.engine.search.aggregations.specs import Terms
from logtui.engine.summaries.field_shares import field_shares
from logtui.query import value_beginning
from logtui.server.search.aggregations import MOST_TERMS
from logtui.server.search.asking import answer_to, question_in
from logtui.server.search.parameters import Question

if TYPE_CHECKING:
    from logtui.engine.search import request as search
    from logtui.engine.search.dataset import Dataset

router: Final = APIRouter()


class ValuesQuestion(Question, frozen=True, kw_only=True):
    """What is asked of the values of a field.

    Attributes:
        prefix: How the values begin, in any case.
        size: How many values.
    """

    prefix: str = ""
    size: Annotated[int, msgspec.Meta(ge=1, le=MOST_TERMS)] = 10


@router.get("/api/v1/fields")
async def fields(request: Request) -> Response:
    """Find the fields of the records that match, with the type of their values and how many records have them."""
    return await answer_to(request, await question_in(request, Question), _fields)


@router.get("/api/v1/fields/{name:path}/values")
async def values(request: Request, name: str) -> Response:
    """Find the commonest values of a field among the records that match."""
    question = await question_in(request, ValuesQuestion)

    def work(dataset: Dataset, asked: search.Request) -> dict[str, Any]:
        return _values(dataset, asked, name, question)

    return await answer_to(request, question, work)


def _fields(dataset: Dataset, asked: search.Request) -> dict[str, Any]:
    plain = asked.without_pipes()
    found = field_shares(plain, dataset.pieces(plain))
    fields = [
        {"name": each.name, "type": each.type, "count": each.present, "share": round(each.present / found.records, 4)}
        for each in found.fields
    ]
    return {"fields": fields, "records": found.records, "partial": found.is_partial}


def _values(dataset: Dataset, asked: search.Request, name: str, question: ValuesQuestion) -> dict[str, Any]:
    if question.prefix:
        asked = asked.narrowed(value_beginning(name, question.prefix))
    answer = aggregate(dataset, asked, {"values": Terms(name, question.size)})
    result = answer.results["values"]
    assert isinstance(result, TermsResult)
    return {
        "field": name,
        "values": [{"value": term.value, "count": term.count} for term in result.terms],
        "other": result.other,
        "missing": result.missing,
        "exact": result.is_exact,
        "partial": answer.is_partial,
    }
