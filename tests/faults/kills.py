"""A live store that is killed at any moment has every acknowledged record once, and starts again."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from itertools import cycle, product
from typing import TYPE_CHECKING, Final

import pytest

from logtui.errors import StoreBusyError
from logtui.store import Store
from tests.faults.load import check_found, hasty, opened
from tests.faults.victim import MOMENTS, STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

_BLOCK: Final = 10_000_000
_MOST_LEASE_SECONDS: Final = 30.0
_LONGEST_SECONDS: Final = 2.0
_MOST_CALLS: Final = 12
_STEP_SECONDS: Final = 60.0


def check_kills(folder: Path, rounds: int, chance: Random) -> str:
    """Kill a process that fills a live store, and start it again.

    Args:
        folder: An empty folder.
        rounds: How often; the first time and each third at any moment, else at the steps of its work, in turn.
        chance: Decides on the moments.

    Returns:
        What has been checked, in a line.
    """
    acknowledged: set[int] = set()
    notices, merged = list[str](), 0
    steps = cycle(product(STEPS, MOMENTS))
    for number in range(rounds):
        step = [*next(steps), str(chance.randint(1, _MOST_CALLS))] if number % 3 else []
        for first, size in _acknowledged(folder, number * _BLOCK, step, chance):
            acknowledged.update(range(first, first + size))
        found, tier = _started_again(folder, acknowledged)
        notices, merged = [*notices, *found], max(merged, tier)
        _check_files(folder)
    assert merged, "nothing was merged"
    for notice in notices:
        assert "that was not acknowledged" in notice, notice
    return f"{rounds} kills: {len(acknowledged):,} acknowledged records are found once; cut: {notices or 'nothing'}"


def _acknowledged(folder: Path, first: int, step: list[str], chance: Random) -> Iterator[tuple[int, int]]:
    """What a victim has acknowledged until it was killed: first numbers and counts."""
    arguments = [sys.executable, "-m", "tests.faults.victim", str(folder), str(first), *step]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as victim:
        try:
            assert victim.stdout is not None
            head = victim.stdout.readline()
            _kill(victim, folder, step, chance)
            output, errors = victim.communicate(timeout=_STEP_SECONDS)
            assert not errors, errors.decode()
        finally:
            victim.kill()
    for line in [head, *output.splitlines(keepends=True)]:
        if line.endswith(b"\n"):
            start, size = line.split()
            yield int(start), int(size)


def _kill(victim: subprocess.Popen[bytes], folder: Path, step: list[str], chance: Random) -> None:
    """Kill a victim at a random moment, or wait until it does so at a step."""
    if step:
        return
    with pytest.raises(StoreBusyError):
        opened(folder)
    time.sleep(chance.uniform(0, _LONGEST_SECONDS))
    victim.kill()


def _started_again(folder: Path, acknowledged: set[int]) -> tuple[tuple[str, ...], int]:
    """Start a live store after a kill; what it says it has cut, and how often its records have been merged."""
    with hasty(), opened(folder) as store:
        check_found(store, acknowledged)
        return store.notices, max((each.tier for each in store.storage.store.sealed()), default=0)


def _check_files(folder: Path) -> None:
    """No file is left that belongs to no segment, once the dataset that was asked has let go of its files."""
    until = time.monotonic() + _MOST_LEASE_SECONDS
    while True:
        gc.collect()  # parts refer to each other, and lease files until they are collected
        with Store(folder / "store", writable=True) as store:
            files, wanted = (
                {path.name for path in store.folder.iterdir()},
                {each.path.name for each in store.segments()},
            )
        if files == wanted:
            return
        assert time.monotonic() < until, files ^ wanted
        time.sleep(0.2)
