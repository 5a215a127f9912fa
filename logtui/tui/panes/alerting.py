"""Alerts on the screen, wherever their rules are evaluated: reported, listed, muted, acknowledged, gone to."""

from __future__ import annotations

import os
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from logtui.alerts.evidence import evidence
from logtui.alerts.messages import narrowed
from logtui.errors import LogtuiError
from logtui.model.times import ns_of
from logtui.tui.panes.alert_listing import alerts_listing
from logtui.tui.panes.mute_screen import MuteScreen

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from rich.style import Style

    from logtui.alerts.evidence import Evidence
    from logtui.alerts.rules import Rule
    from logtui.tui.list.histogram_view import HistogramView
    from logtui.tui.messages import Messages
    from logtui.tui.panes.alert_source import Alert, AlertKey, AlertSource, Happening
    from logtui.tui.panes.choices import Listing
    from logtui.tui.panes.mute_screen import MuteWish
    from logtui.tui.query.views import Views
    from logtui.tui.viewer import Viewer


class Alerting:
    """Shows the alerts of several sources, and passes on what the user does with them.

    Args:
        viewer: The screen.
        messages: Reports rules that fire.
        histogram: Flags the times at which rules fired.
        views: Shows the records that a rule counts.
        sources: Where rules are evaluated; muted ones are neither reported nor counted.
    """

    def __init__(
        self,
        viewer: Viewer,
        messages: Messages,
        histogram: HistogramView,
        views: Views,
        sources: Sequence[AlertSource],
    ) -> None:
        self._viewer = viewer
        self._messages = messages
        self._histogram = histogram
        self._views = views
        self._sources = {source.name: source for source in sources}
        self._reported: dict[AlertKey, int | None] = {}
        self._heard: set[str] = set()
        self.alerts: list[Alert] = []

    @property
    def firing(self) -> list[str]:
        """The labels of the firing rules and groups that are not muted, the one that fired last first."""
        firing = [each for each in self._loud if each.is_firing]
        return [each.label for each in sorted(firing, key=lambda each: each.instance.fired or 0, reverse=True)]

    @property
    def taken(self) -> Mapping[str, Collection[str]]:
        """The names of the rules of each source, by its name."""
        return {name: source.names for name, source in self._sources.items()}

    def look(self) -> None:
        """Let each source look at its rules, and show what is new."""
        if any([source.look() for source in self._sources.values()]):  # noqa: C419 -- all are to look
            self.alerts = sorted(chain.from_iterable(each.alerts for each in self._sources.values()), key=_rank)
            self._report()
            self._histogram.flag([each.at for each in self._happenings(is_loud=True) if each.is_firing])
            self._viewer.refresh_pane()
            self._viewer.show_status()

    def listing(self, styles: Mapping[str, Style]) -> Listing:
        """List the rules, their states and their history, in the styles of the pane."""
        sources = self._sources.values()
        notices = [text for source in sources for text in source.notices]
        older = [source.name for source in sources if source.has_older]
        return alerts_listing(self.alerts, self._happenings(), notices, older, styles, self._viewer.zone)

    def fetch_older(self, source: str) -> None:
        """Fetch more of the history of a source."""
        self._sources[source].fetch_older()

    def add(self, rule: Rule, source: str) -> None:
        """Have a source evaluate one more rule from now on."""
        self._sources[source].add(rule)

    def mute(self, key: AlertKey) -> None:
        """Ask how long a rule is to be muted, or end its mute."""
        alert, source = self._rule_of(key), self._sources[key.source]
        if alert is None:
            self._messages.say("this rule has been deleted", error=True)
        elif alert.muted:
            source.unmute(alert)
        else:
            question = MuteScreen(alert.rule.name, asks_reason=source.takes_reasons)
            self._viewer.app.push_screen(question, partial(self._mute, alert))

    def acknowledge(self, key: AlertKey) -> None:
        """Acknowledge a firing alert in the name of the user; the next alert of its rule is not acknowledged."""
        alert = next((each for each in self.alerts if each.key == key), None)
        if alert is None or not alert.is_firing:
            name = alert.rule.name if alert else "this one"
            self._messages.say(f"only firing alerts can be acknowledged: {name} is not firing", error=True)
        else:
            self._sources[key.source].acknowledge(alert, os.environ.get("USER", ""))

    def go_to(self, key: AlertKey, moment: datetime | None) -> None:
        """Show the records that a rule counts, with the cursor on the record that changed the state of the rule.

        Args:
            key: The rule or group.
            moment: When the state changed; None for the newest firing.
        """
        alert = self._rule_of(key)
        if alert is None:
            self._messages.say("this rule has been deleted", error=True)
            return
        name, at = alert.rule.name, alert.instance.fired if moment is None else ns_of(moment)
        if at is None:
            self._messages.say(f"{name} has not fired")
            return
        query = narrowed(alert.rule.query, key.group)
        rule, snapshot = msgspec.structs.replace(alert.rule, query=query), self._viewer.bridge.snapshot

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
    def _loud(self) -> list[Alert]:
        return [each for each in self.alerts if not each.muted]

    def _happenings(self, *, is_loud: bool = False) -> list[Happening]:
        """What happened, the newest first, perhaps without what happened to muted rules."""
        quiet = {each.key[:2] for each in self.alerts if each.muted} if is_loud else set()
        found = chain.from_iterable(source.happenings for source in self._sources.values())
        return sorted((each for each in found if each.key[:2] not in quiet), key=lambda each: each.at, reverse=True)

    def _rule_of(self, key: AlertKey) -> Alert | None:
        """The alert of a rule or group; of a group that is not listed, another one of its rule."""
        of_rule = [each for each in self.alerts if each.key[:2] == key[:2]]
        return next((each for each in of_rule if each.key == key), of_rule[0] if of_rule else None)

    def _mute(self, alert: Alert, wish: MuteWish | None) -> None:
        if wish is not None:
            self._sources[alert.key.source].mute(alert, wish.duration, wish.reason)

    def _report(self) -> None:
        """Say which alerts fire that did not fire before."""
        fresh = [each for each in self._loud if each.is_firing and each.instance.fired != self._reported.get(each.key)]
        if fresh:
            is_now = all(each.key.source in self._heard for each in fresh)
            names, key = ", ".join(each.label for each in fresh), self._viewer.shown_key("panes.alerts")
            count = f"{len(fresh)} alert{'s' * (len(fresh) > 1)} firing{' now' * is_now}"
            self._messages.say(f"{count}   ({key} shows them): {names}", error=True)
        self._reported = {each.key: each.instance.fired for each in self.alerts}
        self._heard |= {each.key.source for each in self.alerts}


def _rank(alert: Alert) -> tuple[int, int, str, AlertKey]:
    return alert.rank
