"""What is particular to the journal in Redis: several writers, lost connections, crashes, unsafe settings."""

from __future__ import annotations

import asyncio
import itertools
import random
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest
from redis import Redis

from logtui.errors import JournalError, JournalFullError, KeyReuseError
from logtui.store.journal.redis import RedisJournal
from tests.redis_server import RedisServer
from tests.store.journal.batches import assert_without_gap, batch, texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.system

WRITER: Final = """
import itertools, os, sys, threading
from logtui.errors import JournalError
from logtui.store.journal import Batch
from logtui.store.journal.redis import RedisJournal

journal = RedisJournal(sys.argv[1])

def append(name):
    for number in itertools.count():
        text = f"{os.getpid()} {name} {number} "
        first = journal.append(Batch(kind=1, count=3, arrival=1, payload=text.encode() + b"x" * (number % 7 * 500)))
        os.write(1, f"{text}{first}\\n".encode())

for name in range(4):
    threading.Thread(target=append, args=(name,)).start()
append(4)
"""


@pytest.fixture
def url(redis_server: RedisServer, tmp_path: Path) -> str:
    return redis_server.url_for(tmp_path)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A server that a test may end."""
    with RedisServer(tmp_path) as server:
        yield server


def test_several_writers_share_the_numbers(url: str) -> None:
    journals = [RedisJournal(url) for _ in range(3)]
    with ThreadPoolExecutor(12) as threads:
        firsts = list(threads.map(lambda number: journals[number % 3].append(batch(str(number), 2)), range(300)))
    frames = list(journals[0].read(0))
    assert_without_gap(frames, 1, 601)
    assert {frame.first_seq: frame.payload.decode() for frame in frames} == dict(
        zip(firsts, map(str, range(300)), strict=True)
    )
    for journal in journals:
        journal.close()


async def test_a_batch_of_the_same_key_is_kept_once_whoever_is_asked(url: str) -> None:
    named = replace(batch("a", 3), key="order 7")
    with RedisJournal(url) as first, RedisJournal(url) as second:
        kept = await asyncio.gather(*(journal.append_once(named) for journal in (first, second) * 10))
        assert sum(kept) == 1
        with pytest.raises(KeyReuseError, match="other records"):
            await second.append_once(replace(named, payload=b"b"))
        assert texts(first.read(0)) == ["a"]
        assert [await first.append_once(batch("no key")) for _ in range(2)] == [True, True]


async def test_a_key_is_forgotten_in_time(url: str) -> None:
    with RedisJournal(url) as journal, Redis.from_url(url) as client:
        await journal.append_once(replace(batch("a"), key="order 7"))
        assert 3500 < int(client.ttl("{logtui}:journal:key:order 7")) <= 3600


def test_an_append_waits_for_a_server_that_is_started_again(own_server: RedisServer) -> None:
    with RedisJournal(own_server.url()) as journal, ThreadPoolExecutor(1) as threads:
        journal.append(batch("before"))
        own_server.kill()
        waiting = threads.submit(journal.append, batch("while it is away"))
        time.sleep(0.3)
        own_server.start()
        assert waiting.result() == 2
        assert texts(journal.read(0)) == ["before", "while it is away"]


def test_an_append_to_a_server_that_stays_away_fails(own_server: RedisServer) -> None:
    with RedisJournal(own_server.url(), retry_seconds=0.3) as journal:
        own_server.kill()
        with pytest.raises(JournalError, match="cannot be written"):
            journal.append(batch("a"))
        with pytest.raises(JournalError, match=r"127\.0\.0\.1"):
            list(journal.read(0))
        own_server.start()
        assert journal.append(batch("b")) == 1


@contextmanager
def losing_answers(port: int) -> Iterator[int]:
    """A port before a server, where each second answer to an append is lost with its connection."""
    answers = itertools.count()

    def pass_on(client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            while request := client.recv(1 << 20):
                server.sendall(request)
                answer = server.recv(1 << 20)
                if b"EVALSHA" in request and b"writer" in request and next(answers) % 2 == 0:
                    return
                client.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(8) as threads:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threads.submit(pass_on, listener.accept()[0])

        threads.submit(accept)
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    assert next(answers) > 10


def test_an_append_whose_answer_is_lost_lands_once(own_server: RedisServer) -> None:
    with losing_answers(own_server.port) as port:
        with RedisJournal(f"redis://127.0.0.1:{port}/0") as journal, ThreadPoolExecutor(4) as threads:
            firsts = list(threads.map(lambda number: journal.append(batch(str(number))), range(40)))
        with RedisJournal(own_server.url()) as journal:
            frames = list(journal.read(0))
    assert {frame.first_seq: frame.payload.decode() for frame in frames} == dict(
        zip(firsts, map(str, range(40)), strict=True)
    )


def test_a_server_that_loses_what_it_acknowledges_is_refused(tmp_path: Path) -> None:
    for name, wrong in (("appendonly", "no"), ("appendfsync", "everysec"), ("maxmemory_policy", "allkeys-lru")):
        with (
            RedisServer(tmp_path, **{name: wrong}) as server,
            pytest.raises(JournalError, match=f"set {name.replace('_', '-')} "),
        ):
            RedisJournal(server.url())


def test_a_server_that_is_started_again_with_other_settings_is_refused(own_server: RedisServer) -> None:
    with RedisJournal(own_server.url(), retry_seconds=0.3) as journal, Redis.from_url(own_server.url()) as client:
        journal.append(batch("a"))
        client.config_set("appendfsync", "everysec")
        client.client_kill_filter(_type="normal", skipme=True)
        with pytest.raises(JournalError, match="appendfsync always"):
            journal.append(batch("b"))


def test_a_full_memory_holds_batches_and_can_be_trimmed(tmp_path: Path) -> None:
    with RedisServer(tmp_path, maxmemory="6mb") as server, RedisJournal(server.url()) as journal:
        with pytest.raises(JournalFullError):
            deque((journal.append(batch("x" * 500_000)) for _ in range(20)), maxlen=0)
        journal.trim(journal.last)
        assert journal.append(batch("y")) == journal.last


def test_a_journal_that_was_emptied_is_not_taken_for_the_one_that_was_opened(url: str) -> None:
    with RedisJournal(url, retry_seconds=0.1) as journal, Redis.from_url(url) as client:
        journal.append(batch("a"))
        client.flushdb()
        with RedisJournal(url) as other:
            other.append(batch("b"))
            for use in (lambda: journal.append(batch("c")), lambda: list(journal.read(0)), lambda: journal.trim(1)):
                with pytest.raises(JournalError, match="emptied or exchanged"):
                    use()
            assert texts(other.read(0)) == ["b"]


def test_numbers_that_a_store_has_are_not_given_again(url: str) -> None:
    with RedisJournal(url, above=100) as journal:
        assert journal.append(batch("a")) == 101
        assert texts(journal.read(100)) == ["a"]
    with pytest.raises(JournalError, match="goes to record 101, and the store has records to 200"):
        RedisJournal(url, above=200)


def test_one_store_gets_the_records(url: str) -> None:
    with RedisJournal(url) as journal, RedisJournal(url) as other:
        journal.claim("a")
        other.claim("a")
        with pytest.raises(JournalError, match="go to another store"):
            other.claim("b")


def test_what_is_published_is_seen_by_others(url: str) -> None:
    with RedisJournal(url) as journal, RedisJournal(url) as other:
        assert other.published == []
        for text in (b"new", b"at work"):
            journal.publish(text)
        other.publish(b"at work, too")
        assert journal.published == other.published == [b"at work", b"at work, too"]


def test_entries_that_are_missing_or_damaged_are_read_as_lost(url: str) -> None:
    with RedisJournal(url) as journal, Redis.from_url(url) as client:
        for text in "abcde":
            journal.append(batch(text, 3))
        names = [name for name, _ in client.xrange("{logtui}:journal")]
        client.xdel("{logtui}:journal", names[1], names[4])
        frames = list(journal.read(0))
        assert texts(frames) == ["a", "LOST", "c", "d", "LOST"]
        assert_without_gap(frames, 1, 16)


def test_a_password_is_in_no_message() -> None:
    with pytest.raises(JournalError) as caught:
        RedisJournal("redis://:secret@127.0.0.1:1/0", retry_seconds=0)
    assert "secret" not in str(caught.value)


def test_many_pages_are_read_in_order(url: str) -> None:
    with RedisJournal(url) as journal:
        for number in range(100):
            journal.append(batch(str(number).ljust(number * 1000)))
        assert [int(text) for text in texts(journal.read(10))] == list(range(10, 100))


def acknowledged(url: str, server: RedisServer, seconds: float) -> Iterator[tuple[str, int]]:
    """What two writers said to be durable while the server was killed under them and started again."""
    command = [sys.executable, "-c", WRITER, url]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    lines = [each.stdout.readline() for each in writers if each.stdout]
    time.sleep(seconds)
    server.kill()
    server.start()
    time.sleep(seconds)
    for writer in writers:
        with writer:
            assert writer.stdout is not None
            assert writer.poll() is None
            writer.kill()
            lines += writer.stdout
    for line in lines:
        *text, first_seq = line.decode().split()
        yield " ".join(text), int(first_seq)


def check_rounds(server: RedisServer, rounds: int) -> None:
    chance = random.Random(23)
    expected: dict[str, int] = {}
    for _ in range(rounds):
        expected.update(acknowledged(server.url(), server, chance.uniform(0.05, 0.3)))
        with RedisJournal(server.url()) as journal:
            frames = list(journal.read(0))
        found = [(" ".join(frame.payload.decode().split()[:3]), frame.first_seq) for frame in frames]
        assert len(dict(found)) == len(found)
        assert expected.items() <= dict(found).items()
        assert_without_gap(frames, 1, frames[-1].last_seq + 1)
    assert len(expected) > 20 * rounds


def test_every_acknowledged_batch_is_found_once_after_kills_of_the_server(own_server: RedisServer) -> None:
    check_rounds(own_server, 2)


@pytest.mark.slow
def test_every_acknowledged_batch_is_found_once_after_many_kills_of_the_server(own_server: RedisServer) -> None:
    check_rounds(own_server, 15)


def test_a_server_that_is_stopped_for_a_while_has_each_batch_once(own_server: RedisServer) -> None:
    with RedisJournal(own_server.url()) as journal, ThreadPoolExecutor(1) as threads:
        own_server.send_signal(signal.SIGSTOP)
        waiting = threads.submit(journal.append, batch("a"))
        time.sleep(0.3)
        own_server.send_signal(signal.SIGCONT)
        assert waiting.result() == 1
        assert texts(journal.read(0)) == ["a"]
