"""Wishes to restore an archive outlive who has them, and are done by the process that writes the store."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from logtui.engine.ingest.position import POSITION
from logtui.engine.ingest.restores import Restores, Wish
from logtui.errors import StoreError
from logtui.store import Retention, Store, expire
from tests.store.test_compaction import live_store, records_of, second

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with live_store(tmp_path / "archived") as store:
        for number in range(3):
            store.seal(second(number), {})
        expire(store, Retention(size=0), time.time_ns(), tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with live_store(tmp_path / "store") as store:
        store.note({POSITION: b"9"})
    return tmp_path / "store"


def numbers(store: Store) -> list[int]:
    return sorted(records_of(store.segments())["seq"]) if store.segments() else []


def test_a_wish_is_done_by_whoever_writes_the_store_next(archive: Path, folder: Path) -> None:
    name = Restores(folder).want(Wish(str(archive)))
    assert not Restores(folder).is_done(name)
    with live_store(folder) as store:
        Restores(folder).grant(store, lambda: False)
        assert Restores(folder).is_done(name)
        assert Restores(folder).wanted() == []
        assert numbers(store) == list(range(9))


def test_it_goes_on_where_it_was_cut_off(archive: Path, folder: Path) -> None:
    restores = Restores(folder)
    name = restores.want(Wish(str(archive)))
    with live_store(folder) as store:
        restores.grant(store, lambda: True)
        assert (numbers(store), restores.is_done(name)) == ([0, 1, 2], False)
    with live_store(folder) as store:
        restores.grant(store, lambda: False)
        assert (numbers(store), restores.is_done(name)) == (list(range(9)), True)


def test_what_cannot_be_done_is_refused_once_and_does_not_hold_up_the_next(archive: Path, folder: Path) -> None:
    restores = Restores(folder)
    refused, done = restores.want(Wish("/nowhere")), restores.want(Wish(str(archive)))
    with live_store(folder) as store:
        restores.grant(store, lambda: False)
    with pytest.raises(StoreError, match="no archive"):
        restores.is_done(refused)
    assert restores.is_done(done)
    assert list((folder / "restores").iterdir()) == []


def test_what_is_no_wish_is_refused(folder: Path) -> None:
    restores = Restores(folder)
    name = restores.want(Wish("/nowhere"))
    (folder / "restores" / f"{name}.wanted").write_bytes(b"{")
    with live_store(folder) as store:
        restores.grant(store, lambda: False)
    with pytest.raises(StoreError, match=r"\.wanted"):
        restores.is_done(name)


def test_days_bound_what_is_missing(archive: Path, tmp_path: Path) -> None:
    with live_store(tmp_path / "other") as store:
        everything = Wish(str(archive)).missing(store)
        day = records_of([store.seal(second(0), {})])["timestamp"][0]
        assert Wish(str(archive), since=day).missing(store) == everything
        assert Wish(str(archive), since=day + timedelta(days=1)).missing(store) == ()
        assert Wish(str(archive), until=day).missing(store) == everything
        assert Wish(str(archive), until=day.replace(hour=0, minute=0, second=0, microsecond=0)).missing(store) == ()
