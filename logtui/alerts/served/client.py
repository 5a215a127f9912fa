"""`AlertsClient`: asks a server about its alerts; what it answers stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logtui.alerts.rules import Rule
    from logtui.engine.server_client import ServerClient

    Json = dict[str, Any]

_ALERTS: Final = "/api/v1/alerts"


class AlertsClient:
    """Asks a server about its alerts.

    Each method raises `RemoteError` if the server cannot be reached, or refuses.

    Args:
        server: The server.
    """

    def __init__(self, server: ServerClient) -> None:
        self._server = server

    @property
    def address(self) -> str:
        """Where the server is."""
        return self._server.address

    def alerts(self, *, firing_groups: bool = False) -> list[Json]:
        """All alerts, in the order of their making.

        Args:
            firing_groups: Whether to have the groups that fire too, or who takes care of alerts without groups.
        """
        found: list[Json] = self._server.get(f"{_ALERTS}?groups=firing" if firing_groups else _ALERTS)
        return found

    def history(self, alert_id: str = "", limit: int = 100, before: int | None = None) -> list[Json]:
        """What happened, the newest first.

        Args:
            alert_id: The alert; empty for all.
            limit: Most entries, at most 1,000.
            before: Only entries with smaller numbers; None for all.
        """
        place = _path(alert_id) if alert_id else _ALERTS
        older = "" if before is None else f"&before={before}"
        found: list[Json] = self._server.get(f"{place}/history?limit={limit}{older}")
        return found

    def mute(self, alert_id: str, duration: str | None, reason: str) -> Json:
        """Mute an alert for a duration such as `1h`; None until it is unmuted. Returns the alert."""
        limited = {} if duration is None else {"duration": duration}
        return self._sent(alert_id, "mute", {"reason": reason, **limited})

    def unmute(self, alert_id: str) -> Json:
        """End the mute of an alert. Returns the alert."""
        return self._sent(alert_id, "unmute", {})

    def acknowledge(self, alert_id: str, user: str, group: Mapping[str, str] | None = None) -> Json:
        """Acknowledge what fires of an alert, or of one of its groups, in the name of a user. Returns the alert."""
        only = {} if group is None else {"group": group}
        return self._sent(alert_id, "acknowledge", {"user": user, **only})

    def create(self, rule: Rule) -> Json:
        """Make an alert, and return it."""
        made: Json = self._server.post(_ALERTS, msgspec.to_builtins(rule))
        return made

    def _sent(self, alert_id: str, action: str, body: Mapping[str, object]) -> Json:
        answer: Json = self._server.post(f"{_path(alert_id)}/{action}", body)
        return answer


def _path(alert_id: str) -> str:
    return f"{_ALERTS}/{quote(alert_id, safe='')}"
