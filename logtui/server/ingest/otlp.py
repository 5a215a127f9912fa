"""OpenTelemetry's logs over HTTP (OTLP specification, "OTLP/HTTP"): a request has its reply in its own encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from google.protobuf.message import DecodeError

from logtui.model.validation import explained
from logtui.server.ingest import otlp_json, otlp_protobuf
from logtui.server.ingest.translated import NOTHING, Reply, Translated, json_reply, media_type
from logtui.server.ingest.writing import accepted_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.engine.ingest.accept import Rejection

_JSON: Final = "application/json"
_PROTOBUF: Final = "application/x-protobuf"


def translate(body: bytes, content_type: str) -> Translated:
    """Translate the body of a request.

    Args:
        body: An `ExportLogsServiceRequest`.
        content_type: The header of that name, which tells the encoding.

    Returns:
        A record for each log record.
    """
    kind = media_type(content_type)
    if kind == _JSON:
        return _of_json(body)
    if kind == _PROTOBUF:
        return _of_protobuf(body)
    return Translated(NOTHING, json_reply(415, {"message": f"expected {_JSON} or {_PROTOBUF}, got {content_type!r}"}))


def refusal(status: int, content_type: str, message: str) -> Reply:
    """The reply to a request that is refused as a whole, such as one that has to come again later.

    Args:
        status: The status code; clients send again after 429 and 503, never after 500.
        content_type: The header of that name of the request.
        message: What was expected and what came.
    """
    if media_type(content_type) != _PROTOBUF:
        return json_reply(status, {"message": message})
    text = message.encode()
    return Reply(status, b"\x12" + _varint(len(text)) + text, _PROTOBUF)  # The field `message` of `google.rpc.Status`.


def _of_json(body: bytes) -> Translated:
    try:
        records, rejections = otlp_json.records_of(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        return Translated(NOTHING, refusal(400, _JSON, f"expected an ExportLogsServiceRequest, but {explained(error)}"))
    return Translated(accepted_of(records, rejections), json_reply(200, _partial(rejections)))


def _of_protobuf(body: bytes) -> Translated:
    try:
        accepted = accepted_of(otlp_protobuf.records_of(body))
    except (DecodeError, RecursionError) as error:
        return Translated(NOTHING, refusal(400, _PROTOBUF, f"expected an ExportLogsServiceRequest, but {error}"))
    return Translated(accepted, Reply(200, b"", _PROTOBUF))


def _partial(rejections: Sequence[Rejection]) -> dict[str, dict[str, str]]:
    """What is told of records that were not taken; nothing if all were."""
    if not rejections:
        return {}
    return {"partialSuccess": {"rejectedLogRecords": str(len(rejections)), "errorMessage": rejections[0].reason}}


def _varint(number: int) -> bytes:
    """An integer as Protocol Buffers encode it."""
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
