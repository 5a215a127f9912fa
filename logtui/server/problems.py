"""Errors as answers: `application/problem+json` (RFC 9457), whatever went wrong."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from logtui.errors import (
    AlertConflictError,
    AlertError,
    BodyError,
    JournalFullError,
    KeyReuseError,
    LogtuiError,
    QueryError,
    StoreConnectionError,
    StoreError,
    UnknownAlertError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_RETRY_SECONDS: Final = {HTTPStatus.TOO_MANY_REQUESTS: 2, HTTPStatus.SERVICE_UNAVAILABLE: 5}
_PROBLEM: Final = "application/problem+json"
_SUGGESTION: Final = "send a JSON array of objects, or one object per line"


class ProblemError(Exception):
    """A request that is answered with an error.

    Args:
        status: The HTTP status.
        detail: What was expected and what came; one line.
        reason: A short name of the fault, by which it is counted.
        headers: Further headers of the answer.
        members: Further members of the answer's body.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        reason: str,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.reason = reason
        self.headers = headers
        self.members = members or {}

    @property
    def body(self) -> dict[str, str | int]:
        """The body of the answer."""
        known: dict[str, str | int] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
        }
        return {**known, **self.members}

    def response(self, accepts: str = "*/*") -> Response:
        """The answer.

        Args:
            accepts: What the client accepts, the header `Accept`.
        """
        headers = dict(self.headers or {})
        if seconds := _RETRY_SECONDS.get(self.status):
            headers.setdefault("Retry-After", str(seconds))
        return Response(msgspec.json.encode(self.body), self.status, headers, media_type=_media_type(accepts))


def _media_type(accepts: str) -> str:
    """Problems are JSON too: clients of Elasticsearch read no other type than they ask for, not even for the status."""
    reads_problems = any(kind in accepts for kind in (_PROBLEM, "application/*", "*/*"))
    return _PROBLEM if reads_problems or "json" not in accepts else "application/json"


def problem_of(error: Exception) -> ProblemError:
    """The answer to an error of any kind."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, HTTPException):
        status = HTTPStatus(error.status_code)
        return ProblemError(status, error.detail, reason=status.phrase.lower(), headers=error.headers)
    if isinstance(error, LogtuiError):
        return _problem_of_known(error)
    return ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of the server; its log has it", reason="fault")


def _problem_of_known(error: LogtuiError) -> ProblemError:
    if isinstance(error, BodyError):
        suggestion = error.hint or _SUGGESTION
        members: dict[str, str | int] = {"position": error.position, "suggestion": suggestion}
        return ProblemError(HTTPStatus.BAD_REQUEST, error.message, reason="body", members=members)
    if isinstance(error, QueryError):
        return _problem_of_query(error)
    if isinstance(error, KeyReuseError):
        return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), reason="key reuse")
    if isinstance(error, JournalFullError):
        return ProblemError(HTTPStatus.TOO_MANY_REQUESTS, "the server is behind; send it again", reason="overload")
    if isinstance(error, StoreConnectionError):
        return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, str(error), reason="store")
    if isinstance(error, StoreError):
        return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, str(error), reason="disk")
    if isinstance(error, AlertError):
        return ProblemError(_status_of_alert(error), str(error), reason="alert")
    return ProblemError(HTTPStatus.BAD_REQUEST, str(error), reason="request")


def _status_of_alert(error: AlertError) -> HTTPStatus:
    if isinstance(error, UnknownAlertError):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.CONFLICT if isinstance(error, AlertConflictError) else HTTPStatus.SERVICE_UNAVAILABLE


def _problem_of_query(error: QueryError) -> ProblemError:
    """The answer to a query that cannot be read; `start` and `end` are characters of it."""
    members: dict[str, str | int] = {"start": error.start, "end": error.end, "caret": error.with_caret()}
    if error.hint:
        members["suggestion"] = error.hint
    return ProblemError(HTTPStatus.BAD_REQUEST, error.message, reason="query", members=members)
