"""The options that the screen is started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from logtui.tui.session.preferences import Preferences

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from logtui.alerts.rules import Rule
    from logtui.alerts.served.base import ServedAlerts
    from logtui.tui.session.session_state import Keeper


@dataclass(frozen=True, slots=True)
class Start:
    """The options that the screen is started with.

    Args:
        query: The text of the first filter.
        follow: Whether to follow the end of the input from the start.
        inputs: The inputs as the user named them, which reports state.
        zone: The time zone of times on the screen and in queries.
        rules: The alert rules to evaluate.
        keeper: Loads and saves the session state; None if it is not kept.
        preferences: The user's preferences for the screen.
        head: The first lines of the input, which are shown until there are records.
        rules_file: The file that the rules come from, to which new ones can be appended; None for none.
        servers: The servers whose alerts are shown.
    """

    query: str = ""
    follow: bool = False
    inputs: Sequence[str] = ()
    zone: tzinfo = UTC
    rules: Sequence[Rule] = ()
    keeper: Keeper | None = None
    preferences: Preferences = field(default_factory=Preferences)
    head: Sequence[str] = ()
    rules_file: Path | None = None
    servers: Sequence[ServedAlerts] = ()
