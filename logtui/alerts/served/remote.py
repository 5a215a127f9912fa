"""The alerts of a server that answers by HTTP."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec reads the annotations
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from logtui.alerts.keeping.base import (
    Acknowledgement,
    GroupState,
    HistoryEntry,
    HistoryEvent,
    KeptRule,
    Mute,
    RuleOrigin,
)
from logtui.alerts.rules import Rule
from logtui.alerts.served.base import ServedAlert
from logtui.alerts.states import Instance, State
from logtui.errors import RemoteError
from logtui.model.times import ns_of

if TYPE_CHECKING:
    from logtui.alerts.served.base import Numbered
    from logtui.alerts.served.client import AlertsClient
    from logtui.alerts.states import Group

_Kind = TypeVar("_Kind")
_RULE_KEYS = frozenset(Rule.__struct_fields__) - {"notifications", "escalation"}


class RemoteAlerts:
    """The alerts of a server that answers by HTTP, as `ServedAlerts` says.

    Args:
        name: What the server is called on the screen.
        client: Asks the server.
    """

    def __init__(self, name: str, client: AlertsClient) -> None:
        self.name: Final = name
        self._client = client

    def alerts(self) -> list[ServedAlert]:
        """See `ServedAlerts`."""
        return [self._alert(each) for each in self._client.alerts(firing_groups=True)]

    def history(self, limit: int, before: int | None = None) -> list[Numbered]:
        """See `ServedAlerts`."""
        entries = self._read(self._client.history("", limit, before), list[_Entry])
        return [(each.number, each.entry) for each in entries]

    def mute(self, alert_id: str, duration: str | None, reason: str) -> None:
        """See `ServedAlerts`."""
        self._client.mute(alert_id, duration, reason)

    def unmute(self, alert_id: str) -> None:
        """See `ServedAlerts`."""
        self._client.unmute(alert_id)

    def acknowledge(self, alert_id: str, user: str, group: Group) -> None:
        """See `ServedAlerts`."""
        self._client.acknowledge(alert_id, user, dict(group) if group else None)

    def create(self, rule: Rule) -> None:
        """See `ServedAlerts`."""
        self._client.create(rule)

    def _alert(self, answer: dict[str, Any]) -> ServedAlert:
        """An alert; targets are left out, since their secrets are hidden."""
        rule = self._read({key: part for key, part in answer.items() if key in _RULE_KEYS}, Rule)
        return self._read(answer, _Alert).served(rule)

    def _read(self, answer: object, kind: type[_Kind]) -> _Kind:
        try:
            return msgspec.convert(answer, kind)
        except msgspec.ValidationError as error:
            raise RemoteError(f"{self._client.address}: alerts of another version: {error}") from error


class _Muted(msgspec.Struct, frozen=True):
    until: datetime | None
    reason: str
    by: str
    at: datetime


class _Acknowledged(msgspec.Struct, frozen=True):
    user: str
    at: datetime


class _Group(msgspec.Struct, frozen=True):
    """A state as a server shows it: of a group, or of an alert without groups."""

    state: State
    value: float | None
    last_triggered: datetime | None
    group: dict[str, str] = {}
    acknowledged: _Acknowledged | None = None

    @property
    def kept(self) -> GroupState:
        """The same as it is kept; since when the state holds is not always said, when it last fired is."""
        fired, known = _ns(self.last_triggered), self.acknowledged
        taken = None if known is None or fired is None else Acknowledgement(known.user, ns_of(known.at), fired)
        instance = Instance(self.state, since=fired, value=self.value, fired=fired)
        return GroupState(tuple(self.group.items()), instance, acknowledgement=taken)


class _Alert(_Group, frozen=True, kw_only=True):
    id: str
    origin: RuleOrigin
    problem: str
    evaluated: datetime | None
    muted: _Muted | None
    group_count: int = 0
    groups: tuple[_Group, ...] = ()

    def served(self, rule: Rule) -> ServedAlert:
        """The same as it is kept."""
        mute = self.muted
        muted = None if mute is None else Mute(_ns(mute.until), mute.reason, mute.by, ns_of(mute.at))
        evaluated = _ns(self.evaluated)
        kept = KeptRule(self.id, rule, self.origin, evaluated=evaluated, problem=self.problem, mute=muted)
        return ServedAlert(kept, [each.kept for each in self.groups or (self,)], self.group_count)


class _Entry(msgspec.Struct, frozen=True):
    number: int
    time: datetime
    alert: str
    event: HistoryEvent
    value: float | None
    group: dict[str, str]
    detail: str
    before: State | None = msgspec.field(name="from")
    after: State | None = msgspec.field(name="to")

    @property
    def entry(self) -> HistoryEntry:
        """The same as it is kept."""
        group = tuple(self.group.items())
        at = ns_of(self.time)
        return HistoryEntry(at, self.alert, self.event, self.before, self.after, self.value, group, self.detail)


def _ns(moment: datetime | None) -> int | None:
    return None if moment is None else ns_of(moment)
