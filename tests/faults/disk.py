"""A disk that is full or fails for a while: nothing is acknowledged falsely, and it goes on without a restart."""

from __future__ import annotations

import errno
import os
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

from tests.engine.ingest.batches import wait_until
from tests.faults.load import Load, check_found, hasty, opened
from tests.store.test_failing_writes import largest_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from random import Random

_SYNCS: Final = ("fsync", "fdatasync")


def check_full_disk(folder: Path, rounds: int, chance: Random) -> str:
    """Let the kernel refuse that files grow above some size; see `_check`."""
    return _check(folder, rounds, lambda: largest_file(chance.choice([5_000, 40_000, 70_000])))


def check_failing_syncs(folder: Path, rounds: int, chance: Random) -> str:
    """Let syncs fail by chance; see `_check`."""
    return _check(folder, rounds, lambda: _failing_syncs(chance))


def _check(folder: Path, rounds: int, trouble: Callable[[], AbstractContextManager[None]]) -> str:
    """Make trouble while a live store is filled, and end it again, without a restart and then with one.

    Args:
        folder: An empty folder.
        rounds: How often.
        trouble: Makes it.

    Returns:
        What has been checked, in a line.
    """
    load = Load()
    with hasty(), opened(folder) as store:
        with load.on(store):
            for _ in range(rounds):
                with trouble():
                    time.sleep(0.7)
                before = len(load.acknowledged)
                wait_until(lambda before=before: len(load.acknowledged) > before)  # type: ignore[misc]
                time.sleep(0.2)
        check_found(store, load.acknowledged, load.refused)
    with hasty(), opened(folder) as store:
        check_found(store, load.acknowledged, load.refused)
        assert store.notices == ()
    assert load.refused, "the disk has refused nothing"
    return f"{len(load.acknowledged):,} acknowledged records are found once, {len(load.refused):,} refused ones are not"


@contextmanager
def _failing_syncs(chance: Random) -> Iterator[None]:
    def by_chance(sync: Callable[[int], None]) -> Callable[[int], None]:
        def called(descriptor: int) -> None:
            if chance.random() < 0.4:
                code = chance.choice([errno.ENOSPC, errno.EIO])
                raise OSError(code, os.strerror(code))
            sync(descriptor)

        return called

    with ExitStack() as stack:
        for name in _SYNCS:
            stack.enter_context(patch.object(os, name, by_chance(getattr(os, name))))
        yield
