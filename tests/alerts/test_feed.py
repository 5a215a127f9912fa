"""Each record is counted once, whatever happens to the parts that hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from logtui.alerts import feed as feed_module
from logtui.alerts.feed import Feed
from logtui.alerts.news import NewsOfParts
from logtui.alerts.tallies import Tally
from logtui.engine.ingest.position import position_of
from logtui.engine.search.datasets import parts_of_store
from logtui.engine.search.stored_part import StoredPart
from logtui.store import tiers
from logtui.store.compaction import merge_once
from tests.alerts.live import SECOND, Live, errors

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.store import Store

ALL = Tally("", 10 * SECOND)
BY_SERVICE = Tally("level:error", 10 * SECOND, by=("service",))
HORIZONS = {ALL: 0, BY_SERVICE: 0}


@pytest.fixture
def live(tmp_path: Path) -> Live:
    return Live(tmp_path / "store")


def feed_of(store: Store) -> Feed:
    return Feed(NewsOfParts(parts_of_store(store), lambda: position_of(store)))


def counted(feed: Feed) -> tuple[int, int]:
    return tuple(int(feed.of(tally).frame["count"].sum()) for tally in HORIZONS)  # type: ignore[return-value]


def test_new_records_are_added_to_what_was_counted(live: Live) -> None:
    feed = feed_of(live.store)
    feed.advance(HORIZONS)
    assert counted(feed) == (0, 0)
    live.arrive(*errors(1, 2, service="api"), {}, at=3)
    feed.advance(HORIZONS)
    live.arrive(*errors(4), at=5)
    feed.advance(HORIZONS)
    feed.advance(HORIZONS)
    assert counted(feed) == (4, 3)


def test_merged_segments_are_not_counted_again(live: Live) -> None:
    feed, merges = feed_of(live.store), 0
    with patch.object(tiers, "FAN_IN", 3):
        for second in range(12):
            live.arrive(*errors(second), at=second)
            if second % 2:
                feed.advance(HORIZONS)
            merges += bool(merge_once(live.store))
    feed.advance(HORIZONS)
    assert merges > 2
    assert counted(feed) == (12, 12)


def test_counting_that_failed_half_way_is_begun_again(live: Live) -> None:
    feed = feed_of(live.store)
    live.arrive(*errors(1, 2), at=3)
    with patch.object(feed_module, "together", side_effect=OSError("gone")), pytest.raises(OSError, match="gone"):
        feed.advance(HORIZONS)
    feed.advance(HORIZONS)
    assert counted(feed) == (2, 2)
    live.arrive(*errors(4), at=5)
    with patch.object(feed_module, "together", side_effect=OSError("gone")), pytest.raises(OSError, match="gone"):
        feed.advance(HORIZONS)
    feed.advance(HORIZONS)
    assert counted(feed) == (3, 3)


def test_a_tally_that_comes_later_counts_what_was_there(live: Live) -> None:
    feed = feed_of(live.store)
    live.arrive(*errors(1, 2), at=3)
    feed.advance({ALL: 0})
    live.arrive(*errors(4), at=5)
    feed.advance(HORIZONS)
    assert counted(feed) == (3, 3)


@pytest.mark.parametrize("days", [1, 10])
def test_only_what_is_new_is_read_however_long_the_history_is(live: Live, days: int) -> None:
    feed, times = feed_of(live.store), [number * 8 * 3600 for number in range(3 * days + 2)]
    for time in times[:-1]:
        live.arrive(*errors(time), at=time)
        if time in times[-3:]:
            feed.advance(HORIZONS)
    live.arrive(*errors(times[-1]), at=times[-1])
    with patch.object(StoredPart, "lazy", autospec=True, side_effect=StoredPart.lazy) as reading:
        feed.advance(HORIZONS)
    assert len({call.args[0].id for call in reading.call_args_list}) == 1
    assert counted(feed) == (len(times), len(times))
