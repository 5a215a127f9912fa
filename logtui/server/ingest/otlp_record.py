"""A log record of OpenTelemetry, whatever encoded it (OpenTelemetry specification, "Logs Data Model")."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from logtui.server.ingest.writing import LINE, add_fields, written_time

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Origin:
    """Where records come from, the same for all records of one scope.

    Attributes:
        resource: Attributes of the resource.
        scope: Attributes of the scope.
        name: The scope's name, mostly that of a logger.
        version: The scope's version.
    """

    resource: Mapping[str, Any]
    scope: Mapping[str, Any]
    name: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class OtlpRecord:
    """A log record. Zero and the empty text mean that nothing is stated.

    Attributes:
        time: Epoch nanoseconds.
        observed: When it was collected, epoch nanoseconds.
        severity: The number of its severity.
        severity_text: The severity as written.
        body: Its body.
        attributes: Its attributes.
        others: What else it states, by the names of fields.
    """

    time: int
    observed: int
    severity: int
    severity_text: str
    body: Any
    attributes: Mapping[str, Any]
    others: Mapping[str, Any]

    def written(self, origin: Origin) -> dict[str, Any]:
        """The record as an object that the rest of the program reads.

        Args:
            origin: Where it comes from.
        """
        record = self._stated()
        add_fields(record, {name: value for name, value in self.others.items() if value}, "record")
        add_fields(record, self.attributes, "attributes")
        if origin.name:
            record["scope.name"] = origin.name
        if origin.version:
            record["scope.version"] = origin.version
        add_fields(record, origin.scope, "scope.attributes")
        add_fields(record, origin.resource, "resource")
        return record

    def _stated(self) -> dict[str, Any]:
        """Time, severity and message."""
        record: dict[str, Any] = {}
        if time := self.time or self.observed:
            record["timestamp"] = written_time(time)
        if self.observed not in (0, time):
            record["observed_timestamp"] = written_time(self.observed)
        if self.severity:
            record["severity_number"] = self.severity
        if self.severity_text:
            record["severity_text"] = self.severity_text
        # Collectors send lines of files without a severity: they are read again, since the line may state it.
        record["message" if self.severity or self.severity_text else LINE] = _text_of(self.body)
        return record


def number_of(value: float) -> float | str:
    """A number as JSON can write it: not a number and the infinities as texts."""
    return value if math.isfinite(value) else str(value)


def _text_of(body: Any) -> str:  # noqa: ANN401
    if isinstance(body, str):
        return body
    return "" if body is None else msgspec.json.encode(body).decode()
