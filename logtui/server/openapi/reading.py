"""What is said of the routes that answer questions about logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.engine.search.remote.wire import MEDIA_TYPE
from logtui.server.auth.scopes import Scope
from logtui.server.openapi.operation import BODY, READING, Operation, content, parameter, ref
from logtui.server.openapi.schemas import BINARY, TEXT
from logtui.server.search.dataset_questions import QUESTIONS
from logtui.server.search.fields import ValuesQuestion
from logtui.server.search.parameters import Parameters, Question
from logtui.server.search.patterns import PatternsQuestion
from logtui.server.search.tail import TailQuestion

if TYPE_CHECKING:
    from logtui.server.openapi.operation import Json

_READ: Final = (Scope.READ,)
_FIELD: Final = parameter("name", {**TEXT, "pattern": r"^[^\n]+$"}, "service", place="path")
_DEMO: Final = {
    "query": "level:error AND service:api",
    "from": "2024-01-15T00:00:00Z",
    "to": "2024-01-15T23:59:59Z",
    "limit": 100,
}
_ERRORS: Final = {"query": "level:error"}


def _asked(kind: type[Question], answer: str, examples: Json, parameters: tuple[Json, ...] = ()) -> Operation:
    """A question in the address, answered in JSON."""
    return Operation(
        answers={200: content(ref(answer))},
        problems=READING,
        scopes=_READ,
        question=kind,
        parameters=parameters,
        examples=examples,
    )


_SEARCH_BY_ADDRESS: Final = _asked(Parameters, "SearchAnswer", {**_ERRORS, "limit": 20})
_SEARCH_BY_BODY: Final = Operation(
    answers={200: content(ref("SearchAnswer"))},
    problems=(*READING, *BODY),
    scopes=_READ,
    body=content(ref("Parameters"), _DEMO),
    is_body_required=False,
)

OPERATIONS: Final = {
    "GET /api/v1/search": _SEARCH_BY_ADDRESS,
    "POST /api/v1/search": _SEARCH_BY_BODY,
    "GET /query": _SEARCH_BY_ADDRESS,
    "POST /query": _SEARCH_BY_BODY,
    "GET /api/v1/fields": _asked(Question, "Fields", {"query": "service:api"}),
    "GET /api/v1/fields/{name}/values": _asked(ValuesQuestion, "Values", {"prefix": "a", "size": 5}, (_FIELD,)),
    "GET /api/v1/patterns": _asked(PatternsQuestion, "Patterns", {"query": "timeout OR processed", "size": 20}),
    "GET /api/v1/explain": _asked(Question, "Explanation", {"query": "timeout level:error"}),
    "POST /api/v1/export": Operation(
        answers={
            200: {
                **content(TEXT, media_type="application/x-ndjson"),
                **content(TEXT, media_type="text/csv"),
                **content(BINARY, media_type="application/vnd.apache.parquet"),
            }
        },
        problems=(*READING, *BODY),
        scopes=_READ,
        body=content(ref("ExportQuestion"), {**_ERRORS, "format": "jsonl"}),
        is_body_required=False,
    ),
    "GET /api/v1/tail": Operation(
        answers={200: content(TEXT, media_type="text/event-stream")},
        problems=READING,
        scopes=_READ,
        question=TailQuestion,
        parameters=(parameter("Last-Event-ID", TEXT, "0", place="header", text="The last log that was seen."),),
        examples=_ERRORS,
    ),
    "POST /api/v1/dataset/{question}": Operation(
        answers={200: content(BINARY, media_type=MEDIA_TYPE)},
        problems=(*READING, *BODY),
        scopes=_READ,
        parameters=(parameter("question", {"enum": list(QUESTIONS)}, "count", place="path"),),
        body=content(ref("Asked"), {"request": "q=level%3Aerror"}),
    ),
}
