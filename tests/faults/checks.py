"""The checks of the fault suite, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.faults.clock import check_jumping_clock
from tests.faults.disk import check_failing_syncs, check_full_disk
from tests.faults.kills import check_kills
from tests.faults.server_kills import check_server_kills
from tests.faults.stalls import check_stalled_journal, check_stalled_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

CHECKS: Final[dict[str, Callable[[Path, int, Random], str]]] = {
    "kill -9": check_kills,
    "kill -9 of a server": check_server_kills,
    "full disk": check_full_disk,
    "failing syncs": check_failing_syncs,
    "jumping clock": check_jumping_clock,
}
"""They get an empty folder, how often the fault happens, and what decides when."""

STALLS: Final[dict[str, Callable[[Path, float], str]]] = {
    "stalled store": check_stalled_store,
    "stalled journal": check_stalled_journal,
}
"""They get an empty folder, and how many seconds a server's storage stalls."""
