"""A leased segment can be read to the end, whatever replaces it; its file goes once no process reads it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from logtui.store import Store, leases
from logtui.store.catalogue import Catalogue
from tests.store.test_store import messages, numbered

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path


def files(store: Store) -> set[str]:
    return {path.name for path in store.folder.iterdir()}


def test_a_replaced_file_is_swept_while_the_store_is_open(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        old = store.seal(numbered(0, 3), {})
        new = store.seal(numbered(0, 7), {}, replaces=[old])
        assert files(store) == {old.path.name, new.path.name}
        store.sweep()
        assert files(store) == {new.path.name}


def test_a_lease_keeps_a_replaced_file_until_the_last_one_is_released(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as writer, Store(tmp_path) as reader:
        old = writer.seal(numbered(0, 3), {})
        first, second = reader.lease(), writer.lease()
        writer.seal(numbered(0, 7), {}, replaces=[old])
        first.release()
        first.release()
        writer.sweep()
        assert second.segments[0].lazy().collect().height == 3
        second.release()
        assert old.path.exists()
        writer.sweep()
        assert not old.path.exists()


def test_rollups_of_a_replaced_segment_are_found_while_it_is_leased(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as writer, Store(tmp_path) as reader:
        old = writer.seal(numbered(0, 3), {})
        with reader.lease() as lease:
            writer.seal(numbered(0, 7), {}, replaces=[old])
            writer.sweep()
            assert reader.rollups(lease.segments)[0].minutes["count"].sum() == 3


def test_what_a_sweep_did_not_forget_is_forgotten_by_the_next_opening(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        old = store.seal(numbered(0, 3), {})
        store.seal(numbered(0, 7), {}, replaces=[old])
    old.path.unlink()
    with Store(tmp_path, writable=True) as store:
        assert Catalogue(tmp_path / "catalogue.sqlite").replaced() == {}
        assert len(messages(store)) == 7


def test_a_lease_holds_by_whatever_name_the_folder_is_opened(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "store")
    with Store(tmp_path / "store", writable=True) as writer, Store(tmp_path / "link") as reader:
        old = writer.seal(numbered(0, 3), {})
        with reader.lease():
            writer.seal(numbered(0, 7), {}, replaces=[old])
            writer.sweep()
            assert old.path.exists()


def test_opening_for_writing_leaves_what_is_leased(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        old = store.seal(numbered(0, 3), {})
        lease = store.lease()
        store.seal(numbered(0, 7), {}, replaces=[old])
    with Store(tmp_path, writable=True) as store:
        assert lease.segments[0].lazy().collect().height == 3
        lease.release()
        store.sweep()
        assert not old.path.exists()


def test_a_sweep_leaves_a_file_that_is_not_published_yet(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True) as store:
        store.seal(numbered(0, 3), {})
        (store.folder / "another.tmp").write_bytes(b"half a segment")
        store.sweep()
        assert "another.tmp" in files(store)


@pytest.mark.slow
def test_threads_read_whole_stores_while_segments_are_replaced_and_swept(tmp_path: Path) -> None:
    is_done = threading.Event()
    expected = [f"record {number}" for number in range(12)]

    def read() -> int:
        rounds = 0
        with Store(tmp_path) as store:
            while not is_done.is_set() or not rounds:
                with store.lease() as lease:
                    found = [text for segment in lease.segments for text in segment.lazy().collect()["message"]]
                assert found == expected
                rounds += 1
        return rounds

    with Store(tmp_path, writable=True) as writer, ThreadPoolExecutor(3) as pool:
        for first in (0, 4, 8):
            writer.seal(numbered(first, 4), {})
        readers = [pool.submit(read) for _ in range(3)]
        try:
            for step in range(40):
                place = step % 3
                writer.seal(numbered(4 * place, 4), {}, replaces=[writer.segments()[place]])
                writer.sweep()
        finally:
            is_done.set()
        assert all(reader.result() > 0 for reader in readers)
        writer.sweep()
        assert files(writer) == {segment.path.name for segment in writer.segments()}
        assert messages(writer) == expected


def read_until_asked_to_stop(folder: Path, channel: Connection) -> None:
    with Store(folder) as store, store.lease() as lease:
        channel.send(lease.segments[0].number)
        channel.recv()
        channel.send(sum(segment.lazy().collect().height for segment in lease.segments))
    channel.recv()


@pytest.mark.slow
@pytest.mark.parametrize("is_killed", [False, True])
def test_a_lease_of_another_process_holds_until_it_is_released_or_killed(tmp_path: Path, is_killed: bool) -> None:
    context = multiprocessing.get_context("spawn")
    channel, theirs = context.Pipe()
    with Store(tmp_path, writable=True) as store:
        old = store.seal(numbered(0, 3), {})
        reader = context.Process(target=read_until_asked_to_stop, args=(tmp_path, theirs), daemon=True)
        reader.start()
        channel.recv()
        store.seal(numbered(0, 7), {}, replaces=[old])
        with store.lease():  # another descriptor or lease of this process takes nothing from that one
            store.sweep()
        store.sweep()
        assert old.path.exists()
        if is_killed:
            os.kill(reader.pid or 0, signal.SIGKILL)
            reader.join()
        else:
            channel.send("read")
            assert channel.recv() == 3
            channel.send("end")
            reader.join()
        store.sweep()
        assert not old.path.exists()


def read_again_and_again(folder: Path, channel: Connection) -> None:
    rounds = 0
    with Store(folder) as store:
        while not channel.poll():
            with store.lease() as lease:
                found = [text for segment in lease.segments for text in segment.lazy().collect()["message"]]
            assert found == [f"record {number}" for number in range(12)]
            rounds += 1
            channel.send(rounds) if rounds == 1 else None
    channel.send(rounds)


@pytest.mark.slow
def test_processes_read_whole_stores_while_segments_are_replaced_and_swept(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    channel, theirs = context.Pipe()
    with Store(tmp_path, writable=True) as writer:
        for first in (0, 4, 8):
            writer.seal(numbered(first, 4), {})
        reader = context.Process(target=read_again_and_again, args=(tmp_path, theirs), daemon=True)
        reader.start()
        assert channel.recv() == 1
        for step in range(150):
            writer.seal(numbered(4 * (step % 3), 4), {}, replaces=[writer.segments()[step % 3]])
            writer.sweep()
        channel.send("end")
        assert channel.recv() > 1
        reader.join()
        assert reader.exitcode == 0
        writer.sweep()
        assert files(writer) == {segment.path.name for segment in writer.segments()}


def test_the_lease_file_is_open_only_while_something_is_leased(tmp_path: Path) -> None:
    gc.collect()
    before = len(leases._open)
    with Store(tmp_path, writable=True) as store:
        empty = store.lease()
        store.seal(numbered(0, 3), {})
        first, second = store.lease(), store.lease()
        assert len(leases._open) == before + 1
        first.release()
        empty.release()
        assert len(leases._open) == before + 1
        second.release()
        assert len(leases._open) == before
