"""A worker that shares a queue stores its shares, notes what all have stored, and says until when that is complete."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from logtui.engine.ingest.shared_queue import SharedQueue
from logtui.errors import JournalError
from logtui.store.journal.redis import RedisJournal
from logtui.store.journal.redis_shares import RedisShares
from tests.engine.ingest.batches import json_batch
from tests.store.journal.conftest import redis_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.redis_server import RedisServer

__all__ = ["redis_server"]

pytestmark = pytest.mark.system


class Positions:
    """A store as far as a queue sees it."""

    def __init__(self) -> None:
        self.position = 0

    def ready(self) -> None:
        pass

    def advance(self, position: int) -> None:
        self.position = max(self.position, position)


@pytest.fixture
def journal(redis_server: RedisServer, tmp_path: Path) -> Iterator[RedisJournal]:
    with RedisJournal(redis_server.url_for(tmp_path)) as opened:
        yield opened


def queue_of(journal: RedisJournal, storage: Positions) -> SharedQueue:
    return SharedQueue(journal, RedisShares(journal), storage)


def stopping() -> threading.Event:
    stop = threading.Event()
    stop.set()
    return stop


def test_a_queue_in_which_nothing_is_says_so_soon(journal: RedisJournal) -> None:
    assert queue_of(journal, Positions()).take(threading.Event()) == []


def test_everything_is_taken_once_before_the_end(journal: RedisJournal) -> None:
    for number in range(3):
        journal.append(json_batch([{"message": str(number)}]))
    storage = Positions()
    first, second = queue_of(journal, storage), queue_of(journal, storage)
    frames = first.take(stopping())
    assert [frame.first_seq for frame in frames] == [1, 2, 3]
    assert second.take(stopping()) == []
    assert storage.position == 0
    first.done(frames)
    assert storage.position == 3
    assert first.take(stopping()) == []


def test_what_was_stored_ahead_is_complete_when_the_rest_is_stored(journal: RedisJournal) -> None:
    began, storage = time.time_ns(), Positions()
    first, second = queue_of(journal, storage), queue_of(journal, storage)
    journal.append(json_batch([{"message": "a"}]))
    behind = first.take(stopping())
    journal.append(json_batch([{"message": "b"}]))
    ahead = second.take(stopping())
    second.done(ahead)
    assert (second.complete_until, storage.position) == (0, 0)
    first.done(behind)
    assert first.complete_until == ahead[0].arrival
    second.take(stopping())
    assert second.complete_until > began


def test_another_worker_notes_what_one_that_ended_has_not_noted(journal: RedisJournal) -> None:
    journal.append(json_batch([{"message": "a"}]))
    ended, other = Positions(), Positions()
    queue = queue_of(journal, ended)
    queue.done(queue.take(stopping()))
    queue_of(journal, other).take(stopping())
    assert other.position == 1


def test_a_queue_that_gives_numbers_of_stored_records_to_others_is_refused(journal: RedisJournal) -> None:
    journal.append(json_batch([{"message": "a"}]))
    storage = Positions()
    storage.position = 7
    with pytest.raises(JournalError, match="up to 0 are stored, and the store has all to 7"):
        queue_of(journal, storage).take(stopping())
