"""Messages to Slack: as a bot with a thread for each episode, or through an incoming webhook."""

from __future__ import annotations

from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, Any, Final

import msgspec

from logtui.alerts.notify.base import RefusedError, UnavailableError, cut, heading, number, one_line
from logtui.alerts.notify.http import post
from logtui.alerts.notify.secrets import resolve_secret, target_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.alerts.notify.base import Attempt, Delivered, Message
    from logtui.alerts.notify.targets import Slack

_MOST_TEXT: Final = 3_000
"""Slack's limit of the text of a section, in characters."""

# Slack refuses messages of about 13,000 characters (`msg_blocks_too_long`) although no block is above its limit.
_MOST_TITLE: Final = 1_000
_MOST_SAMPLE: Final = 400
_MOST_LISTED: Final = 10
_LISTED_TITLE: Final = 300
_LISTED_COMMAND: Final = 600

_LATER: Final = frozenset(
    {"ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)


class _Answer(msgspec.Struct):
    ok: bool
    error: str = ""
    ts: str = ""


def send_slack(target: Slack, attempt: Attempt) -> Delivered:
    """Send messages to Slack, as one message; with a token, into the thread of their episode.

    Raises:
        RefusedError: If the attempt would fail again.
        UnavailableError: If it may succeed later.
    """
    settings = attempt.settings.slack
    content = slack_content(attempt.messages)
    if target.webhook_url:
        return _through_webhook(target_url(target), content, attempt, is_named=attempt.entry.from_file)
    if settings.token:
        return _as_bot(target.channel, content, attempt)
    return _through_webhook(resolve_secret(settings.webhook_url), content, attempt, is_named=True)


def slack_content(messages: Sequence[Message]) -> dict[str, Any]:
    """The text for notices on a screen's edge, and the blocks of the message."""
    title = escaped(heading(messages), _MOST_TITLE)
    texts = _details(messages[0]) if len(messages) == 1 else _listed(messages)
    return {"text": title, "blocks": [_section(f"*{title}*"), *map(_section, texts)]}


def escaped(text: str, size: int) -> str:
    """A text that Slack prints as it stands, without links and mentions.

    Args:
        text: The text.
        size: The most characters of the result; what is longer is cut before it is escaped, never within an escape.
    """
    whole = _escape(text)
    if len(whole) <= size:
        return whole
    ends = accumulate(len(_escape(char)) for char in text)
    kept = sum(1 for _ in takewhile(lambda end: end < size, ends))
    return f"{_escape(text[:kept])}…"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _details(message: Message) -> list[str]:
    value = "no data" if message.value is None else number(message.value)
    facts = f"value {value} · condition {message.condition} · severity {message.severity}"
    texts = [escaped(facts, _MOST_TITLE)]
    texts += [_code("\n".join(cut(line, _MOST_SAMPLE) for line in message.lines))] if message.samples else []
    texts += [escaped("\n".join(message.top_lines), 2 * _MOST_TITLE)] if message.top else []
    texts += [_code(message.command)] if message.command else []
    return texts


def _listed(messages: Sequence[Message]) -> list[str]:
    texts = [_listing(message) for message in messages[:_MOST_LISTED]]
    return [*texts, *([f"and {len(messages) - _MOST_LISTED} more"] if len(messages) > _MOST_LISTED else [])]


def _listing(message: Message) -> str:
    title = escaped(message.summary, _LISTED_TITLE)
    return f"{title}\n{_code(message.command, _LISTED_COMMAND)}" if message.command else title


def _code(text: str, size: int = _MOST_TEXT) -> str:
    fence = "```"
    return f"{fence}{escaped(text.replace(fence, '` ` `'), size - 2 * len(fence))}{fence}"


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _as_bot(channel: str, content: dict[str, Any], attempt: Attempt) -> Delivered:
    settings, thread = attempt.settings.slack, attempt.entry.thread
    # A reply in a thread is not seen in the channel unless it is broadcast.
    place = {"thread_ts": thread, "reply_broadcast": True} if thread else {}
    answer = post(
        f"{settings.api.rstrip('/')}/chat.postMessage",
        msgspec.json.encode({"channel": channel, **content, **place, "unfurl_links": False}),
        attempt,
        headers={
            "Authorization": f"Bearer {resolve_secret(settings.token)}",
            "Content-Type": "application/json; charset=utf-8",
        },
        is_named=True,
    )
    return attempt.delivered(receipt=thread or _posted(answer))


def _posted(answer: bytes) -> str:
    """The time stamp by which Slack names the message."""
    try:
        found = msgspec.json.decode(answer, type=_Answer)
    except msgspec.DecodeError as error:
        raise UnavailableError("slack answered with something other than its JSON") from error
    if found.ok:
        return found.ts
    problem = UnavailableError if found.error in _LATER else RefusedError
    raise problem(f"slack: {one_line(found.error)}")


def _through_webhook(url: str, content: dict[str, Any], attempt: Attempt, *, is_named: bool) -> Delivered:
    post(url, msgspec.json.encode(content), attempt, headers={}, is_named=is_named)
    return attempt.delivered()
