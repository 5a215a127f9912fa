"""What is said of the routes of alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from logtui.server.auth.scopes import Scope
from logtui.server.openapi.operation import BODY, READING, Operation, content, parameter, ref
from logtui.server.openapi.schemas import TEXT, listed

if TYPE_CHECKING:
    from logtui.server.openapi.operation import Json

_PATH: Final = "/api/v1/alerts"
_ID: Final = parameter("alert_id", TEXT, "alert-123", place="path")
_PAGE: Final = (
    parameter("limit", {"type": "integer", "minimum": 1, "maximum": 1_000, "default": 100}, 10),
    parameter(
        "before", {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}, text="Only entries of lower numbers."
    ),
)
_GROUPS: Final = parameter("groups", {"enum": ["firing"]}, text="With the groups that fire, or who takes care.")
_DEMO: Final = {
    "name": "High Error Rate",
    "query": "level:error AND service:api",
    "condition": {"type": "count", "threshold": 100, "window": "5m"},
    "notifications": [
        {"type": "slack", "channel": "#alerts"},
        {"type": "pagerduty", "service_key": "xxx"},
    ],
}
_ALERT: Final = content(ref("Alert"))
_CHANGING: Final = (*READING, *BODY, 409)


def _read(answer: Json, *parameters: Json) -> Operation:
    return Operation(
        answers={200: content(answer)}, problems=READING, scopes=(Scope.READ, Scope.ALERTS), parameters=parameters
    )


def _changed(body: Json, answers: dict[int, Json], *parameters: Json, is_body_required: bool = True) -> Operation:
    return Operation(
        answers=answers,
        problems=_CHANGING,
        scopes=(Scope.ALERTS,),
        parameters=parameters,
        body=body,
        is_body_required=is_body_required,
    )


OPERATIONS: Final = {
    f"POST {_PATH}": _changed(content(ref("Rule"), _DEMO), {201: _ALERT}),
    f"GET {_PATH}": _read(listed(ref("Alert")), _GROUPS),
    f"GET {_PATH}/history": _read(listed(ref("AlertEntry")), *_PAGE),
    f"GET {_PATH}/{{alert_id}}": _read(ref("Alert"), _ID),
    f"PUT {_PATH}/{{alert_id}}": _changed(content(ref("Rule"), {**_DEMO, "name": "Many errors"}), {200: _ALERT}, _ID),
    f"DELETE {_PATH}/{{alert_id}}": _changed({}, {204: {}}, _ID),
    f"POST {_PATH}/{{alert_id}}/mute": _changed(
        content(ref("MuteBody"), {"duration": "1h", "reason": "Deploying fix"}),
        {200: _ALERT},
        _ID,
        is_body_required=False,
    ),
    f"POST {_PATH}/{{alert_id}}/unmute": _changed({}, {200: _ALERT}, _ID),
    f"POST {_PATH}/{{alert_id}}/acknowledge": _changed(
        content(ref("AcknowledgeBody"), {"user": "oncall@example.com"}), {200: _ALERT}, _ID
    ),
    f"POST {_PATH}/{{alert_id}}/test": _changed(
        content(ref("TestBody"), {"since": "1h"}), {200: content(ref("AlertTrial"))}, _ID, is_body_required=False
    ),
    f"GET {_PATH}/{{alert_id}}/history": _read(listed(ref("AlertEntry")), _ID, *_PAGE),
}
