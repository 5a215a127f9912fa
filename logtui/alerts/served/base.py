"""`ServedAlerts`: what others may ask of the alerts of a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.alerts.keeping.base import GroupState, HistoryEntry, KeptRule
    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Group

    Numbered = tuple[int, HistoryEntry]


class ServedAlert(NamedTuple):
    """A rule of a server with what is known of its state.

    Attributes:
        kept: The rule; its targets may be missing.
        states: The groups that fire; of a rule of which none does, a state of the whole without a group.
        groups: How many groups the rule has; 0 if it has none.
    """

    kept: KeptRule
    states: Sequence[GroupState]
    groups: int


class ServedAlerts(Protocol):
    """The alerts of a server.

    Each method waits for the server, and raises a `LogtuiError` if it does not answer, or refuses.
    """

    @property
    def name(self) -> str:
        """What the server is called on the screen."""

    def alerts(self) -> list[ServedAlert]:
        """All rules with their states."""

    def history(self, limit: int, before: int | None = None) -> list[Numbered]:
        """What happened, the newest first.

        Args:
            limit: Most entries, at most 1,000.
            before: Only entries with smaller numbers; None for all.

        Returns:
            The entries with their numbers.
        """

    def mute(self, alert_id: str, duration: str | None, reason: str) -> None:
        """Tell nobody of an alert for a duration such as `1h`; None until it is unmuted."""

    def unmute(self, alert_id: str) -> None:
        """Tell of an alert again."""

    def acknowledge(self, alert_id: str, user: str, group: Group) -> None:
        """Take care of an alert, or of one group of it, in the name of a user."""

    def create(self, rule: Rule) -> None:
        """Make an alert."""
