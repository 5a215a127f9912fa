"""The checks of the fault suite in a short form; `python -m tests.faults --rounds 50` is the long one."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.faults.checks import CHECKS, STALLS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_no_acknowledged_record_is_lost_or_doubled(name: str, tmp_path: Path) -> None:
    assert CHECKS[name](tmp_path, 4, random.Random(23))


@pytest.mark.slow
@pytest.mark.parametrize("name", STALLS)
def test_no_acknowledged_record_is_lost_when_storage_stalls(name: str, tmp_path: Path) -> None:
    STALLS[name](tmp_path, 6.0)
