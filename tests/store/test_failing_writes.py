"""A disk that refuses, or a writer that dies at any step, loses nothing and leaves nothing half published."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import secrets
import signal
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from logtui.errors import StoreError
from logtui.store import Store
from logtui.store.catalogue import Catalogue
from tests.store.records import frame_of
from tests.store.test_store import messages, numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let the kernel refuse to make files larger, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def incompressible(count: int) -> pl.DataFrame:
    return frame_of([{"message": (text := secrets.token_hex(500)), "raw": text} for _ in range(count)])


def assert_unchanged(folder: Path) -> None:
    """The store is as `begun` left it, and goes on."""
    with Store(folder, writable=True) as store:
        assert messages(store) == ["record 0", "record 1", "record 2"]
        assert store.state("last") == b"1"
        assert {path.name for path in store.folder.iterdir()} == {store.segments()[0].path.name}
        store.seal(numbered(3, 2), {"last": b"2"})
        assert messages(store)[-1] == "record 4"


def begun(folder: Path) -> Store:
    store = Store(folder, writable=True)
    store.seal(numbered(0, 3), {"last": b"1"})
    return store


def test_a_disk_that_is_full_before_the_segment_is_written(tmp_path: Path) -> None:
    with begun(tmp_path) as store, largest_file(100_000):
        with pytest.raises(StoreError, match=r"cannot write: .*File too large"):
            store.seal(incompressible(1_000), {"last": b"2"}, replaces=store.segments())
        assert len(list(store.folder.iterdir())) == 1
        assert messages(store) == ["record 0", "record 1", "record 2"]
    assert_unchanged(tmp_path)


def test_a_disk_that_is_full_when_the_segment_is_published(tmp_path: Path) -> None:
    with begun(tmp_path) as store:
        with largest_file(100_000), pytest.raises(StoreError, match=r"catalogue\.sqlite: ") as caught:
            store.seal(numbered(3, 3), {"last": secrets.token_bytes(300_000)}, replaces=store.segments())
        assert "\n" not in str(caught.value)
        assert messages(store) == ["record 0", "record 1", "record 2"]
    assert_unchanged(tmp_path)


@pytest.mark.parametrize("at_call", [1, 2])
def test_a_segment_or_folder_that_cannot_be_forced_to_the_disk_is_not_published(tmp_path: Path, at_call: int) -> None:
    effects: list[OSError | None] = [None] * (at_call - 1)
    with begun(tmp_path) as store:
        with (
            patch.object(os, "fsync", side_effect=[*effects, OSError(errno.EIO, "Input/output error")]),
            pytest.raises(StoreError, match=r"cannot write: Input/output error"),
        ):
            store.seal(numbered(3, 3), {"last": b"2"}, replaces=store.segments())
        assert len(list(store.folder.iterdir())) == 1
    assert_unchanged(tmp_path)


def test_a_segment_that_cannot_be_renamed_is_not_published(tmp_path: Path) -> None:
    with begun(tmp_path) as store:
        with (
            patch.object(Path, "rename", side_effect=OSError(errno.ENOSPC, "No space left on device")),
            pytest.raises(StoreError, match=r"cannot write: No space left on device"),
        ):
            store.seal(numbered(3, 3), {"last": b"2"}, replaces=store.segments())
        assert len(list(store.folder.iterdir())) == 1
    assert_unchanged(tmp_path)


def test_what_cannot_be_removed_is_swept_later(tmp_path: Path) -> None:
    with begun(tmp_path) as store:
        old = store.segments()[0]
        store.seal(numbered(0, 4), {}, replaces=[old])
        with (
            patch.object(Path, "unlink", side_effect=OSError(errno.EIO, "Input/output error")),
            pytest.raises(StoreError, match=r"cannot remove: Input/output error"),
        ):
            store.sweep()
        assert old.path.exists()
        store.sweep()
        assert not old.path.exists()


STEPS = {
    "before the file is forced": (os, "fsync"),
    "before the file is renamed": (Path, "rename"),
    "before the segment is published": (Catalogue, "publish"),
}


def die_at(folder: Path, step: str) -> None:
    owner, name = STEPS[step]
    with begun(folder) as store, patch.object(owner, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)):
        store.seal(numbered(3, 3), {"last": b"2"}, replaces=store.segments())


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_writer_that_is_killed_at_a_step_has_published_nothing(tmp_path: Path, step: str) -> None:
    writer = multiprocessing.get_context("spawn").Process(target=die_at, args=(tmp_path, step))
    writer.start()
    writer.join()
    assert writer.exitcode == -signal.SIGKILL
    assert_unchanged(tmp_path)
