"""Bodies that a generator sends again and again, so that no two of their records are ever the same.

Each record of a body has a number of its own; a place beside it is filled with the round in which the body is sent.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import (
    SEVERITY_NUMBER_DEBUG,
    SEVERITY_NUMBER_ERROR,
    SEVERITY_NUMBER_INFO,
    SEVERITY_NUMBER_WARN,
    LogRecord,
    ResourceLogs,
    ScopeLogs,
)
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from logtui.engine.ingest.accept import accept
from logtui.engine.ingest.each import accept_each
from tests.bench.mixes import MIXES, as_array

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from logtui.engine.ingest.accept import Accepted

MOST_RECORDS: Final = 1 << 20
"""Numbers have 5 digits, rounds have 3, in hexadecimal."""

_ROUND: Final = b"@@@"
_SPREAD: Final = 0x9E375
"""Odd, so that all numbers stay different: neighbours get distant ones, as identifiers of requests are."""

_IDENTIFIERS: Final = {"challenge": "request_id", "reference": "trace_id"}
_identifier: Final = re.compile(rb'("request_id":"r|"trace_id":")[0-9a-f]{8}')
_SEVERITIES: Final = {
    "debug": SEVERITY_NUMBER_DEBUG,
    "info": SEVERITY_NUMBER_INFO,
    "warn": SEVERITY_NUMBER_WARN,
    "error": SEVERITY_NUMBER_ERROR,
}


class Body(NamedTuple):
    """What is sent at once.

    Attributes:
        template: The bytes, with a place for the round.
        records: How many of its records a server takes.
    """

    template: bytes
    records: int

    def of_round(self, number: int) -> bytes:
        """The bytes that are sent in a round, below 4,096."""
        return self.template.replace(_ROUND, b"%03x" % number)


class Protocol(NamedTuple):
    """A way to send records.

    Attributes:
        path: Where they are posted; None if they go over TCP.
        content_type: What they are then.
        body: Makes what is sent of NDJSON.
        taken: Decides which records a server takes.
    """

    path: str | None
    content_type: str
    body: Callable[[bytes], bytes]
    taken: Callable[[bytes], Accepted]


def bodies_of(protocol: str, mix: str, batch: int, records: int) -> list[Body]:
    """Make bodies.

    Args:
        protocol: One of `PROTOCOLS`.
        mix: One of `MIXES`.
        batch: Records in a body.
        records: Records in all of them.
    """
    chosen, numbers = PROTOCOLS[protocol], count()
    return [_body(chosen, _numbered(MIXES[mix](first, batch), numbers)) for first in range(0, records, batch)]


def numbers_in(frames: Iterable[pl.DataFrame], column: str) -> pl.Series:
    """The numbers with rounds of records that were sent; null for a record that has none."""
    digits = pl.col(column).str.extract(r"\br?([0-9a-f]{8})\b")
    found = [frame.select(number=digits.str.to_integer(base=16, strict=False).cast(pl.UInt32)) for frame in frames]
    return pl.concat(found)["number"] if found else pl.Series("number", [], pl.UInt32)


def column_of(protocol: str, mix: str) -> str:
    """The column with the number."""
    return "message" if protocol == "syslog" else f"@{_IDENTIFIERS[mix]}"


def _numbered(lines: bytes, numbers: count[int]) -> bytes:
    def numbered(found: re.Match[bytes]) -> bytes:
        return b"%b%05x%b" % (found[1], next(numbers) * _SPREAD % MOST_RECORDS, _ROUND)

    return _identifier.sub(numbered, lines)


def _body(protocol: Protocol, lines: bytes) -> Body:
    return Body(protocol.body(lines), protocol.taken(lines).count)


def _each_taken(lines: bytes) -> Accepted:
    return accept_each(lines.splitlines())


def _records(lines: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in accept(lines).payload.splitlines()]


def _syslog(lines: bytes) -> bytes:
    return "".join(_syslog_line(record) for record in _records(lines)).encode()


def _syslog_line(record: dict[str, Any]) -> str:
    identifier = record.get("request_id") or f"r{record['trace_id']}"
    message = record["message"].partition("\n")[0]
    head = f"<14>1 {record['timestamp']} web-7 {record['service']} 77 - -"
    return f"{head} {identifier} {message} in {record['duration_ms']} ms\n"


def _otlp(lines: bytes) -> bytes:
    resource = Resource(attributes=[_pair("service.name", "shop"), _pair("host.name", "web-7")])
    logs = ScopeLogs(log_records=[_log_record(record) for record in _records(lines)])
    return ExportLogsServiceRequest(
        resource_logs=[ResourceLogs(resource=resource, scope_logs=[logs])]
    ).SerializeToString()


def _log_record(record: dict[str, Any]) -> LogRecord:
    level, message = record.pop("level"), record.pop("message")
    time = datetime.fromisoformat(record.pop("timestamp"))
    return LogRecord(
        time_unix_nano=int(time.timestamp() * 1_000) * 1_000_000,
        severity_number=_SEVERITIES[level],
        severity_text=level,
        body=AnyValue(string_value=message),
        attributes=[_pair(name, value) for name, value in record.items()],
    )


def _pair(name: str, value: object) -> KeyValue:
    kept = AnyValue(int_value=value) if isinstance(value, int) else AnyValue(string_value=str(value))
    return KeyValue(key=name, value=kept)


def _same(lines: bytes) -> bytes:
    return lines


def _array(lines: bytes) -> bytes:
    """An array, or the same lines if one of them is no JSON, which would break the whole array."""
    return lines if accept(lines).rejections else as_array(lines)


PROTOCOLS: Final = {
    "http": Protocol("/api/v1/logs", "application/json", _array, accept),
    "otlp": Protocol("/v1/logs", "application/x-protobuf", _otlp, accept),
    "syslog": Protocol(None, "", _syslog, accept),
    "tcp": Protocol(None, "", _same, _each_taken),
}
"""All ways to send, by name; OTLP and syslog get the sound records only."""
