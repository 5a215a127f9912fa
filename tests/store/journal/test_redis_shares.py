"""Workers of one journal in Redis share its records: each is stored by one of them, whoever ends."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from logtui.errors import JournalError
from logtui.store.journal import redis_shares
from logtui.store.journal.redis import RedisJournal
from logtui.store.journal.redis_shares import RedisShares
from logtui.store.seq_range import SeqRange
from tests.store.journal.batches import batch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.redis_server import RedisServer

pytestmark = pytest.mark.system


@pytest.fixture
def url(redis_server: RedisServer, tmp_path: Path) -> str:
    return redis_server.url_for(tmp_path)


@pytest.fixture
def journal(url: str) -> Iterator[RedisJournal]:
    with Redis.from_url(url) as client:
        client.flushdb()
    with RedisJournal(url) as opened:
        yield opened


def taken(shares: RedisShares) -> SeqRange:
    """The next share, which there is."""
    share = shares.take(at_once=True).share
    assert share
    return share


def test_a_share_is_given_to_one_worker(journal: RedisJournal) -> None:
    first, second = RedisShares(journal), RedisShares(journal)
    journal.append(batch("a", 3))
    journal.append(batch("b", 2))
    assert first.take().share == (1, 5)
    assert second.take(at_once=True).share is None
    journal.append(batch("c", 2))
    assert second.take(at_once=True).share == (6, 7)
    assert first.take(at_once=True).share == (1, 5)


def test_nothing_counts_as_stored_before_all_behind_which_it_comes(journal: RedisJournal) -> None:
    first, second = RedisShares(journal), RedisShares(journal)
    journal.append(batch("a", 3))
    behind = taken(first)
    journal.append(batch("b", 2))
    ahead = taken(second)
    assert second.done(ahead, 20)[:3] == (0, 0, 5)
    assert first.done(behind, 10)[:3] == (5, 20, 5)


def test_a_share_whose_worker_is_silent_goes_to_another_with_the_same_range(journal: RedisJournal) -> None:
    silent, other = RedisShares(journal), RedisShares(journal)
    journal.append(batch("a", 3))
    with patch.object(redis_shares, "_HOLD_MS", 50):
        share = taken(silent)
    journal.append(batch("b", 2))
    time.sleep(0.1)
    assert share == taken(other) == (1, 3)
    assert silent.done(share, 10).stored == 0  # it is no longer its own
    assert silent.take(at_once=True).share == (4, 5)
    assert other.done(share, 10).stored == 3


def test_a_worker_that_lives_keeps_its_share(journal: RedisJournal) -> None:
    slow, other = RedisShares(journal), RedisShares(journal)
    journal.append(batch("a", 3))
    with patch.object(redis_shares, "_HOLD_MS", 300):
        assert slow.take().share == (1, 3)
        for _ in range(8):
            time.sleep(0.1)
            slow.hold()
            assert other.take(at_once=True).share is None


def test_a_share_that_is_left_is_free_at_once(journal: RedisJournal) -> None:
    first, second = RedisShares(journal), RedisShares(journal)
    journal.append(batch("a", 3))
    assert first.take().share == (1, 3)
    first.leave()
    assert second.take().share == (1, 3)


def test_small_shares_are_not_cut_one_behind_the_other(journal: RedisJournal) -> None:
    shares = RedisShares(journal)
    journal.append(batch("a", 3))
    assert shares.done(taken(shares), 10).stored == 3
    journal.append(batch("b", 3))
    assert shares.take().share is None
    with patch.object(redis_shares, "_MOST_ROWS", 3):
        assert shares.take().share == (4, 6)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 300)), min_size=1, max_size=30))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_shares_are_whole_frames_without_a_gap_within_their_bounds(url: str, sizes: list[tuple[int, int]]) -> None:
    with Redis.from_url(url) as client:
        client.flushdb()
    with RedisJournal(url) as journal, patch.multiple(redis_shares, _MOST_ROWS=12, _MOST_BYTES=600):
        for count, size in sizes:
            journal.append(replace(batch("", count), payload=b"x" * size))
        frames, shares = list(journal.read(0)), RedisShares(journal)
        found = list[SeqRange]()
        while share := shares.take(at_once=True).share:
            shares.done(share, 1)
            found.append(share)
    assert [share.first_seq for share in found] == [1, *(share.last_seq + 1 for share in found[:-1])]
    assert found[-1].last_seq == frames[-1].last_seq
    assert {share.last_seq for share in found} <= {frame.last_seq for frame in frames}
    for share in found:
        inside = [frame for frame in frames if share.first_seq <= frame.first_seq <= share.last_seq]
        assert len(inside) == 1 or sum(frame.count for frame in inside) <= 12
        assert len(inside) == 1 or sum(len(frame.payload) for frame in inside) <= 600


def test_records_that_are_trimmed_or_lost_hold_up_nobody(url: str, journal: RedisJournal) -> None:
    for text in "abc":
        journal.append(batch(text, 2))
    journal.trim(2)
    shares = RedisShares(journal)
    with Redis.from_url(url) as client:
        client.xtrim("{logtui}:journal", maxlen=0)
    progress = shares.take()
    assert (progress.stored, progress.share) == (2, (3, 6))
    assert [frame.first_seq for frame in journal.read(2)] == [3]
    assert shares.done(SeqRange(3, 6), 1).stored == 6


def test_an_exchanged_journal_is_noticed(url: str, journal: RedisJournal) -> None:
    shares = RedisShares(journal)
    with Redis.from_url(url) as client:
        client.flushdb()
    with pytest.raises(JournalError, match="emptied or exchanged"):
        shares.take()
