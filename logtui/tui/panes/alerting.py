"""Alerts on the screen: rules are evaluated in a thread, firings are told, muted and acknowledged."""

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
_LIVE_SECONDS: Final = 5.0


class Alerting:
    """Keeps what the rules say of the records on the screen.

    Inputs that grow are looked at up to the present, so that their silence shows; others up to their newest record.

    Args:
        viewer: The screen.
        messages: Tells what fires.
        histogram: Shows when it fired.
        views: Go to the records that a rule counts.
        rules: The rules.
        muted: Names of the rules that are not told of.
        acknowledged: When the alert that was acknowledged last was told, epoch nanoseconds, by the rule's name.
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
        """How many rules are firing, without the muted ones."""
        return sum(each.is_firing for each in self._loud)

    def evaluate(self) -> None:
        """Evaluate the rules if there is something new: records, or time that has passed without any."""
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
        """Stop telling of a rule, or tell of it again."""
        self.muted ^= {name}
        self._changed(f"{name} is muted" if name in self.muted else f"{name} is no longer muted")

    def acknowledge(self, name: str) -> None:
        """Take note of a firing rule, until it fires the next time."""
        firing = {each.rule.name: each.instance.fired for each in self.evaluations if each.is_firing}
        fired = firing.get(name)
        if fired is None:
            self._messages.say(f"only firing alerts can be acknowledged: {name} is not firing", error=True)
            return
        self.acknowledged[name] = fired
        self._changed(f"{name} is acknowledged")

    def go_to(self, name: str, moment: datetime | None) -> None:
        """Show the records that a rule counts, with the cursor on the one that changed its state.

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
        told = {each.rule.name: each.instance.fired for each in self.evaluations}
        is_first = not self.evaluations
        self.evaluations = sorted(found, key=lambda each: each.rank)
        fresh = [each for each in self._loud if each.is_firing and each.instance.fired != told.get(each.rule.name)]
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
