from __future__ import annotations

import msgspec
import pytest

from logtui.alerts.conditions import Percentage
from logtui.alerts.notify.secrets import redacted
from logtui.alerts.notify.settings import NotifySettings, SlackSettings
from logtui.alerts.notify.targets import Email, PagerDuty, Slack, Webhook
from logtui.alerts.rules import Escalation, Rule
from logtui.server.alerts.checks import check_rule, targets_of, warnings_of, with_secrets_of, with_targets
from logtui.server.problems import ProblemError

ONE, TWO, NEW = (PagerDuty(service_key=name) for name in ("one", "two", "new"))
HIDDEN = redacted(ONE)
HOOK = Webhook(url="https://example.com/T0/hook", secret="key")
RULE = Rule("errors", Percentage(5))
SETTINGS = NotifySettings()


def rule_of(*targets: PagerDuty | Webhook | Slack | Email, later: tuple[PagerDuty, ...] = ()) -> Rule:
    escalation = (Escalation("5m", later),) if later else ()
    return msgspec.structs.replace(RULE, notifications=targets, escalation=escalation)


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        (rule_of(ONE, HOOK), rule_of(HIDDEN, redacted(HOOK)), rule_of(ONE, HOOK)),
        (rule_of(ONE, TWO), rule_of(HIDDEN, HIDDEN), rule_of(ONE, TWO)),
        (rule_of(ONE, later=(TWO,)), rule_of(HIDDEN, later=(HIDDEN,)), rule_of(ONE, later=(TWO,))),
        (rule_of(ONE, TWO), rule_of(HIDDEN), rule_of(HIDDEN)),
        (rule_of(ONE, TWO), rule_of(NEW, HIDDEN), rule_of(NEW, HIDDEN)),
        (rule_of(ONE), rule_of(HIDDEN, HIDDEN), rule_of(HIDDEN, HIDDEN)),
        (rule_of(ONE), rule_of(NEW), rule_of(NEW)),
        (rule_of(ONE), rule_of(NEW, HIDDEN), rule_of(NEW, ONE)),
    ],
)
def test_hidden_secrets_come_back_where_there_is_no_doubt(before: Rule, sent: Rule, after: Rule) -> None:
    assert with_secrets_of(sent, before) == after


@pytest.mark.parametrize("target", [HIDDEN, redacted(HOOK)])
def test_a_secret_that_stayed_hidden_is_refused(target: PagerDuty | Webhook) -> None:
    with pytest.raises(ProblemError, match="send the secret itself"):
        check_rule(rule_of(target), SETTINGS)


def test_all_targets_are_found_and_hidden() -> None:
    rule = rule_of(HOOK, later=(ONE, TWO))
    assert [key for key, _ in targets_of(rule)] == [
        "notifications[0]",
        "escalation[0].notify[0]",
        "escalation[0].notify[1]",
    ]
    assert with_targets(rule, redacted) == rule_of(redacted(HOOK), later=(HIDDEN, HIDDEN))


def test_both_queries_of_a_percentage_are_checked() -> None:
    for rule in (
        msgspec.structs.replace(RULE, query="a AND ("),
        msgspec.structs.replace(RULE, condition=Percentage(5, of="a AND (")),
    ):
        with pytest.raises(ProblemError) as caught:
            check_rule(rule, SETTINGS)
        assert caught.value.members["key"] == ("query" if rule.query else "condition.of")
    check_rule(msgspec.structs.replace(RULE, query="level:error", condition=Percentage(5, of="service:pay")), SETTINGS)


def test_what_is_missing_is_said_once() -> None:
    rule = rule_of(Slack(channel="#a"), Slack(channel="#a"), Email(to="a@example.com"), ONE)
    assert warnings_of(rule, NotifySettings()) == [
        "slack #a: set `token` or `webhook_url` in [notify.slack]",
        "email: set `host` and `sender` in [notify.email]",
    ]
    assert len(warnings_of(rule, NotifySettings(slack=SlackSettings(token="xoxb")))) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/hook", "http://[::1]/hook", "https://10.0.0.1/hook"])
def test_a_private_address_is_refused_unless_the_operator_admits_it(url: str) -> None:
    rule = rule_of(Webhook(url=url))
    with pytest.raises(ProblemError, match=r"--allow-webhook"):
        check_rule(rule, SETTINGS)
    check_rule(rule, NotifySettings(allow_webhook=("127.0.0.0/8", "::1", "10.0.0.0/8")))
