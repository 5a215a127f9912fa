"""OpenTelemetry's logs in JSON: 64-bit numbers may be texts, identifiers are hexadecimal, unknown keys are ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.engine.ingest.accept import Rejection
from logtui.model.validation import explained
from logtui.server.ingest.otlp_record import Origin, OtlpRecord, number_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_Number = int | str


class _Value(msgspec.Struct, rename="camel"):
    string_value: str | None = None
    bool_value: bool | None = None
    int_value: _Number | None = None
    double_value: float | str | None = None
    array_value: _Array | None = None
    kvlist_value: _Pairs | None = None
    bytes_value: str | None = None


class _Array(msgspec.Struct):
    values: list[_Value] = []


class _Pair(msgspec.Struct):
    key: str = ""
    value: _Value | None = None


class _Pairs(msgspec.Struct):
    values: list[_Pair] = []


class _Attributed(msgspec.Struct):
    """A resource, or a scope."""

    attributes: list[_Pair] = []
    name: str = ""
    version: str = ""


class _Record(msgspec.Struct, rename="camel"):
    time_unix_nano: _Number = 0
    observed_time_unix_nano: _Number = 0
    severity_number: int = 0
    severity_text: str = ""
    body: _Value | None = None
    attributes: list[_Pair] = []
    trace_id: str = ""
    span_id: str = ""
    flags: int = 0
    event_name: str = ""
    dropped_attributes_count: int = 0


class _ScopeLogs(msgspec.Struct, rename="camel"):
    scope: _Attributed | None = None
    log_records: list[msgspec.Raw] = []


class _ResourceLogs(msgspec.Struct, rename="camel"):
    resource: _Attributed | None = None
    scope_logs: list[_ScopeLogs] = []


class _Request(msgspec.Struct, rename="camel"):
    resource_logs: list[_ResourceLogs] = []


_request: Final = msgspec.json.Decoder(_Request).decode
_record: Final = msgspec.json.Decoder(_Record).decode


def records_of(body: bytes) -> tuple[list[dict[str, Any]], list[Rejection]]:
    """Read a request.

    Args:
        body: An `ExportLogsServiceRequest` in JSON.

    Returns:
        Its records, and those that are none.

    Raises:
        msgspec.MsgspecError: If the body is something else.
    """
    records: list[dict[str, Any]] = []
    rejections: list[Rejection] = []
    for origin, raw in _raw_records(_request(body)):
        try:
            records.append(_read(_record(raw)).written(origin))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            reason = f"expected a log record of OpenTelemetry, but {explained(error)}"
            rejections.append(Rejection(len(records) + len(rejections), reason, bytes(raw)))
    return records, rejections


def _raw_records(request: _Request) -> Iterator[tuple[Origin, msgspec.Raw]]:
    for logs in request.resource_logs:
        resource = _fields(logs.resource.attributes) if logs.resource else {}
        for found in logs.scope_logs:
            scope = found.scope or _Attributed()
            origin = Origin(resource, _fields(scope.attributes), scope.name, scope.version)
            yield from ((origin, raw) for raw in found.log_records)


def _read(record: _Record) -> OtlpRecord:
    return OtlpRecord(
        time=int(record.time_unix_nano),
        observed=int(record.observed_time_unix_nano),
        severity=record.severity_number,
        severity_text=record.severity_text,
        body=_plain(record.body),
        attributes=_fields(record.attributes),
        others={name: value for name, value in _others(record) if value},
    )


def _others(record: _Record) -> Iterator[tuple[str, str | int]]:
    yield "trace_id", record.trace_id.lower()
    yield "span_id", record.span_id.lower()
    yield "flags", record.flags
    yield "event_name", record.event_name
    yield "dropped_attributes_count", record.dropped_attributes_count


def _fields(pairs: Sequence[_Pair]) -> dict[str, Any]:
    return {pair.key: _plain(pair.value) for pair in pairs}


def _plain(value: _Value | None) -> Any:  # noqa: ANN401
    """A value without its type."""
    if value is None:
        return None
    if value.int_value is not None:
        return int(value.int_value)
    if value.double_value is not None:
        return number_of(float(value.double_value))
    if value.array_value is not None:
        return [_plain(each) for each in value.array_value.values]
    if value.kvlist_value is not None:
        return _fields(value.kvlist_value.values)
    others = (value.string_value, value.bool_value, value.bytes_value)
    return next((each for each in others if each is not None), None)
