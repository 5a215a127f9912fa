"""What is said of the routes that take records; shippers' bodies are those of their own protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.server.auth.scopes import Scope
from logtui.server.openapi.operation import ANY_CALLER, BODY, Operation, content, parameter, ref
from logtui.server.openapi.schemas import BINARY, COUNT, TEXT, listed, members

if TYPE_CHECKING:
    from logtui.server.openapi.operation import Json

_TENANT: Final = parameter("X-Tenant", TEXT, place="header", text="Whose records these are.")
_ONCE: Final = parameter(
    "Idempotency-Key", TEXT, place="header", text="A batch that comes again under the same key is kept once."
)
_SPLUNK: Final = content(ref("SplunkAnswer"))
_OBJECT: Final[Json] = {"type": "object"}
_DEMO: Final = [
    {"timestamp": "2024-01-15T10:00:00Z", "level": "info", "service": "api", "message": "Request processed"},
    {"timestamp": "2024-01-15T10:00:01Z", "level": "error", "service": "api", "message": "Database timeout"},
]
_LINES: Final = '{"timestamp": "2024-01-15T10:00:00Z", "level": "info", "message": "Hello"}\n'
_BULK: Final = '{"create": {"_index": "logs"}}\n{"@timestamp": "2024-01-15T10:00:00Z", "message": "Hello"}\n'
_OTLP: Final = {
    "resourceLogs": [
        {
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "api"}}]},
            "scopeLogs": [
                {
                    "logRecords": [
                        {
                            "timeUnixNano": "1705312800000000000",
                            "severityText": "ERROR",
                            "body": {"stringValue": "Database timeout"},
                        }
                    ]
                }
            ],
        }
    ]
}
_LOKI: Final = {"streams": [{"stream": {"service": "api"}, "values": [["1705312800000000000", "Database timeout"]]}]}
_FIREHOSE: Final = {
    "requestId": "ed4acda5",
    "timestamp": 1705312800000,
    "records": [{"data": "RGF0YWJhc2UgdGltZW91dA=="}],
}


def _taken(body: Json, answers: dict[int, Json], *parameters: Json) -> Operation:
    return Operation(
        answers=answers,
        problems=(*BODY, *ANY_CALLER, 422, 503),
        scopes=(Scope.INGEST,),
        needs_key=True,
        parameters=(_TENANT, _ONCE, *parameters),
        body=body,
    )


_RECORDS: Final = _taken(
    {
        **content({"anyOf": [listed(ref("Record")), ref("Record")]}, _DEMO),
        **content(TEXT, _LINES, "application/x-ndjson"),
    },
    {202: content(ref("Ingested"))},
)
_PROBE: Final = Operation(answers={200: {}}, problems=(*ANY_CALLER, 405), scopes=(Scope.INGEST,), needs_key=True)
_DOCUMENTS: Final = content(TEXT, _BULK, "application/x-ndjson")
_BULK_ANSWERS: Final = {200: content(_OBJECT), 400: content(_OBJECT)}
_EVENTS: Final = _taken(
    content(_OBJECT, {"time": 1705312800, "event": "Database timeout", "host": "web-1"}), {200: _SPLUNK, 400: _SPLUNK}
)
_LINES_OF_SPLUNK: Final = _taken(
    content(TEXT, "Database timeout\n", "text/plain"),
    {200: _SPLUNK, 400: _SPLUNK},
    *(parameter(name, TEXT) for name in ("host", "source", "sourcetype", "index", "time")),
)
_SPLUNK_HEALTH: Final = Operation(answers={200: _SPLUNK}, problems=ANY_CALLER)
_DELIVERED: Final = content(members({"requestId": TEXT, "timestamp": COUNT}, {"errorMessage": TEXT}))

OPERATIONS: Final = {
    "POST /api/v1/logs": _RECORDS,
    "GET /api/v1/logs": _PROBE,
    "POST /ingest": _RECORDS,
    "GET /ingest": _PROBE,
    "POST /loki/api/v1/push": _taken(
        {**content(_OBJECT, _LOKI), **content(BINARY, media_type="application/x-protobuf")},
        {204: {}, 400: content(TEXT, media_type="text/plain"), 413: content(TEXT, media_type="text/plain")},
    ),
    "POST /v1/logs": _taken(
        {**content(_OBJECT, _OTLP), **content(BINARY, media_type="application/x-protobuf")},
        {
            status: {**content(_OBJECT), **content(BINARY, media_type="application/x-protobuf")}
            for status in (200, 400, 415)
        },
    ),
    "POST /_bulk": _taken(_DOCUMENTS, _BULK_ANSWERS),
    "POST /{index}/_bulk": _taken(_DOCUMENTS, _BULK_ANSWERS, parameter("index", TEXT, "logs", place="path")),
    "POST /services/collector": _EVENTS,
    "POST /services/collector/event": _EVENTS,
    "POST /services/collector/event/1.0": _EVENTS,
    "POST /services/collector/raw": _LINES_OF_SPLUNK,
    "POST /services/collector/raw/1.0": _LINES_OF_SPLUNK,
    "GET /services/collector/health": _SPLUNK_HEALTH,
    "GET /services/collector/health/1.0": _SPLUNK_HEALTH,
    "POST /firehose": _taken(content(_OBJECT, _FIREHOSE), dict.fromkeys((200, 400, 413), _DELIVERED)),
}
