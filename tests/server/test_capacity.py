"""What a rate needs follows from what a record costs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.server.capacity import LARGE, NODE_CORES, NODE_DISK_BYTES, SMALL, Mix, capacity

RATES = st.floats(1, 1e7)
DAYS = st.floats(0, 3_650)
MIXES = st.sampled_from([SMALL, LARGE])
LIMITS_BYTES = 5 << 30
"""The journal and the dead letters of one server."""


def test_an_example_by_hand() -> None:
    mix = Mix("even", sent_bytes=400, stored_bytes=100, cpu_seconds=10e-6)
    # 10,000/s for 10 days are 8.64e9 records of 100 bytes on disks that are four fifths full; 0.1 of a core, half busy.
    needed = capacity(mix, 10_000, 10)
    assert (needed.disk_bytes, needed.cores) == pytest.approx((8.64e9 * 100 / 0.8 + LIMITS_BYTES, 0.2))
    assert needed.nodes == 1


def test_processors_or_disks_decide_on_the_servers() -> None:
    busy = Mix("busy", sent_bytes=1, stored_bytes=1, cpu_seconds=20e-6)
    assert capacity(busy, 1_000_000, 0.1).nodes == 10
    bulky = Mix("bulky", sent_bytes=1, stored_bytes=1_000, cpu_seconds=0)
    assert capacity(bulky, 100_000, 1).nodes == 3


@given(MIXES, RATES, DAYS)
def test_every_server_holds_and_does_its_share(mix: Mix, rate: float, days: float) -> None:
    needed = capacity(mix, rate, days)
    assert needed.nodes >= 1
    assert needed.cores <= needed.nodes * NODE_CORES
    assert needed.disk_bytes <= needed.nodes * NODE_DISK_BYTES * 1.000_001


@given(MIXES, RATES, DAYS)
def test_more_records_never_need_less(mix: Mix, rate: float, days: float) -> None:
    less, more = capacity(mix, rate, days), capacity(mix, rate * 2, days)
    assert (less.disk_bytes, less.cores, less.nodes) <= (more.disk_bytes, more.cores, more.nodes)
