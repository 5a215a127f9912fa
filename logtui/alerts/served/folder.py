"""The alerts of a server whose data folder is here, whether it runs or not."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec

from logtui.alerts.conditions import nanoseconds
from logtui.alerts.keeping.base import GroupState, Mute
from logtui.alerts.served.base import ServedAlert
from logtui.alerts.states import Instance, State
from logtui.errors import AlertError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.alerts.keeping.base import AlertStore, KeptRule
    from logtui.alerts.rules import Rule
    from logtui.alerts.served.base import Numbered
    from logtui.alerts.states import Group
    from logtui.engine.ingest.data_folder import DataFolder


class FolderAlerts:
    """The alerts that a server keeps in its data folder, as `ServedAlerts` says.

    Args:
        name: What the server is called on the screen.
        folder: The data folder. One without alerts is left as it is.
        user: Who mutes.
    """

    def __init__(self, name: str, folder: DataFolder, user: str) -> None:
        self.name: Final = name
        self._folder = folder
        self._user = user
        self._opened: AlertStore | None = None

    def alerts(self) -> list[ServedAlert]:
        """See `ServedAlerts`."""
        if not self._folder.alerts.is_file():
            return []
        store, now = self._store(), time.time_ns()
        states = store.states()
        return [_served(kept, states.get(kept.id, []), now) for kept in store.rules()]

    def history(self, limit: int, before: int | None = None) -> list[Numbered]:
        """See `ServedAlerts`."""
        return self._store().history(None, limit, before) if self._folder.alerts.is_file() else []

    def mute(self, alert_id: str, duration: str | None, reason: str) -> None:
        """See `ServedAlerts`."""
        now = time.time_ns()
        until = None if duration is None else now + nanoseconds(duration)
        self._store().mute(alert_id, Mute(until, reason, self._user, now))

    def unmute(self, alert_id: str) -> None:
        """See `ServedAlerts`."""
        self._store().unmute(alert_id, time.time_ns(), self._user)

    def acknowledge(self, alert_id: str, user: str, group: Group) -> None:
        """See `ServedAlerts`."""
        self._store().acknowledge(alert_id, user, time.time_ns(), group or None)

    def create(self, rule: Rule) -> None:
        """See `ServedAlerts`."""
        self._store().add(rule, time.time_ns())

    def _store(self) -> AlertStore:
        """The store, opened when it is first needed.

        Raises:
            AlertError: If there is none, or it cannot be opened.
        """
        if self._opened is None:
            if not self._folder.alerts.is_file():
                raise AlertError(f"{self._folder.path}: no server has kept alerts here")
            self._opened = _sql_store(f"sqlite:///{quote(str(self._folder.alerts))}")
        return self._opened


def _sql_store(url: str) -> AlertStore:
    try:
        from logtui.alerts.keeping.sql import SqlStore  # 0.5 s
    except ImportError:
        raise AlertError("the alerts of a data folder need SQLAlchemy", hint="pip install 'logtui[server]'") from None
    return SqlStore(url)


def _served(kept: KeptRule, states: Sequence[GroupState], now: int) -> ServedAlert:
    if kept.mute is not None and not kept.mute.holds(now):
        kept = msgspec.structs.replace(kept, mute=None)
    if not kept.rule.group_by:
        return ServedAlert(kept, states or [GroupState((), Instance())], 0)
    firing = [state for state in states if state.is_firing]
    return ServedAlert(kept, firing or [_calm(states)], len(states))


def _calm(states: Sequence[GroupState]) -> GroupState:
    """The state of a rule of which no group fires."""
    lacks = any(state.instance.state is State.NO_DATA for state in states)
    fired = max((state.instance.fired or 0 for state in states), default=0) or None
    return GroupState((), Instance(State.NO_DATA if lacks else State.OK, fired=fired))
