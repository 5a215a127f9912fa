"""The rules of a server, asked for every few seconds in a thread."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from logtui.alerts.keeping.base import HistoryEvent
from logtui.errors import LogtuiError
from logtui.tui.panes.alert_source import Alert, AlertKey, Happening, Muted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from logtui.alerts.keeping.base import GroupState, HistoryEntry, KeptRule
    from logtui.alerts.rules import Rule
    from logtui.alerts.served.base import Numbered, ServedAlert, ServedAlerts
    from logtui.tui.messages import Messages
    from logtui.tui.viewer import Viewer

_PAUSE_SECONDS: Final = 3.0
"""Time between an answer and the next question."""

_PAGE: Final = 100
_LONGEST_PAGE: Final = 1_000
_RECENT: Final = 20


class ServerAnswer(NamedTuple):
    """What a server has said at one look.

    Attributes:
        alerts: Its rules.
        entries: What has happened since the look before, the newest first.
    """

    alerts: Sequence[ServedAlert]
    entries: Sequence[Numbered]


class ServerAlerts:
    """Shows the rules of a server and acts on them, as `AlertSource` says.

    Args:
        viewer: The screen.
        messages: Reports what failed, and what was muted, acknowledged or added.
        served: The server.
    """

    takes_reasons: Final = True

    def __init__(self, viewer: Viewer, messages: Messages, served: ServedAlerts) -> None:
        self.name: Final = served.name
        self._viewer = viewer
        self._messages = messages
        self._served = served
        self._answer: ServerAnswer | None = None
        self._entries: dict[int, HistoryEntry] = {}
        self._recent: dict[AlertKey, tuple[float | None, ...]] = {}
        self._asked_all = False
        self._is_asking = False
        self._is_new = False
        self._due = 0.0
        self._problem = ""

    @property
    def names(self) -> Collection[str]:
        """See `AlertSource`."""
        return [each.kept.rule.name for each in self._rules]

    @property
    def alerts(self) -> Sequence[Alert]:
        """See `AlertSource`."""
        return [self._alert(each, state) for each in self._rules for state in each.states]

    @property
    def happenings(self) -> Sequence[Happening]:
        """See `AlertSource`."""
        rules = {each.kept.id: each.kept.rule for each in self._rules}
        return [_happening(self.name, rules.get(each.rule_id), each) for each in self._entries.values()]

    @property
    def notices(self) -> Sequence[str]:
        """See `AlertSource`."""
        if self._problem:
            return [self._problem]
        return [] if self._answer else [f"{self.name}: waiting for its alerts …"]

    @property
    def has_older(self) -> bool:
        """See `AlertSource`."""
        return bool(self._entries) and not self._asked_all

    def look(self) -> bool:
        """Ask the server if that was not done for some seconds."""
        if not self._is_asking and time.monotonic() >= self._due:
            self._ask()
        is_new, self._is_new = self._is_new, False
        return is_new

    def fetch_older(self) -> None:
        """See `AlertSource`."""
        oldest = min(self._entries, default=None)

        def take(found: list[Numbered] | LogtuiError) -> None:
            if isinstance(found, LogtuiError):
                self._say_failed(found)
                return
            self._entries.update(found)
            self._asked_all, self._is_new = len(found) < _LONGEST_PAGE, True

        self._run("history", lambda: self._served.history(_LONGEST_PAGE, oldest), take)

    def mute(self, alert: Alert, duration: str | None, reason: str) -> None:
        """See `AlertSource`."""
        length = "until unmuted" if duration is None else f"for {duration}"
        act = partial(self._served.mute, alert.key.rule, duration, reason)
        self._act(alert.rule.name, act, f"is muted {length}")

    def unmute(self, alert: Alert) -> None:
        """See `AlertSource`."""
        self._act(alert.rule.name, partial(self._served.unmute, alert.key.rule), "is no longer muted")

    def acknowledge(self, alert: Alert, user: str) -> None:
        """See `AlertSource`."""
        act = partial(self._served.acknowledge, alert.key.rule, user, alert.key.group)
        self._act(alert.name, act, "is acknowledged")

    def add(self, rule: Rule) -> None:
        """See `AlertSource`."""
        self._act(rule.name, partial(self._served.create, rule), "is evaluated now")

    @property
    def _rules(self) -> Sequence[ServedAlert]:
        return self._answer.alerts if self._answer else ()

    def _ask(self) -> None:
        self._is_asking = True
        self._run("alerts", partial(_answer, self._served, max(self._entries, default=None)), self._take)

    def _take(self, found: ServerAnswer | LogtuiError) -> None:
        self._is_asking, self._due = False, time.monotonic() + _PAUSE_SECONDS
        if isinstance(found, LogtuiError):
            if str(found) != self._problem:
                self._say_failed(found)
            self._is_new, self._problem = True, str(found)
            return
        if not self._entries:
            self._asked_all = len(found.entries) < _PAGE
        self._entries.update(found.entries)
        self._is_new = self._is_new or found != self._answer or bool(self._problem)
        self._recent = dict(self._values(found.alerts))
        self._answer, self._problem = found, ""

    def _values(self, alerts: Sequence[ServedAlert]) -> Iterator[tuple[AlertKey, tuple[float | None, ...]]]:
        """The values that were seen of each alert, with that of a new window, if there is one."""
        evaluated = {each.kept.id: each.kept.evaluated for each in self._rules}
        for each in alerts:
            is_new = each.kept.evaluated != evaluated.get(each.kept.id)
            for state in each.states:
                key = self._key(each, state)
                now = (state.instance.value,) if is_new else ()
                yield key, (*self._recent.get(key, ()), *now)[-_RECENT:]

    def _key(self, served: ServedAlert, state: GroupState) -> AlertKey:
        return AlertKey(self.name, served.kept.id, state.group)

    def _alert(self, served: ServedAlert, state: GroupState) -> Alert:
        kept, taken, key = served.kept, state.acknowledgement, self._key(served, state)
        muted = Muted(kept.mute.until, kept.mute.reason) if kept.mute else None
        user = taken.user if taken is not None and state.is_acknowledged else None
        notes = " · ".join(_notes(kept, served))
        return Alert(key, kept.rule, state.instance, self._recent.get(key, ()), muted, user, notes)

    def _act(self, name: str, act: Callable[[], None], done: str) -> None:
        """Let the server do something, say what came of it, and ask how it is now."""

        def take(found: LogtuiError | None) -> None:
            if found is not None:
                self._say_failed(found)
                return
            self._messages.say(f"{name} {done} @ {self.name}")
            self._ask()  # an answer that is on its way may be from before

        self._run(f"{name} {done}", act, take)

    def _say_failed(self, error: LogtuiError) -> None:
        self._messages.say(f"alerts: {error}", error=True)

    def _run(self, name: str, job: Callable[[], object], take: Callable[..., None]) -> None:
        self._viewer.bridge.run(f"{name} @ {self.name}", lambda _cancelled: job(), take)


def _answer(served: ServedAlerts, newest: int | None) -> ServerAnswer:
    """Ask for the rules, and for what has happened since an entry of the history; None for the newest page."""
    if newest is None:
        return ServerAnswer(served.alerts(), served.history(_PAGE))
    return ServerAnswer(served.alerts(), list(_since(served, newest)))


def _since(served: ServedAlerts, newest: int) -> Iterator[Numbered]:
    """What has happened since an entry of the history, the newest first."""
    before: int | None = None
    while page := served.history(_PAGE, before):
        yield from (entry for entry in page if entry[0] > newest)
        before = page[-1][0]
        if before <= newest:
            return


def _notes(kept: KeptRule, served: ServedAlert) -> Iterator[str]:
    if kept.problem:
        yield kept.problem
    if served.groups:
        firing = sum(state.is_firing for state in served.states)
        yield f"{firing:,} of {served.groups:,} groups firing"


def _happening(server: str, rule: Rule | None, entry: HistoryEntry) -> Happening:
    name = "a deleted rule" if rule is None else rule.name
    label = " · ".join([name, *(f"{field}={value}" for field, value in entry.group)])
    unit = rule.condition.unit if rule else ""
    value = "" if entry.value is None else f" at {entry.value:,.4g}{unit}"
    detail = f", {entry.detail}" if entry.detail else ""
    is_firing = entry.event is HistoryEvent.FIRING
    key = AlertKey(server, entry.rule_id, entry.group)
    return Happening(entry.time, key, f"{label} @ {server}", f"{entry.event.value}{value}{detail}", is_firing)
