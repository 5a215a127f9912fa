"""An anomaly: what is unusual, when it began, and in which records to look."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from logtui.model.masks import MASK, SHOWN_MASK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from logtui.analysis.profile import Place

Severity: TypeAlias = Literal["error", "warn", "info"]

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warn", "info")
"""The most severe first."""


class Kind(StrEnum):
    """The kinds of anomalies; the values stand in JSON reports."""

    ERROR_SPIKE = "error_spike"
    VOLUME_SPIKE = "volume_spike"
    SILENCE = "silence"
    FLOOD = "flood"
    NEW_PATTERN = "new_pattern"
    RARE_PATTERN = "rare_pattern"
    RARE_LEVEL = "rare_level"
    UNKNOWN_LEVEL = "unknown_level"
    ODD_TIMESTAMP = "odd_timestamp"
    LONG_LINE = "long_line"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something unusual about records.

    Attributes:
        kind: The kind of anomaly.
        severity: How much it matters.
        title: What happened, in one line.
        explanation: Why that is unusual, in one line.
        start: When it began; None if unknown.
        end: When it ended; None if unknown.
        numbers: The measurements that the anomaly rests on, by name.
        concerns: Values that its records have in common, by field: `service`, `user`, `level` or `severity_text`.
        pattern: The message pattern of its records, and whether their messages are longer than the pattern.
        places: The places of a few of its records.
    """

    kind: Kind
    severity: Severity
    title: str
    explanation: str
    start: datetime | None = None
    end: datetime | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    concerns: Mapping[str, str] = field(default_factory=dict)
    pattern: tuple[str, bool] | None = None
    places: tuple[Place, ...] = ()


def duration_text(length: timedelta) -> str:
    """Format a duration in its largest unit, such as `2.5 h`."""
    seconds = length.total_seconds()
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def pattern_text(pattern: str, cells: int = 80) -> str:
    """Format a pattern as one line, cut after `cells` characters."""
    text = " ".join(pattern.replace(MASK, SHOWN_MASK).split())
    return text if len(text) <= cells else text[: cells - 1] + "…"
