"""Splunk's HTTP Event Collector (Splunk documentation, "Format events for HTTP Event Collector")."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from logtui.engine.ingest.accept import Rejection
from logtui.engine.ingest.bodies import as_utf8, pieces_of
from logtui.formats.json_keys import role_of
from logtui.server.ingest.translated import NOTHING, Translated, json_reply
from logtui.server.ingest.writing import LINE, accepted_of, add_fields

_SUCCESS: Final = json_reply(200, {"text": "Success", "code": 0})
HEALTHY: Final = json_reply(200, {"text": "HEC is healthy", "code": 17})
"""The reply to `GET /services/collector/health`."""

_NO_DATA: Final = json_reply(400, {"text": "No data", "code": 5})
_LEFT_OUT: Final = ("time", "event", "fields")
_decode: Final = msgspec.json.Decoder(dict[str, Any]).decode


class _EventError(ValueError):
    """A text that is no event."""


def translate(body: bytes) -> Translated:
    """Translate the body for `/services/collector/event`.

    Args:
        body: Events, which are JSON objects, one behind the other.

    Returns:
        A record for each event; a time that is missing is the arrival.
    """
    records: list[dict[str, Any]] = []
    rejections: list[Rejection] = []
    for piece in pieces_of(as_utf8(body).decode()):
        try:
            records.append(_record(piece.text))
        except (_EventError, msgspec.MsgspecError, RecursionError) as error:
            reason = f"expected an event of Splunk, but {error}"
            rejections.append(Rejection(len(records) + len(rejections), reason, piece.text.encode()))
    if not records and not rejections:
        return Translated(NOTHING, _NO_DATA)
    if not records:
        refusal = {"text": "Invalid data format", "code": 6, "invalid-event-number": 0}
        return Translated(accepted_of([], rejections), json_reply(400, refusal))
    return Translated(accepted_of(records, rejections), _SUCCESS)


def translate_raw(body: bytes, fields: dict[str, str]) -> Translated:
    """Translate the body for `/services/collector/raw`.

    Args:
        body: Lines of any format.
        fields: What the query of the request states: `host`, `source`, `sourcetype`, `index`, `time`.

    Returns:
        A record for each line.
    """
    lines = [line.rstrip("\r") for line in as_utf8(body).decode().split("\n") if line.strip()]
    if not lines:
        return Translated(NOTHING, _NO_DATA)
    return Translated(accepted_of([_line_record(line, fields) for line in lines]), _SUCCESS)


def _line_record(line: str, fields: dict[str, str]) -> dict[str, Any]:
    record: dict[str, Any] = {"timestamp": fields["time"]} if "time" in fields else {}
    record[LINE] = line
    add_fields(record, {key: value for key, value in fields.items() if key != "time"}, "metadata")
    return record


def _record(text: str) -> dict[str, Any]:
    found = _decode(text)
    event = found.get("event")
    if event in (None, ""):
        raise _EventError("the field event is missing or empty")
    record: dict[str, Any] = {"timestamp": found["time"]} if found.get("time") else {}
    _add_event(record, event)
    add_fields(record, {key: value for key, value in found.items() if key not in _LEFT_OUT}, "metadata")
    fields = found.get("fields")
    add_fields(record, fields if isinstance(fields, dict) else {}, "fields")
    return record


def _add_event(record: dict[str, Any], event: Any) -> None:  # noqa: ANN401
    """Add an event: an object with a message is a record itself, anything else is a line."""
    if isinstance(event, dict) and any(_is_message(key, value) for key, value in event.items()):
        add_fields(record, event, "event")
    else:
        record[LINE] = event if isinstance(event, str) else msgspec.json.encode(event).decode()


def _is_message(key: str, value: object) -> bool:
    role = role_of(key)
    return role is not None and role[0] == "message" and isinstance(value, str)
