"""The parts of a store are kept for the next request, and not for ever: the disk is freed of what was dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import polars as pl

from logtui.engine.search import stored_part
from logtui.engine.search.datasets import dataset_of_store, parts_of_store
from logtui.engine.search.request import Request
from logtui.store import Retention, Store, expire
from tests.engine.ingest.batches import wait_until
from tests.store.test_compaction import live_store, second

if TYPE_CHECKING:
    from pathlib import Path

NOTHING = Retention(size=0)


def files_after_retention(store: Store) -> int:
    expire(store, NOTHING, 0)
    return len(list(store.folder.iterdir()))


def test_retention_frees_the_disk_although_somebody_has_searched_before(tmp_path: Path) -> None:
    with (
        patch.object(stored_part, "_IDLE_SECONDS", 0.3),
        live_store(tmp_path) as store,
        Store(tmp_path) as reader,
    ):
        for number in range(3):
            store.seal(second(number), {})
        dataset = dataset_of_store(reader)
        assert dataset.count(Request.everything()).count == 9
        assert files_after_retention(store) == 3
        wait_until(lambda: files_after_retention(store) == 0)
        assert dataset.count(Request.everything()).count == 0


def test_parts_in_use_keep_their_files_however_long_nobody_asks(tmp_path: Path) -> None:
    with patch.object(stored_part, "_IDLE_SECONDS", 0.05), live_store(tmp_path) as store:
        used, other = store.seal(second(0), {}), store.seal(second(1), {})
        part = next(each for each in parts_of_store(store)() if each.extents and each.rows == used.facts.rows)
        wait_until(lambda: files_after_retention(store) == 1)
        assert part.read().height == 3
        assert not (used.path.exists() and other.path.exists())
        del part
        assert files_after_retention(store) == 0


def test_a_segment_keeps_the_id_of_its_part_while_nobody_asks(tmp_path: Path) -> None:
    with patch.object(stored_part, "_IDLE_SECONDS", 0.05), live_store(tmp_path) as store:
        store.seal(second(0), {})
        parts = stored_part.StoredParts(store)
        before = parts.now()[0].id
        wait_until(lambda: not parts._known)
        store.seal(second(1), {})
        ids = [part.id for part in parts.now()]
        assert ids[0] == before
        assert len(set(ids)) == 2


def test_what_is_known_of_segments_is_forgotten_once_they_are_gone(tmp_path: Path) -> None:
    with live_store(tmp_path) as store:
        segments = [store.seal(second(number), {}) for number in range(3)]
        parts = stored_part.StoredParts(store)
        request = Request.of("message:*1 | stats count() by service")
        for piece in parts.pieces(parts.now(), request):
            assert sum(map(len, piece.values(["service"], weighed=True))) > 0
            piece.part.take(pl.Series([0], dtype=pl.UInt32), ["message"])
        caches = [parts.found._known, parts.weighed._known, parts.taken, parts._planner._plans, store._rollups]
        assert all(len(cache) >= 3 for cache in caches)  # type: ignore[arg-type]
        tables = parts._planner._tables._tables
        assert len(tables) > 0
        store.drop(segments)
        parts.now()
        assert [len(cache) for cache in caches] == [0] * len(caches)  # type: ignore[arg-type]
        assert len(tables) == 0
