"""What a search asks for, as it stands in a body or in an address."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec

from logtui.engine.ingest.bodies import BLANKS, as_utf8
from logtui.model.validation import explained
from logtui.server.nearest import offer
from logtui.server.problems import ProblemError

MOST_LOGS: Final = 10_000
"""Most logs of one answer, and most of those that an offset skips."""

_Count = Annotated[int, msgspec.Meta(ge=0, le=MOST_LOGS)]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What all who ask for records say.

    Attributes:
        query: The query, with its pipes.
        since: The time from which on records count, as text or as an epoch number; called `from`.
        until: The last time that counts, with the whole unit in which it is written; called `to`.
        timeout: Seconds, or a duration such as `5s`; None for the default.
        tz: Zone of times that do not state one.
    """

    query: str = "*"
    since: str | int | float | None = msgspec.field(default=None, name="from")
    until: str | int | float | None = msgspec.field(default=None, name="to")
    timeout: str | float | None = None
    tz: str = "UTC"


class Parameters(Question, frozen=True, kw_only=True):
    """What a search asks for.

    Attributes:
        limit: Most logs or rows of the answer; None for the default.
        order: `newest_first` or `oldest_first`.
        cursor: The place where the previous page ended.
        offset: How many logs or rows to skip.
        fields: The members that logs have; None for whole records.
        highlight: Whether to mark what the query's words match.
        aggregations: What to count, by name, not yet checked.
    """

    limit: _Count | None = None
    order: str = "newest_first"
    cursor: str | None = None
    offset: _Count | None = None
    fields: tuple[str, ...] | None = None
    highlight: bool = False
    aggregations: Any = None


Asked = TypeVar("Asked", bound=Question)


def parameters_in(body: bytes, address: str, kind: type[Asked]) -> Asked:
    """Read what a search asks for.

    Args:
        body: A JSON object or a form; its first byte that is no blank decides.
        address: The part of the address behind the question mark, which counts where there is no body.
        kind: What may be asked for.

    Raises:
        ProblemError: 400 if it cannot be read, has an unknown name, or a value of another type.
    """
    text = as_utf8(body).strip(BLANKS)
    if text and address:
        raise refused("parameters stand in the body or in the address, not in both")
    if text[:1] in (b"{", b"["):
        return _checked(_json(text, "the body"), kind, is_strict=True)
    return _checked(_of_pairs(parse_qsl(text.decode() or address, keep_blank_values=True)), kind, is_strict=False)


def refused(detail: str, **members: str | int) -> ProblemError:
    """The answer to a search that cannot be understood."""
    return ProblemError(HTTPStatus.BAD_REQUEST, detail, reason="search", members=members)


def _json(text: bytes | str, where: str) -> object:
    try:
        found: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise refused(
            f"{where} is no JSON: {error}", suggestion='send an object such as {"query": "timeout"}'
        ) from None
    return found


def _of_pairs(pairs: list[tuple[str, str]]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, text in pairs:
        if name in values:
            raise refused(f"{name!r} is there twice")
        values[name] = text
    if isinstance(fields := values.get("fields"), str):
        values["fields"] = [name.strip() for name in fields.split(",")]
    if isinstance(aggregations := values.get("aggregations"), str):
        values["aggregations"] = _json(aggregations, "aggregations")
    return values


def _checked(values: object, kind: type[Asked], *, is_strict: bool) -> Asked:
    if not isinstance(values, dict):
        raise refused(f"expected a JSON object, got {type(values).__name__}")
    for name in values:
        if name not in kind.__struct_encode_fields__:
            raise _unknown(name, kind.__struct_encode_fields__)
    try:
        return msgspec.convert(values, kind, strict=is_strict)
    except msgspec.ValidationError as error:
        raise refused(explained(error)) from None


def _unknown(name: str, known: tuple[str, ...]) -> ProblemError:
    return refused(f"there is no parameter {name!r}", suggestion=offer(name, known))
