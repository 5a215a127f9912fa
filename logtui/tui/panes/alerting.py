"""Alerts on the screen: evaluates rules in a thread, reports firing rules, mutes and acknowledges them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from logtui.alerts.evaluation import Evaluator
from logtui.alerts.evidence import evidence
from logtui.alerts.states import Event
from logtui.errors import LogtuiError
from logtui.model.times import ns_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from logtui.alerts.evaluation import Evaluation
    from logtui.alerts.evidence import Evidence
    from logtui.alerts.rules import Rule
    from logtui.engine.live.snapshot import Snapshot
    from logtui.tui.list.histogram_view import HistogramView
    from logtui.tui.messages import Messages
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
        muted: Names of the rules that are neither reported nor counted.
        acknowledged: By rule name, when the acknowledged alert fired, in epoch nanoseconds.
    """

    def __init__(
        self,
        viewer: Viewer,
        messages: Messages,
        histogram: HistogramView,
        views: Views,
        rules: Sequence[Rule],
        muted: Iterable[str],
        acknowledged: Mapping[str, int],
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
        self.muted = set(muted)
        self.acknowledged = dict(acknowledged)

    @property
    def has_rules(self) -> bool:
        """Whether there are rules."""
        return bool(self._evaluator.rules)

    @property
    def firing(self) -> int:
        """The number of firing rules that are not muted."""
        return sum(each.is_firing for each in self._loud)

    def evaluate(self) -> None:
        """Evaluate the rules if there are new records, or if a live input has been silent for some seconds."""
        snapshot = self._viewer.bridge.snapshot
        if not self.has_rules or self._is_evaluating or snapshot.state == "reading":
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

    def mute(self, name: str) -> None:
        """Mute a rule, or end its muting."""
        self.muted ^= {name}
        self._changed(f"{name} is muted" if name in self.muted else f"{name} is no longer muted")

    def acknowledge(self, name: str) -> None:
        """Acknowledge the alert of a firing rule; the next alert of the rule is not acknowledged."""
        firing = {each.rule.name: each.instance.fired for each in self.evaluations if each.is_firing}
        fired = firing.get(name)
        if fired is None:
            self._messages.say(f"only firing alerts can be acknowledged: {name} is not firing", error=True)
            return
        self.acknowledged[name] = fired
        self._changed(f"{name} is acknowledged")

    def go_to(self, name: str, moment: datetime | None) -> None:
        """Show the records that a rule counts, with the cursor on the record that changed the state of the rule.

        Args:
            name: The rule.
            moment: When it changed; None if it never fired.
        """
        rule = next(rule for rule in self._evaluator.rules if rule.name == name)
        if moment is None:
            self._messages.say(f"{name} has not fired")
            return
        at, snapshot = ns_of(moment), self._viewer.bridge.snapshot

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

    def is_acknowledged(self, evaluation: Evaluation) -> bool:
        """Whether the present alert of a rule has been acknowledged."""
        fired = self.acknowledged.get(evaluation.rule.name)
        return evaluation.is_firing and fired is not None and fired == evaluation.instance.fired

    @property
    def _loud(self) -> list[Evaluation]:
        return [each for each in self.evaluations if each.rule.name not in self.muted]

    def _take(self, found: list[Evaluation] | LogtuiError) -> None:
        self._is_evaluating, self._evaluated_at = False, time.monotonic()
        if isinstance(found, LogtuiError):
            self._messages.say(f"alerts: {found}", error=True)
            return
        reported = {each.rule.name: each.instance.fired for each in self.evaluations}
        is_first = not self.evaluations
        self.evaluations = sorted(found, key=lambda each: each.rank)
        fresh = [each for each in self._loud if each.is_firing and each.instance.fired != reported.get(each.rule.name)]
        if fresh:
            names, key = ", ".join(each.rule.name for each in fresh), self._viewer.shown_key("panes.alerts")
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
