"""The rules of this screen, evaluated over its records in a thread."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from logtui.alerts.conditions import nanoseconds
from logtui.alerts.evaluation import CHANGES_KEPT, Evaluator
from logtui.alerts.states import Event
from logtui.errors import LogtuiError
from logtui.tui.panes.alert_source import Alert, AlertKey, Happening, Muted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from logtui.alerts.evaluation import Evaluation
    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Change
    from logtui.engine.live.snapshot import Snapshot
    from logtui.tui.messages import Messages
    from logtui.tui.panes.alert_handling import AlertHandling
    from logtui.tui.viewer import Viewer

_PAUSE_SECONDS: Final = 1.0
"""Least time between two evaluations."""

_LIVE_SECONDS: Final = 5.0
"""Time after which a live input without new records is evaluated again, since silence can be a reason to fire."""


class LocalAlerts:
    """Evaluates alert rules over the records that have been read, as `AlertSource` says.

    Inputs that grow are evaluated up to the present, so that rules notice silence; others up to their newest record.

    Args:
        viewer: The screen.
        messages: Reports what failed, and what was muted or acknowledged.
        rules: The rules.
        handling: What the user has muted and acknowledged.
    """

    name: Final = ""
    takes_reasons: Final = False
    has_older: Final = False

    def __init__(self, viewer: Viewer, messages: Messages, rules: Sequence[Rule], handling: AlertHandling) -> None:
        self._viewer = viewer
        self._messages = messages
        self._evaluator = Evaluator(rules)
        self._evaluated: Snapshot | None = None
        self._evaluated_at = float("-inf")
        self._is_evaluating = False
        self._rows_at_first = 0
        self._is_new = False
        self.evaluations: list[Evaluation] = []
        self.handling = handling

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules."""
        return self._evaluator.rules

    @property
    def names(self) -> Collection[str]:
        """See `AlertSource`."""
        return [rule.name for rule in self.rules]

    @property
    def alerts(self) -> Sequence[Alert]:
        """See `AlertSource`."""
        return [self._alert(each) for each in self.evaluations]

    @property
    def happenings(self) -> Sequence[Happening]:
        """See `AlertSource`."""
        return [_happening(each, change) for each in self.evaluations for change in each.changes]

    @property
    def notices(self) -> Sequence[str]:
        """See `AlertSource`."""
        return list(self._notices())

    def look(self) -> bool:
        """Evaluate the rules if there are new records, or if a live input has been silent for some seconds."""
        self._end_mutes()
        self._evaluate()
        is_new, self._is_new = self._is_new, False
        return is_new

    def fetch_older(self) -> None:
        """Do nothing: the whole history is there."""

    def mute(self, alert: Alert, duration: str | None, reason: str) -> None:  # noqa: ARG002
        """See `AlertSource`."""
        self.handling.mute(alert.rule.name, None if duration is None else time.time_ns() + nanoseconds(duration))
        self._changed(f"{alert.rule.name} is muted {'until unmuted' if duration is None else f'for {duration}'}")

    def unmute(self, alert: Alert) -> None:
        """See `AlertSource`."""
        self.handling.unmute(alert.rule.name)
        self._changed(f"{alert.rule.name} is no longer muted")

    def acknowledge(self, alert: Alert, user: str) -> None:
        """See `AlertSource`."""
        found = next(each for each in self.evaluations if _key(each) == alert.key)
        self.handling.acknowledge(found, user)
        self._changed(f"{alert.name} is acknowledged")

    def add(self, rule: Rule) -> None:
        """See `AlertSource`."""
        self._evaluator.take((*self.rules, rule))
        self._evaluated = None
        self._messages.say(f"{rule.name} is evaluated now")

    def _evaluate(self) -> None:
        snapshot = self._viewer.bridge.snapshot
        if not self.rules or self._is_evaluating or snapshot.state == "reading" or not self._is_due(snapshot):
            return
        self._is_evaluating, self._evaluated = True, snapshot
        self._rows_at_first = self._rows_at_first or snapshot.rows
        is_growing = snapshot.state == "live" and snapshot.rows > self._rows_at_first
        now = time.time_ns() if is_growing else None

        def job(cancelled: Callable[[], bool]) -> list[Evaluation]:
            return self._evaluator.evaluate(snapshot.settled, now, cancelled)

        self._viewer.bridge.run("alerts", job, self._take)

    def _is_due(self, snapshot: Snapshot) -> bool:
        waited = time.monotonic() - self._evaluated_at
        if snapshot is not self._evaluated:
            return waited >= _PAUSE_SECONDS
        return snapshot.state == "live" and waited >= _LIVE_SECONDS

    def _take(self, found: list[Evaluation] | LogtuiError) -> None:
        self._is_evaluating, self._evaluated_at = False, time.monotonic()
        if isinstance(found, LogtuiError):
            self._messages.say(f"alerts: {found}", error=True)
            return
        self.evaluations, self._is_new = found, True

    def _end_mutes(self) -> None:
        if over := self.handling.expire(time.time_ns()):
            self._changed(f"no longer muted: {', '.join(over)}")

    def _changed(self, message: str) -> None:
        self._is_new = True
        self._messages.say(message)
        self._viewer.keep()

    def _alert(self, each: Evaluation) -> Alert:
        handling, name = self.handling, each.rule.name
        muted = Muted(handling.muted_until.get(name)) if name in handling.muted else None
        user = handling.acknowledged_by.get(each.label, "") if handling.is_acknowledged(each) else None
        return Alert(_key(each), each.rule, each.instance, each.recent, muted, user)

    def _notices(self) -> Iterator[str]:
        if self.rules and not self.evaluations:
            yield "the rules are evaluated once all is read"
        if full := [each.label for each in self.evaluations if len(each.changes) == CHANGES_KEPT]:
            yield f"only the newest {CHANGES_KEPT:,} changes are kept of {', '.join(full)}"


def _key(each: Evaluation) -> AlertKey:
    return AlertKey("", each.rule.name, each.group)


def _happening(each: Evaluation, change: Change) -> Happening:
    value = "" if change.value is None else f" at {change.value:,.4g}{each.rule.condition.unit}"
    is_firing = change.event is Event.FIRING
    return Happening(change.at, _key(each), each.label, f"{change.event.value}{value}", is_firing)
