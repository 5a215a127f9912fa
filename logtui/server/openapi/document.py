"""Puts the document together."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from fastapi.openapi.utils import get_openapi

from logtui.server.openapi import alerts, health, ingest, reading
from logtui.server.openapi.operation import Json, content, ref
from logtui.server.openapi.schemas import named_schemas
from logtui.server.openapi.structs import parameters_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from logtui.server.openapi.operation import Operation

_OPERATIONS: Final[dict[str, Operation]] = {
    **health.OPERATIONS,
    **reading.OPERATIONS,
    **alerts.OPERATIONS,
    **ingest.OPERATIONS,
}
_SCHEMES: Final = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, or a JSON Web Token."},
    "basic": {"type": "http", "scheme": "basic", "description": "The API key is the password."},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_PROBLEMS: Final = {
    400: "It cannot be understood.",
    401: "The key is missing or wrong.",
    403: "The key is not for this.",
    404: "There is no such thing.",
    405: "Records come by POST.",
    408: "The body came too slowly.",
    409: "It contradicts what is there.",
    413: "It is too large.",
    415: "The body is packed or written in a way that is not known.",
    422: "Other records have come under this Idempotency-Key.",
    429: "Too much at once; `Retry-After` says when to come again.",
    503: "It cannot be done now.",
}


def document(app: FastAPI) -> Json:
    """Describe the routes of an application, as OpenAPI 3.1.

    Raises:
        KeyError: If nothing is said of a route.
    """
    plain = get_openapi(title=app.title, version=app.version, routes=app.routes)
    paths = {
        path: {method: _written(route, _OPERATIONS[f"{method.upper()} {path}"]) for method, route in routes.items()}
        for path, routes in plain["paths"].items()
    }
    components = {"schemas": named_schemas(), "securitySchemes": _SCHEMES}
    return {"openapi": plain["openapi"], "info": plain["info"], "paths": paths, "components": components}


def _written(route: Json, operation: Operation) -> Json:
    """An operation: its name and sentence come from the route."""
    asked = parameters_of(operation.question, operation.examples) if operation.question else []
    written = {
        "operationId": route["operationId"],
        "summary": route["description"].partition("\n")[0],
        "parameters": [*operation.parameters, *asked],
        "responses": _answers(operation),
        "security": _security(operation),
    }
    body = {"content": operation.body, "required": operation.is_body_required}
    return written | ({"requestBody": body} if operation.body else {})


def _answers(operation: Operation) -> Json:
    """Its answers by status; a protocol's own errors stand beside the problems of the same status."""
    problem = content(ref("Problem"), media_type="application/problem+json")
    found: Json = {
        str(status): {"description": HTTPStatus(status).phrase, "content": dict(kinds)}
        for status, kinds in operation.answers.items()
    }
    for status in _problems(operation):
        one = found.setdefault(str(status), {"content": {}})
        one["description"] = _PROBLEMS[status]
        one["content"] |= problem
    return dict(sorted(found.items()))


def _problems(operation: Operation) -> set[int]:
    """The statuses of its problems; what a path names may not be there."""
    names_something = any(each["in"] == "path" for each in operation.parameters)
    return {*operation.problems, 404} if names_something else set(operation.problems)


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """The ways to name a key; none is needed on 127.0.0.1 for what is open there."""
    scopes: list[list[str]] = [[str(scope)] for scope in operation.scopes] or [[]]
    keys = [{scheme: needed} for needed in scopes for scheme in _SCHEMES]
    return keys if operation.needs_key else [{}, *keys]
