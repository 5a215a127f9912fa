"""Messages: what targets are told of an alert, with some of its records and the command that opens them."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Final

from logtui.alerts.conditions import Distinct, NewValue
from logtui.alerts.notify.base import SAMPLES, Message
from logtui.engine.search.answer_order import Order
from logtui.engine.search.request import Request
from logtui.errors import LogtuiError
from logtui.model.names import CORE_NAMES
from logtui.model.record import FIELD_PREFIX
from logtui.query import value_clause

if TYPE_CHECKING:
    from logtui.alerts.episodes import News
    from logtui.alerts.rules import Rule
    from logtui.alerts.states import Group
    from logtui.engine.search.dataset import Dataset

_SECONDS: Final = 2.0
"""How long records are looked for: a message without samples in time is better than one with samples too late."""

_SHARE: Final = 0.25
_MOST_SECONDS: Final = 5.0
"""A quarter of the time, and so much at once, may be spent on samples: of hundreds of groups that fire at once the last
have none, since no rule is evaluated meanwhile."""

_SAMPLE_CHARACTERS: Final = 500
_TOP: Final = 3


class Describer:
    """Makes messages.

    Args:
        dataset: Where the records are.
        place: What `logtui open` is given to open the dataset: an address, or paths.
    """

    def __init__(self, dataset: Dataset, place: str) -> None:
        self._dataset = dataset
        self._place = place
        self._allowed, self._asked_at = _MOST_SECONDS, monotonic()

    def message(self, news: News) -> Message:
        """The message of a piece of news."""
        rule, group = news.rule.rule, news.state.group
        until = datetime.fromtimestamp(news.at // 10**9, UTC)
        since = until - timedelta(microseconds=rule.condition.span // 1_000)
        query = narrowed(rule.counted, group)
        is_asked = news.event in ("firing", "escalated") and self._allowance() > 0
        samples, top = self._records(rule, query, since, until) if is_asked else ((), {})
        return Message(
            episode=news.episode,
            rule=rule.name,
            rule_id=news.rule.id,
            group=dict(group),
            event=news.event,
            at=news.at,
            started=news.state.instance.fired or news.at,
            value=news.value,
            condition=rule.condition.described,
            severity=rule.severity,
            query=query,
            samples=samples,
            top=top,
            command=command_of(self._place, query, since, until),
            idempotency_key="",
        )

    def _allowance(self) -> float:
        """Seconds that may be spent on samples now."""
        before, self._asked_at = self._asked_at, monotonic()
        self._allowed = min(_MOST_SECONDS, self._allowed + (self._asked_at - before) * _SHARE)
        return self._allowed

    def _records(
        self, rule: Rule, query: str, since: datetime, until: datetime
    ) -> tuple[tuple[str, ...], dict[str, list[tuple[str, int]]]]:
        """The newest records of a window, and the commonest values of the fields that tell most."""
        asked = replace(
            Request.of(query),
            since=since,
            until=until,
            order=Order.NEWEST_FIRST,
            deadline=monotonic() + _SECONDS,
        )
        began = monotonic()
        try:
            frames = list(self._dataset.records(replace(asked, limit=SAMPLES)))
            names = _telling_fields(rule)
            facets = self._dataset.facets(asked, names)
        except LogtuiError:
            return (), {}
        finally:
            self._allowed -= monotonic() - began
        messages = [text or "" for frame in frames for text in frame["message"].to_list()]
        samples = tuple(text[:_SAMPLE_CHARACTERS] for text in messages[:SAMPLES])
        wanted = {name.removeprefix(FIELD_PREFIX) for name in names}
        return samples, {facet.field: list(facet.top[:_TOP]) for facet in facets.fields if facet.field in wanted}


def narrowed(query: str, group: Group) -> str:
    """A query for the records of one group."""
    clauses = [_group_clause(name, value) for name, value in group]
    return " ".join([f"({query})" if query and clauses else query, *clauses]).strip()


def _group_clause(name: str, value: str) -> str:
    """The clause for a value of a group; records without the field are in one group with those that have it empty."""
    return value_clause(name, value) if value else f"({value_clause(name, None)} OR {value_clause(name, value)})"


def command_of(place: str, query: str, since: datetime, until: datetime) -> str:
    """The command that opens the records of a window."""
    asked = ["-q", query] if query else []
    times = ["--since", f"{since:%Y-%m-%dT%H:%M:%SZ}", "--until", f"{until:%Y-%m-%dT%H:%M:%SZ}"]
    return shlex.join(["logtui", "open", place, *asked, *times])


def _telling_fields(rule: Rule) -> list[str]:
    """The columns whose commonest values a message shows."""
    condition = rule.condition
    own = condition.fields if isinstance(condition, (NewValue, Distinct)) else ()
    return ["level", "service", *(name if name in CORE_NAMES else f"{FIELD_PREFIX}{name}" for name in own)]
