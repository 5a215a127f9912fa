"""What a key may be used for."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """A part of what a server does."""

    INGEST = "ingest"
    READ = "read"
    ALERTS = "alerts"
    ADMIN = "admin"
    """Keys, retention, dead letters; it does not include the others."""
