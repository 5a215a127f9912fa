"""Following a flood costs the screen a bounded number of messages and no layout, however many records come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from textual.message_pump import MessagePump
from textual.messages import Layout

from logtui.engine.read.batch import Records
from tests.tui.fakes import incident
from tests.tui.screen import Driver, screen

if TYPE_CHECKING:
    from textual.message import Message

BATCHES_PER_SECOND, RECORDS = 20, 2_500
SECONDS = 3.0
MESSAGES_PER_SECOND = 20


async def flood(driver: Driver) -> float:
    """Have 50,000 records a second arrive for some seconds; tells how long it took."""
    frame = incident(RECORDS)
    began = time.monotonic()
    for number in range(int(SECONDS * BATCHES_PER_SECOND)):
        driver.reader.push(Records(frame))
        while time.monotonic() < began + number / BATCHES_PER_SECOND:
            await driver.pilot.pause(0.01)
    return time.monotonic() - began


@pytest.mark.slow
async def test_a_flood_is_followed_with_few_messages_and_no_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    posted: dict[int, Message] = {}  # each once, however far it travels; kept, so that no id comes again
    post = MessagePump.post_message

    def noted(self: MessagePump, message: Message) -> bool:
        posted[id(message)] = message
        return post(self, message)

    async with screen(endless=True, follow=True) as driver:
        monkeypatch.setattr(MessagePump, "post_message", noted)
        seconds = await flood(driver)
        monkeypatch.undo()
        await driver.until(lambda: driver.log_list.window.count > SECONDS * BATCHES_PER_SECOND * RECORDS)
        assert driver.log_list.following
    own = [message for message in posted.values() if type(message).__module__.startswith("logtui.")]
    layouts = [message for message in posted.values() if isinstance(message, Layout)]
    assert 0 < len(own) / seconds <= MESSAGES_PER_SECOND
    assert len(layouts) <= 1, "more records do not move anything on the screen"
