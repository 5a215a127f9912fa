"""Messages to Slack: what is posted where, threads, limits, errors."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.alerts.notify.base import RefusedError, UnavailableError
from logtui.alerts.notify.settings import NotifySettings, SlackSettings
from logtui.alerts.notify.slack import escaped, send_slack, slack_content
from logtui.alerts.notify.targets import Slack
from tests.alerts.notify.deliveries import FIRING, RESOLVED, attempt, groups

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

CHANNEL = Slack(channel="#alerts")


def texts(content: dict[str, Any]) -> list[str]:
    return [block["text"]["text"] for block in content["blocks"]]


def bot(server: HTTPServer) -> NotifySettings:
    return NotifySettings(slack=SlackSettings(token="xoxb-1", api=server.url_for("/api")))


def answer(server: HTTPServer, **body: object) -> None:
    server.expect_request("/api/chat.postMessage", method="POST").respond_with_json(body)


def test_a_message_has_value_threshold_samples_top_values_and_command() -> None:
    title = "[firing] payments fail (service=payments): 142, count &gt; 100 in 5m"
    content = slack_content([FIRING])
    assert content["text"] == title
    assert texts(content) == [
        f"*{title}*",
        "value 142 · condition count &gt; 100 in 5m · severity critical",
        "```card refused &lt;b&gt;\ntime out &amp; retry```",
        "host: web-1 (90), web-2 (52)",
        "```logtui open http://127.0.0.1:8080 -q 'level:error'```",
    ]


def test_a_bot_posts_into_the_channel_and_keeps_the_thread(httpserver: HTTPServer) -> None:
    answer(httpserver, ok=True, ts="1767225600.000100")
    delivered = send_slack(CHANNEL, attempt(CHANNEL, settings=bot(httpserver)))
    [(request, _)] = httpserver.log
    body = request.get_json()
    assert request.headers["Authorization"] == "Bearer xoxb-1"
    assert body == {"channel": "#alerts", **slack_content([FIRING]), "unfurl_links": False}
    assert delivered.receipts == {"e1": "1767225600.000100"}


def test_a_resolve_answers_in_the_thread_of_its_firing(httpserver: HTTPServer) -> None:
    answer(httpserver, ok=True, ts="1767225700.000200")
    given_attempt = attempt(CHANNEL, RESOLVED, settings=bot(httpserver), receipts={"e1": "1767225600.000100"})
    delivered = send_slack(CHANNEL, given_attempt)
    body = httpserver.log[0][0].get_json()
    assert (body["thread_ts"], body["reply_broadcast"]) == ("1767225600.000100", True)
    assert delivered.receipts == {"e1": "1767225600.000100"}


@pytest.mark.parametrize("error", ["channel_not_found", "invalid_auth", "not_in_channel"])
def test_an_error_of_slack_is_final_and_named(httpserver: HTTPServer, error: str) -> None:
    answer(httpserver, ok=False, error=error)
    with pytest.raises(RefusedError, match=f"slack: {error}"):
        send_slack(CHANNEL, attempt(CHANNEL, settings=bot(httpserver)))


@pytest.mark.parametrize("error", ["ratelimited", "internal_error"])
def test_an_error_of_the_moment_is_tried_again(httpserver: HTTPServer, error: str) -> None:
    answer(httpserver, ok=False, error=error)
    with pytest.raises(UnavailableError, match=f"slack: {error}"):
        send_slack(CHANNEL, attempt(CHANNEL, settings=bot(httpserver)))


def test_an_answer_that_is_not_slacks_is_no_success(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/chat.postMessage").respond_with_data("<html>log in</html>")
    with pytest.raises(UnavailableError, match="something other than its JSON"):
        send_slack(CHANNEL, attempt(CHANNEL, settings=bot(httpserver)))


def test_an_incoming_webhook_gets_text_and_blocks(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    httpserver.expect_request("/T/B/x", method="POST").respond_with_data("ok")
    monkeypatch.setenv("SLACK_HOOK", httpserver.url_for("/T/B/x"))
    target = Slack(webhook_url="env:SLACK_HOOK")
    assert send_slack(target, attempt(target)).receipts == {}
    assert httpserver.log[0][0].get_json() == slack_content([FIRING])


def test_a_webhook_of_the_settings_serves_targets_with_a_channel_only(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/T/B/x", method="POST").respond_with_data("ok")
    settings = NotifySettings(slack=SlackSettings(webhook_url=httpserver.url_for("/T/B/x")))
    send_slack(CHANNEL, attempt(CHANNEL, settings=settings, from_file=False))
    assert len(httpserver.log) == 1


def test_a_webhook_through_the_api_is_guarded(httpserver: HTTPServer) -> None:
    target = Slack(webhook_url=httpserver.url_for("/T/B/x"))
    with pytest.raises(RefusedError, match="--allow-webhook"):
        send_slack(target, attempt(target, from_file=False))
    assert httpserver.log == []


def test_fifty_groups_are_one_message_that_says_how_many_are_left_out() -> None:
    found = texts(slack_content(groups(50)))
    assert found[0] == "*[firing] payments fail: 50 alerts*"
    assert len(found) == 12
    assert "service=s9" in found[10]
    assert FIRING.command in found[10]
    assert found[-1] == "and 40 more"


def test_a_sample_cannot_leave_its_block_nor_mention_anyone() -> None:
    hostile = msgspec.structs.replace(FIRING, samples=("``` <!channel> <https://evil.example|click>",))
    assert texts(slack_content([hostile]))[2] == "```` ` ` &lt;!channel&gt; &lt;https://evil.example|click&gt;```"


@pytest.mark.parametrize("count", [1, 50])
def test_the_largest_message_is_within_slacks_limits(count: int) -> None:
    large = msgspec.structs.replace(
        FIRING,
        rule="r" * 5_000,
        samples=("<" * 9_000,) * 5,
        top={str(n): [("&" * 900, 1)] * 5 for n in range(5)},
        command="c" * 9_000,
        condition="x" * 9_000,
    )
    content = slack_content([large] * count)
    assert max(map(len, texts(content))) <= 3_000
    assert len(msgspec.json.encode(content)) <= 13_000
    assert len(content["blocks"]) <= 50


@given(st.text(alphabet="ab<>&é", max_size=60), st.integers(6, 40))
def test_an_escaped_text_is_within_its_size_and_never_cut_within_an_escape(text: str, size: int) -> None:
    found = escaped(text, size)
    assert len(found) <= size
    plain = html.unescape(found)
    assert plain == text or (plain.endswith("…") and text.startswith(plain[:-1]))
