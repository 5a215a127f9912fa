"""The context in which stages run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo


@dataclass(frozen=True, slots=True)
class PipeScope:
    """The context of one query.

    Attributes:
        zone: Whose days and hours intervals begin with.
        text: The query text, for the caret of errors.
        most: How many of a stage's rows the next pipe takes, None for all.
        most_values: How many groups of a table, and how many different values in them, are kept exactly; None for all.
    """

    zone: tzinfo = UTC
    text: str = ""
    most: int | None = None
    most_values: int | None = None
