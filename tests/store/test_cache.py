"""The cache stays within its bounds and never takes away what somebody uses."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from logtui.store import Cache, Store
from tests.store.test_store import numbered

if TYPE_CHECKING:
    from pathlib import Path


def filled(root: Path, *keys: str) -> Cache:
    """A cache with one small index per key, the first one used longest ago."""
    cache = Cache(root, limit=10**9)
    for age, key in enumerate(reversed(keys)):
        with Store(cache.folder(key), writable=True) as store:
            store.seal(numbered(0, 200), {})
        os.utime(cache.folder(key) / "use.lock", (1_000_000 - age, 1_000_000 - age))
    return cache


def names(cache: Cache) -> list[str]:
    return [entry.path.name for entry in cache.entries()]


def test_entries_are_listed_the_last_used_first(tmp_path: Path) -> None:
    cache = filled(tmp_path, "a", "b", "c")
    assert names(cache) == ["c", "b", "a"]
    assert all(entry.size > 1000 for entry in cache.entries())


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    size = filled(tmp_path, "a", "b", "c").entries()[0].size
    cache = Cache(tmp_path, limit=2 * size + size // 2)
    cache.evict()
    assert names(cache) == ["c", "b"]
    cache.evict(wanted=size)
    assert names(cache) == ["c"]


def test_what_is_in_use_stays(tmp_path: Path) -> None:
    cache = filled(tmp_path, "a", "b")
    with Store(cache.folder("a")):
        os.utime(cache.folder("a") / "use.lock", (1, 1))
        assert Cache(tmp_path, limit=0).evict() > 0
        assert names(cache) == ["a"]
        assert cache.clear() == (0, 1)
    assert cache.clear()[1] == 0
    assert names(cache) == []


def test_a_cache_that_is_not_there_is_empty(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "absent")
    assert cache.entries() == []
    assert cache.clear() == (0, 0)
    assert 0 < cache.limit <= 10 * 1024**3
