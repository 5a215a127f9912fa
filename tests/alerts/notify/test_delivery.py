"""Deliveries: outcomes, pauses, limits, order."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.alerts.notify.base import Dead, Delivered, RetryAt
from logtui.alerts.notify.delivery import Deliverer, Limits, queue_of
from logtui.alerts.notify.settings import NotifySettings, SlackSettings
from logtui.alerts.notify.targets import Command, Email, PagerDuty, Slack, Target, Webhook
from tests.alerts.notify.deliveries import NOW, RESOLVED, SECOND, entry

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

    from logtui.alerts.notify.base import Entry

LIMITS = Limits(attempts=5, age=3_600.0, first=4.0, longest=10.0)


def deliverer(settings: NotifySettings | None = None, limits: Limits = LIMITS) -> Deliverer:
    return Deliverer(settings or NotifySettings(), limits, Random(1))


def hook(server: HTTPServer, status: int, **headers: str) -> Webhook:
    found = {name.replace("_", "-"): value for name, value in headers.items()}
    server.expect_request("/hook").respond_with_data("", status, found)
    return Webhook(url=server.url_for("/hook"))


def again(tried: Entry) -> Entry:
    """An entry after a further attempt that failed."""
    return msgspec.structs.replace(tried, attempts=tried.attempts + 1)


def test_an_accepted_delivery_is_delivered(httpserver: HTTPServer) -> None:
    assert deliverer().deliver(entry(hook(httpserver, 200)), NOW) == Delivered()


def test_a_failed_delivery_is_tried_again_after_a_pause(httpserver: HTTPServer) -> None:
    outcome = deliverer().deliver(entry(hook(httpserver, 503)), NOW)
    assert isinstance(outcome, RetryAt)
    assert 2 * SECOND <= outcome.at - NOW <= 4 * SECOND
    assert outcome.reason == "localhost answered 503"


def test_a_receiver_that_recovers_gets_the_delivery_with_the_same_key(httpserver: HTTPServer) -> None:
    for status in (503, 429, 200):
        httpserver.expect_ordered_request("/hook").respond_with_data("", status)
    waiting, now = entry(Webhook(url=httpserver.url_for("/hook"))), NOW
    outcomes = []
    for _ in range(3):
        outcomes.append(deliverer().deliver(waiting, now))
        if isinstance(outcomes[-1], RetryAt):
            waiting, now = again(waiting), outcomes[-1].at
    assert [type(outcome) for outcome in outcomes] == [RetryAt, RetryAt, Delivered]
    assert {request.headers["Idempotency-Key"] for request, _ in httpserver.log} == {"k1"}
    assert len({request.get_data() for request, _ in httpserver.log}) == 1


def test_the_receivers_wish_to_wait_is_honoured(httpserver: HTTPServer) -> None:
    outcome = deliverer().deliver(entry(hook(httpserver, 429, Retry_After="120")), NOW)
    assert isinstance(outcome, RetryAt)
    assert outcome.at == NOW + 120 * SECOND


def test_a_date_to_wait_for_is_honoured(httpserver: HTTPServer) -> None:
    outcome = deliverer().deliver(entry(hook(httpserver, 503, Retry_After="Thu, 01 Jan 2026 00:10:00 GMT")), NOW)
    assert isinstance(outcome, RetryAt)
    assert outcome.at == NOW + 600 * SECOND


def test_a_wish_to_wait_for_ever_ends_with_the_age(httpserver: HTTPServer) -> None:
    waiting = entry(hook(httpserver, 429, Retry_After="999999999"))
    outcome = deliverer().deliver(waiting, NOW)
    assert isinstance(outcome, RetryAt)
    assert outcome.at == NOW + 3_600 * SECOND
    last = deliverer().deliver(again(waiting), outcome.at)
    assert last == Dead("gave up after 2 attempts: localhost answered 429")


def test_a_delivery_is_given_up_after_its_attempts(httpserver: HTTPServer) -> None:
    waiting, outcomes = entry(hook(httpserver, 500)), []
    for _ in range(5):
        outcomes.append(outcome := deliverer().deliver(waiting, NOW))
        waiting = again(waiting) if isinstance(outcome, RetryAt) else waiting
    assert outcomes[-1] == Dead("gave up after 5 attempts: localhost answered 500")
    assert len(httpserver.log) == 5


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_refused_delivery_is_dead_at_once(httpserver: HTTPServer, status: int) -> None:
    assert deliverer().deliver(entry(hook(httpserver, status)), NOW) == Dead(f"localhost answered {status}")


def test_a_private_address_through_the_api_is_dead_with_the_option_named(httpserver: HTTPServer) -> None:
    outcome = deliverer().deliver(entry(hook(httpserver, 200), from_file=False), NOW)
    assert isinstance(outcome, Dead)
    assert "--allow-webhook" in outcome.reason
    assert httpserver.log == []


@pytest.mark.parametrize("target", [Slack(channel="#alerts"), Email(to="a@example.org")])
def test_missing_credentials_fail_visibly(target: Target) -> None:
    outcome = deliverer().deliver(entry(target), NOW)
    assert isinstance(outcome, Dead)
    assert "[notify." in outcome.reason


def test_a_secret_that_is_not_set_fails_visibly() -> None:
    outcome = deliverer().deliver(entry(PagerDuty(service_key="env:NO_SUCH_KEY")), NOW)
    assert outcome == Dead("the environment variable NO_SUCH_KEY is not set")


def test_receipts_lead_the_resolve_into_the_thread(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/chat.postMessage").respond_with_json({"ok": True, "ts": "1.5"})
    sender = deliverer(NotifySettings(slack=SlackSettings(token="t", api=httpserver.url_for(""))))
    target = Slack(channel="#alerts")
    firing = sender.deliver(entry(target), NOW)
    assert firing == Delivered({"e1": "1.5"})
    sender.deliver(entry(target, RESOLVED, receipts=firing.receipts), NOW)
    assert httpserver.log[1][0].get_json()["thread_ts"] == "1.5"


def test_a_command_is_run() -> None:
    assert deliverer().deliver(entry(Command(argv=("true",))), NOW) == Delivered()


@given(st.integers(0, 10_000), st.integers(0, 2**32))
def test_a_pause_is_in_the_upper_half_of_its_range(attempts: int, seed: int) -> None:
    pause = LIMITS.pause(attempts, Random(seed))
    most = min(4.0 * 2 ** min(attempts, 5), 10.0)
    assert most / 2 <= pause <= most


@given(st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_pauses(seed: int) -> None:
    assert LIMITS.pause(3, Random(seed)) == LIMITS.pause(3, Random(seed))


def test_the_usual_limits_try_for_a_day() -> None:
    limits = Limits()
    shortest = sum(limits.pause(attempt, Random(attempt)) for attempt in range(limits.attempts))
    assert shortest > limits.age / 2


def test_each_target_has_its_queue() -> None:
    assert queue_of(Slack(channel="#a")) == queue_of(Slack(channel="#a"))
    assert queue_of(Slack(channel="#a")) != queue_of(Slack(channel="#b"))
