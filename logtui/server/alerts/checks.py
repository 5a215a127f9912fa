"""Rules that come by HTTP: queries that parse, and targets that may be named there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from logtui.alerts.checks import check_query, queries_of
from logtui.alerts.notify.base import UnavailableError
from logtui.alerts.notify.secrets import HIDDEN, check_from_api, missing_credentials, redacted
from logtui.alerts.notify.targets import Slack, Webhook
from logtui.errors import LogtuiError, QueryError
from logtui.server.alerts.bodies import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from logtui.alerts.notify.settings import NotifySettings
    from logtui.alerts.notify.targets import Target
    from logtui.alerts.rules import Rule


def check_rule(rule: Rule, settings: NotifySettings) -> None:
    """Refuse a rule that could not be evaluated, or that may not come by HTTP. It resolves names, which takes time.

    Args:
        rule: The rule.
        settings: Which addresses its webhooks may name.

    Raises:
        ProblemError: 400 if it is refused.
    """
    for key, text in queries_of(rule).items():
        _check_query(key, text)
    for key, target in targets_of(rule):
        _check_target(key, target, settings)


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
    """A rule with each of its targets changed, in the order of `targets_of`."""
    notifications = tuple(map(change, rule.notifications))
    escalation = tuple(
        msgspec.structs.replace(each, notify=tuple(map(change, each.notify))) for each in rule.escalation
    )
    return msgspec.structs.replace(rule, notifications=notifications, escalation=escalation)


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
        check_query(text)
    except QueryError as error:
        places: dict[str, str | int] = {
            "query": text,
            "start": error.start,
            "end": error.end,
            "context": error.with_caret(),
        }
        raise refused(f"{key}: {error}", key=key, **places) from error


def _check_target(key: str, target: Target, settings: NotifySettings) -> None:
    try:
        check_from_api(target)
        _check_address(target, settings)
    except UnavailableError:
        pass  # a name that cannot be resolved now may be later; the delivery tries again, and its failure is seen
    except LogtuiError as error:
        raise refused(f"{key}: {error}", key=key) from error
    for name in target.secrets:
        if HIDDEN in str(getattr(target, name)):
            raise refused(f"{key}.{name}: send the secret itself; {HIDDEN} stands for it in answers", key=key)


def _check_address(target: Target, settings: NotifySettings) -> None:
    """Refuse an address on the private network that nobody has allowed."""
    from logtui.alerts.notify.guard import Guard  # it loads httpx, which takes 0.1 s

    url = target.url if isinstance(target, Webhook) else target.webhook_url if isinstance(target, Slack) else ""
    if url:
        Guard(settings.allowed).check(url)
