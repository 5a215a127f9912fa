"""What a screen begins with, besides its records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from logtui.tui.session.preferences import Preferences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.alerts.rules import Rule
    from logtui.tui.session.session_state import Keeper


@dataclass(frozen=True, slots=True)
class Start:
    """What a screen begins with.

    Args:
        query: The filter.
        follow: Whether to begin at the end and stay there.
        inputs: The inputs as the user named them, for reports.
        zone: The zone that times are shown and typed in.
        rules: Alert rules to evaluate over the records.
        keeper: Keeps marks, notes, filter and place for the next time; None keeps nothing.
        preferences: How the user wants the screen.
        head: The first lines of the input, shown until there are records.
    """

    query: str = ""
    follow: bool = False
    inputs: Sequence[str] = ()
    zone: tzinfo = UTC
    rules: Sequence[Rule] = ()
    keeper: Keeper | None = None
    preferences: Preferences = field(default_factory=Preferences)
    head: Sequence[str] = ()
