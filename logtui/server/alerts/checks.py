"""Rules that come by HTTP: queries that parse, and targets that may be named there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from logtui.alerts.conditions import Percentage
from logtui.alerts.notify.secrets import HIDDEN, check_from_api, missing_credentials, redacted
from logtui.engine.search.request import Request
from logtui.errors import LogtuiError, QueryError
from logtui.server.alerts.bodies import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from logtui.alerts.notify.settings import NotifySettings
    from logtui.alerts.notify.targets import Target
    from logtui.alerts.rules import Rule


def check_rule(rule: Rule) -> None:
    """Refuse a rule that could not be evaluated, or that may not come by HTTP.

    Raises:
        ProblemError: 400 if it is refused.
    """
    _check_query("query", rule.query)
    if isinstance(rule.condition, Percentage):
        _check_query("condition.of", rule.condition.of)
    for key, target in targets_of(rule):
        _check_target(key, target)


def warnings_of(rule: Rule, settings: NotifySettings) -> list[str]:
    """What is missing so that everybody can be told."""
    found = (missing_credentials(target, settings) for _, target in targets_of(rule))
    return list(dict.fromkeys(text for text in found if text))


def targets_of(rule: Rule) -> Iterator[tuple[str, Target]]:
    """All targets of a rule, with their places in it."""
    for number, target in enumerate(rule.notifications):
        yield f"notifications[{number}]", target
    for step, escalation in enumerate(rule.escalation):
        for number, target in enumerate(escalation.notify):
            yield f"escalation[{step}].notify[{number}]", target


def with_targets(rule: Rule, change: Callable[[Target], Target]) -> Rule:
    """A rule with each of its targets changed."""
    escalation = tuple(
        msgspec.structs.replace(each, notify=tuple(map(change, each.notify))) for each in rule.escalation
    )
    return msgspec.structs.replace(rule, notifications=tuple(map(change, rule.notifications)), escalation=escalation)


def with_secrets_of(rule: Rule, before: Rule) -> Rule:
    """A rule in which targets that are as they were shown get their secrets back: people send what they have read.

    Targets that look the same get theirs only if there are as many as before: else nobody knows which are meant.
    """
    shown: dict[Target, list[Target]] = {}
    for _, target in targets_of(before):
        shown.setdefault(redacted(target), []).append(target)
    sent = Counter(target for _, target in targets_of(rule))
    secrets = {look: iter(targets) for look, targets in shown.items() if len(targets) == sent[look]}
    return with_targets(rule, lambda target: next(secrets.get(target, iter(())), target))


def _check_query(key: str, text: str) -> None:
    try:
        query = Request.of(text).query
    except QueryError as error:
        places: dict[str, str | int] = {
            "query": text,
            "start": error.start,
            "end": error.end,
            "context": error.with_caret(),
        }
        raise refused(f"{key}: {error}", key=key, **places) from error
    if query.pipes:
        raise refused(f"{key}: expected a filter without pipes, got {text!r}", key=key)


def _check_target(key: str, target: Target) -> None:
    try:
        check_from_api(target)
    except LogtuiError as error:
        raise refused(f"{key}: {error}", key=key) from error
    for name in target.secrets:
        if HIDDEN in str(getattr(target, name)):
            raise refused(f"{key}.{name}: send the secret itself; {HIDDEN} stands for it in answers", key=key)
