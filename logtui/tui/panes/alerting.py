"""Alerts on the screen: evaluates rules in a thread, reports firing alerts, mutes and acknowledges them."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from logtui.alerts.conditions import nanoseconds
from logtui.alerts.evaluation import Evaluator
from logtui.alerts.evidence import evidence
from logtui.alerts.messages import narrowed
from logtui.alerts.states import Event
from logtui.errors import LogtuiError
from logtui.model.times import ns_of
from logtui.tui.panes.alert_listing import alerts_listing
from logtui.tui.panes.mute_screen import UNTIL_UNMUTED, MuteScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from rich.style import Style

    from logtui.alerts.evaluation import Evaluation
    from logtui.alerts.evidence import Evidence
    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Group
    from logtui.engine.live.snapshot import Snapshot
    from logtui.tui.list.histogram_view import HistogramView
    from logtui.tui.messages import Messages
    from logtui.tui.panes.alert_handling import AlertHandling
    from logtui.tui.panes.choices import Listing
    from logtui.tui.query.views import Views
    from logtui.tui.viewer import Viewer

_PAUSE_SECONDS: Final = 1.0
"""Least time between two evaluations."""

_LIVE_SECONDS: Final = 5.0
"""Time after which a live input without new records is evaluated again, since silence can be a reason to fire."""


class Alerting:
    """Evaluates alert rules over the records that have been read, and keeps the results.

    Inputs that grow are evaluated up to the present, so that rules notice silence; others up to their newest record.

    Args:
        viewer: The screen.
        messages: Reports rules that fire.
        histogram: Flags the times at which rules fired.
        views: Shows the records that a rule counts.
        rules: The rules.
        handling: What the user has muted and acknowledged; muted rules are neither reported nor counted.
    """

    def __init__(
        self,
        viewer: Viewer,
        messages: Messages,
        histogram: HistogramView,
        views: Views,
        rules: Sequence[Rule],
        handling: AlertHandling,
    ) -> None:
        self._viewer = viewer
        self._messages = messages
        self._histogram = histogram
        self._views = views
        self._evaluator = Evaluator(rules)
        self._evaluated: Snapshot | None = None
        self._evaluated_at = float("-inf")
        self._is_evaluating = False
        self._rows_at_first = 0
        self.evaluations: list[Evaluation] = []
        self.handling = handling

    @property
    def rules(self) -> Sequence[Rule]:
        """The rules."""
        return self._evaluator.rules

    def add(self, rule: Rule) -> None:
        """Evaluate one more rule from now on."""
        self._evaluator.take((*self.rules, rule))
        self._evaluated = None

    @property
    def firing(self) -> list[str]:
        """The labels of the firing rules and groups that are not muted, the one that fired last first."""
        firing = [each for each in self._loud if each.is_firing]
        return [each.label for each in sorted(firing, key=lambda each: each.instance.fired or 0, reverse=True)]

    def evaluate(self) -> None:
        """Evaluate the rules if there are new records, or if a live input has been silent for some seconds."""
        self._end_mutes()
        snapshot = self._viewer.bridge.snapshot
        if not self.rules or self._is_evaluating or snapshot.state == "reading":
            return
        waited = time.monotonic() - self._evaluated_at
        if waited < (_PAUSE_SECONDS if snapshot is not self._evaluated else _LIVE_SECONDS):
            return
        if snapshot is self._evaluated and snapshot.state != "live":
            return
        self._is_evaluating, self._evaluated = True, snapshot
        self._rows_at_first = self._rows_at_first or snapshot.rows
        is_growing = snapshot.state == "live" and snapshot.rows > self._rows_at_first
        now = time.time_ns() if is_growing else None

        def job(cancelled: Callable[[], bool]) -> list[Evaluation]:
            return self._evaluator.evaluate(snapshot.settled, now, cancelled)

        self._viewer.bridge.run("alerts", job, self._take)

    def listing(self, styles: Mapping[str, Style]) -> Listing:
        """List the rules, their states and their history, in the styles of the pane."""
        zone, has_rules = self._viewer.zone, bool(self.rules)
        return alerts_listing(self.evaluations, self.handling, styles, zone, has_rules=has_rules)

    def mute(self, name: str) -> None:
        """Ask how long a rule is to be muted, or end its mute."""
        if name in self.handling.muted:
            self.handling.unmute(name)
            self._changed(f"{name} is no longer muted")
        else:
            self._viewer.app.push_screen(MuteScreen(name), partial(self._mute, name))

    def acknowledge(self, name: str, group: Group) -> None:
        """Acknowledge a firing alert in the name of the user; the next alert of its rule is not acknowledged."""
        alert = self._found(name, group)
        if alert is None or not alert.is_firing or alert.instance.fired is None:
            self._messages.say(f"only firing alerts can be acknowledged: {name} is not firing", error=True)
            return
        self.handling.acknowledge(alert, os.environ.get("USER", ""))
        self._changed(f"{alert.label} is acknowledged")

    def go_to(self, name: str, group: Group, moment: datetime | None) -> None:
        """Show the records that a rule counts, with the cursor on the record that changed the state of the rule.

        Args:
            name: The rule.
            group: The group of the rule; empty if it has no groups.
            moment: When the state changed; None for the newest firing.
        """
        alert = self._found(name, group)
        at = _last_firing(alert) if moment is None else ns_of(moment)
        if alert is None or at is None:
            self._messages.say(f"{name} has not fired")
            return
        rule = msgspec.structs.replace(alert.rule, query=narrowed(alert.rule.query, group)) if group else alert.rule
        snapshot = self._viewer.bridge.snapshot

        def show(found: Evidence | LogtuiError | None) -> None:
            if isinstance(found, LogtuiError):
                self._messages.say(f"alerts: {found}", error=True)
            elif found is None:
                self._messages.say(f"there is no record before this change of {name}")
            else:
                self._views.show_at(rule.counted if found.is_counted else "", found.key)
                if not found.is_counted:
                    self._messages.say(f"{name} counted no record then; this is the last one before")

        self._viewer.bridge.run("evidence", lambda _cancelled: evidence(snapshot.settled, rule, at), show)

    @property
    def _loud(self) -> list[Evaluation]:
        return [each for each in self.evaluations if each.rule.name not in self.handling.muted]

    def _found(self, name: str, group: Group) -> Evaluation | None:
        found = (each for each in self.evaluations if each.rule.name == name and each.group == group)
        return next(found, None)

    def _mute(self, name: str, duration: str | None) -> None:
        if duration is None:
            return
        is_endless = duration == UNTIL_UNMUTED
        self.handling.mute(name, None if is_endless else time.time_ns() + nanoseconds(duration))
        self._changed(f"{name} is muted {duration}" if is_endless else f"{name} is muted for {duration}")

    def _end_mutes(self) -> None:
        if over := self.handling.expire(time.time_ns()):
            self._changed(f"no longer muted: {', '.join(over)}")

    def _take(self, found: list[Evaluation] | LogtuiError) -> None:
        self._is_evaluating, self._evaluated_at = False, time.monotonic()
        if isinstance(found, LogtuiError):
            self._messages.say(f"alerts: {found}", error=True)
            return
        reported = {each.label: each.instance.fired for each in self.evaluations}
        is_first = not self.evaluations
        self.evaluations = sorted(found, key=lambda each: each.rank)
        fresh = [each for each in self._loud if each.is_firing and each.instance.fired != reported.get(each.label)]
        if fresh:
            names, key = ", ".join(each.label for each in fresh), self._viewer.shown_key("panes.alerts")
            count = f"{len(fresh)} alert{'s' * (len(fresh) > 1)}"
            self._messages.say(f"{count} firing{'' if is_first else ' now'}   ({key} shows them): {names}", error=True)
        self._show()

    def _changed(self, message: str) -> None:
        self._messages.say(message)
        self._show()
        self._viewer.keep()

    def _show(self) -> None:
        moments = [change.at for each in self._loud for change in each.changes if change.event is Event.FIRING]
        self._histogram.flag(moments)
        self._viewer.refresh_pane()
        self._viewer.show_status()


def _last_firing(alert: Evaluation | None) -> int | None:
    firings = [change.at for change in alert.changes if change.event is Event.FIRING] if alert else []
    return firings[-1] if firings else None
