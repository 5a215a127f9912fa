"""rate and days -> disks, memory, processors and servers, by what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

_DAY_SECONDS: Final = 86_400
_DISK_SHARE: Final = 0.8
"""How full a disk gets: merging writes new segments before it deletes the old ones."""

_CPU_SHARE: Final = 0.5
"""How busy ingestion keeps a processor; searches and peaks have the rest."""

_BESIDE_BYTES: Final = (4 << 30) + (1 << 30)
"""The journal and the dead letters at the limits that they have by default."""

NODE_CORES: Final = 4
NODE_DISK_BYTES: Final = 4 * 10**12
NODE_MEMORY_BYTES: Final = 4 << 30
"""Front and worker took 0.9 GB together at 100,000 records a second, searches included; the page cache has the rest."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Records of one kind, as the benches of the repository make and measure them.

    Attributes:
        name: What it is called.
        sent_bytes: Average size of a record as JSON.
        stored_bytes: Bytes of a record in a sealed segment.
        cpu_seconds: CPU of a record, merging and searches for the newest ones included.
    """

    name: str
    sent_bytes: float
    stored_bytes: float
    cpu_seconds: float


SMALL: Final = Mix("small records", 162, 40.7, 11.2e-6)
"""The mix `challenge` of `tests/bench/test_ingest.py`. The CPU is 9.2 us from the journal on, as
`python -m tests.bench.live --rate 100000` has it with merging and searches, and 2.0 us for the front over HTTP."""

LARGE: Final = Mix("large records", 311, 115.0, 20.3e-6)
"""The mix `reference`. Its steps from body to segment cost 1.81 times those of the other: 12.02 us against 6.63."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a rate needs.

    Attributes:
        disk_bytes: Disk in all, with room to merge, the journals and the dead letters.
        cores: Processors in all.
        nodes: Servers of `NODE_CORES` processors and `NODE_DISK_BYTES` of disk.
    """

    disk_bytes: float
    cores: float
    nodes: int


def capacity(mix: Mix, rate: float, days: float) -> Capacity:
    """Calculate what records need.

    Args:
        mix: What they are like.
        rate: Records a second, on average over the busiest hour.
        days: How many days of them are kept.
    """
    kept_bytes = rate * days * _DAY_SECONDS * mix.stored_bytes / _DISK_SHARE
    cores = rate * mix.cpu_seconds / _CPU_SHARE
    nodes = max(1, ceil(cores / NODE_CORES), ceil(kept_bytes / (NODE_DISK_BYTES - _BESIDE_BYTES)))
    return Capacity(kept_bytes + nodes * _BESIDE_BYTES, cores, nodes)
