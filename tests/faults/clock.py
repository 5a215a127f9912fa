"""A clock that jumps back and forth by a day moves the times of records and loses none."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

from tests.faults.load import Load, check_found, hasty, opened

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

_DAY: Final = 86_400 * 10**9
_now: Final = time.time_ns


def check_jumping_clock(folder: Path, rounds: int, chance: Random) -> str:
    """Let the clock jump while a live store is filled.

    Args:
        folder: An empty folder.
        rounds: How often it jumps.
        chance: Decides on the days.

    Returns:
        What has been checked, in a line.
    """
    load = Load()
    with hasty(), opened(folder) as store:
        with load.on(store):
            for _ in range(rounds):
                days = chance.choice([-1, 0, 1])
                with patch("time.time_ns", lambda days=days: _now() + days * _DAY):
                    time.sleep(0.3)
        check_found(store, load.acknowledged, load.refused)
    assert not load.refused
    return f"{rounds} jumps: {len(load.acknowledged):,} acknowledged records are found once"
