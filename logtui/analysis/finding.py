"""A finding: what is unusual, since when, and where to look."""

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
    """What sort of anomaly it is."""

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
    """Something unusual.

    Attributes:
        kind: What sort of thing.
        severity: How much it matters.
        title: What happened, in one line.
        explanation: How that was decided.
        start: When it began, None if that cannot be told.
        end: When it ended.
        numbers: The numbers behind it by name.
        concerns: Fields and values that its records have: `service`, `user`, `level`, `severity_text`, `source`.
        pattern: The pattern that its records have, with whether messages go on behind it.
        places: Some of its records.
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


def span(length: timedelta) -> str:
    """A duration as people say it."""
    seconds = length.total_seconds()
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def said(pattern: str, cells: int = 80) -> str:
    """A pattern in one line of at most so many characters."""
    text = " ".join(pattern.replace(MASK, SHOWN_MASK).split())
    return text if len(text) <= cells else text[: cells - 1] + "…"
