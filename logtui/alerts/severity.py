"""How bad it is when a rule fires."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Severity: TypeAlias = Literal["info", "warning", "critical"]

SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "warning", "info")
"""The most severe first."""
