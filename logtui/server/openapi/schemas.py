"""The named schemas of the document: of what is sent, and of what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.alerts.states import State
from logtui.server.openapi.operation import ref
from logtui.server.openapi.structs import schemas_of_structs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.server.openapi.operation import Json

TEXT: Final = {"type": "string"}
BINARY: Final = {"type": "string", "format": "binary"}
COUNT: Final = {"type": "integer", "minimum": 0}
NUMBER: Final = {"type": "number"}
FLAG: Final = {"type": "boolean"}
TIME: Final = {"type": "string", "format": "date-time"}
ANYTHING: Final[Json] = {}


def listed(schema: Json) -> Json:
    """A list."""
    return {"type": "array", "items": schema}


def members(required: Mapping[str, Json], optional: Mapping[str, Json] | None = None) -> Json:
    """An object.

    Args:
        required: Members that are always there.
        optional: Further members.
    """
    return {"type": "object", "properties": {**required, **(optional or {})}, "required": list(required)}


def nullable(schema: Json) -> Json:
    """A value or null."""
    return {"anyOf": [schema, {"type": "null"}]}


_OBJECT: Final = {"type": "object"}
_MAYBE_TEXT: Final = nullable(TEXT)
_MAYBE_TIME: Final = nullable(TIME)
_LOG: Final = {**members({"id": COUNT}), "description": "A log: its number, and its own members."}
_AGGREGATION: Final = {
    "type": "object",
    "description": "What to count; see `logtui help api`.",
    "properties": {
        "type": {"enum": ["terms", "histogram", "stats", "cardinality"], "default": "terms"},
        "field": TEXT,
        "size": {"type": "integer", "minimum": 1, "maximum": 10_000},
        "interval": TEXT,
        "by": TEXT,
        "aggregations": {"type": "object", "additionalProperties": ref("Aggregation")},
    },
    "additionalProperties": False,
}
_AGGREGATIONS: Final = nullable({"type": "object", "additionalProperties": ref("Aggregation")})
_RECORD: Final = {
    "type": "object",
    "description": "A record: a time and a message under any known name, and whatever else.",
    "properties": {"timestamp": {"type": ["string", "number"]}, "message": TEXT, "level": TEXT, "service": TEXT},
}
_SEARCH: Final = members(
    {
        "logs": listed(ref("Log")),
        "total": COUNT,
        "total_relation": {"enum": ["eq", "gte"]},
        "took_ms": COUNT,
        "cursor": _MAYBE_TEXT,
        "aggregations": _OBJECT,
        "aggregations_meta": _OBJECT,
        "query": TEXT,
        "range": members({"from": _MAYBE_TIME, "to": _MAYBE_TIME}),
        "partial": FLAG,
    },
    {"columns": listed(TEXT), "rows": listed(_OBJECT), "has_more": FLAG},
)
_FIELD: Final = members(
    {
        "name": TEXT,
        "type": {"enum": ["number", "boolean", "time", "string"]},
        "count": COUNT,
        "share": {"type": "number", "minimum": 0, "maximum": 1},
    }
)
_VALUES: Final = members(
    {
        "field": TEXT,
        "values": listed(members({"value": TEXT, "count": COUNT})),
        "other": COUNT,
        "missing": COUNT,
        "exact": FLAG,
        "partial": FLAG,
    }
)
_PATTERN: Final = members(
    {
        "pattern": TEXT,
        "count": COUNT,
        "level": _MAYBE_TEXT,
        "first": _MAYBE_TIME,
        "last": _MAYBE_TIME,
        "sample": TEXT,
    }
)
_EXPLANATION: Final = members(
    {
        "query": TEXT,
        "tree": TEXT,
        "reads": listed(TEXT),
        "unknown": listed(TEXT),
        "times": members({"first": _MAYBE_TIME, "last": _MAYBE_TIME}),
        "clauses": listed(listed(_OBJECT)),
        "hints": listed(members({"message": TEXT, "start": COUNT, "end": COUNT})),
        "stores": listed(_OBJECT),
    }
)
_ACKNOWLEDGED: Final = nullable(members({"user": TEXT, "at": TIME}))
_STATE: Final = {"enum": [str(state) for state in State]}
_VALUE: Final = nullable(NUMBER)
_GROUP: Final = {"type": "object", "additionalProperties": TEXT}
_ALERT_GROUP: Final = members(
    {
        "group": _GROUP,
        "state": _STATE,
        "since": _MAYBE_TIME,
        "value": _VALUE,
        "last_triggered": _MAYBE_TIME,
        "acknowledged": _ACKNOWLEDGED,
    }
)
_ALERT_STATE: Final[dict[str, Json]] = {
    "id": TEXT,
    "state": _STATE,
    "value": _VALUE,
    "last_triggered": _MAYBE_TIME,
    "origin": {"enum": ["api", "file"]},
    "version": COUNT,
    "created": TIME,
    "evaluated": _MAYBE_TIME,
    "late": COUNT,
    "problem": TEXT,
    "muted": nullable(members({"until": _MAYBE_TIME, "reason": TEXT, "by": TEXT, "at": TIME})),
}
_ALERT_EXTRAS: Final[dict[str, Json]] = {
    "group_count": COUNT,
    "groups": listed(_ALERT_GROUP),
    "acknowledged": _ACKNOWLEDGED,
    "acknowledged_now": COUNT,
    "warnings": listed(TEXT),
}
_HAPPENED: Final = members(
    {
        "number": COUNT,
        "time": TIME,
        "alert": TEXT,
        "event": TEXT,
        "from": nullable(_STATE),
        "to": nullable(_STATE),
        "value": _VALUE,
        "group": _GROUP,
        "detail": TEXT,
    }
)
_TRIAL: Final = members(
    {
        "since": TIME,
        "until": TIME,
        "fired": COUNT,
        "firing_seconds": NUMBER,
        "changes": listed(members({"time": TIME, "event": TEXT, "value": _VALUE, "group": _GROUP})),
    },
    {"notifications": listed(members({"target": _OBJECT, "event": TEXT, "delivered": FLAG}, {"reason": TEXT}))},
)
_INGESTED: Final = members(
    {"ingested": COUNT},
    {"duplicates": COUNT, "rejected": COUNT, "errors": listed(members({"position": COUNT, "reason": TEXT}))},
)
_PROBLEM: Final = {
    **members(
        {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT},
        {"suggestion": TEXT, "start": COUNT, "end": COUNT, "caret": TEXT, "key": TEXT, "position": COUNT},
    ),
    "description": "An error, by RFC 9457.",
}
_ANSWERS: Final[dict[str, Json]] = {
    "Aggregation": _AGGREGATION,
    "AlertEntry": _HAPPENED,
    "AlertTrial": _TRIAL,
    "Explanation": _EXPLANATION,
    "Fields": members({"fields": listed(_FIELD), "records": COUNT, "partial": FLAG}),
    "Health": members({"status": {"const": "ok"}, "version": TEXT}),
    "Ingested": _INGESTED,
    "Log": _LOG,
    "Patterns": members({"patterns": listed(_PATTERN), "other": COUNT, "exact": FLAG, "partial": FLAG}),
    "Problem": _PROBLEM,
    "Readiness": members(
        {"status": {"enum": ["ready", "not ready"]}},
        {"reasons": listed(TEXT), "alerts": listed(TEXT), "keys": listed(TEXT)},
    ),
    "Record": _RECORD,
    "SearchAnswer": _SEARCH,
    "SplunkAnswer": members({"text": TEXT, "code": COUNT}, {"invalid-event-number": COUNT}),
    "Values": _VALUES,
}


def named_schemas() -> dict[str, Json]:
    """All schemas, by name."""
    sent = schemas_of_structs()
    sent["Parameters"]["properties"]["aggregations"] |= _AGGREGATIONS
    rule = sent["Rule"]["properties"]
    alert = members({**_ALERT_STATE, **rule}, _ALERT_EXTRAS)
    return {**sent, **_ANSWERS, "Alert": alert}
