"""What the document says of a route besides its path and its sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.server.auth.scopes import Scope
    from logtui.server.search.parameters import Question

Json: TypeAlias = dict[str, Any]

JSON: Final = "application/json"
ANY_CALLER: Final = (401, 403, 429)
READING: Final = (400, *ANY_CALLER, 503)
BODY: Final = (400, 408, 413, 415)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation of the document.

    Attributes:
        answers: The contents of each answer, which are schemas by media type, by its status; none for an empty answer.
        problems: The statuses that are answered with a problem.
        scopes: What a key needs, one of them; none if any key does.
        needs_key: Whether it asks for a key also on 127.0.0.1.
        body: What may be sent: schemas by media type, with an example.
        is_body_required: Whether something must be sent.
        question: What may stand in the address.
        parameters: Further parameters.
        examples: Values of parameters in the address, by name.
    """

    answers: Mapping[int, Json]
    problems: tuple[int, ...]
    scopes: tuple[Scope, ...] = ()
    needs_key: bool = False
    body: Json = field(default_factory=dict)
    is_body_required: bool = True
    question: type[Question] | None = None
    parameters: tuple[Json, ...] = ()
    examples: Json = field(default_factory=dict)


def ref(name: str) -> Json:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def content(schema: Json, example: object = None, media_type: str = JSON) -> Json:
    """One kind of content.

    Args:
        schema: Its schema.
        example: An example; None for none.
        media_type: Its kind.
    """
    return {media_type: {"schema": schema} if example is None else {"schema": schema, "example": example}}


def parameter(name: str, schema: Json, example: object = None, *, place: str = "query", text: str = "") -> Json:
    """A parameter.

    Args:
        name: Its name.
        schema: Its schema.
        example: An example; None for none.
        place: `query`, `path` or `header`.
        text: What it means.
    """
    stated: Json = {"name": name, "in": place, "required": place == "path", "schema": schema}
    members = {"description": text or None, "example": example}
    return stated | {key: value for key, value in members.items() if value is not None}
