"""How fast each format family's clean file is read: `pytest -m bench -n 0 -s tests/bench/test_families.py`."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

import pytest

from logtui.engine.read.batch import final_frames
from logtui.engine.read.reader import Reader
from tests.bench.families import FAMILIES, TITLES, Parts

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

SIZE = int(os.environ.get("LOGTUI_BENCH_BYTES", 64_000_000))
DISTINCT = 100_000


def generate(path: Path, family: str) -> None:
    """Write a clean file of a family of at least `SIZE` bytes; beyond `DISTINCT` lines they repeat."""
    rng = random.Random(7)
    lines = "".join(FAMILIES[family](Parts(rng, number)) + "\n" for number in range(DISTINCT))
    path.write_text(TITLES.get(family, "") + lines * (1 + SIZE // len(lines)))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_clean_file_is_read_by_its_format(family: str, tmp_path: Path) -> None:
    path = tmp_path / f"{family}.log"
    generate(path, family)
    started = time.perf_counter()
    reader = Reader([str(path)])
    records = sum(len(frame) for frame in final_frames(reader.batches()))
    seconds = time.perf_counter() - started
    read = reader.sources[0].format_records
    print(f"\n{family:12} {path.stat().st_size / seconds / 1e6:6.0f} MB/s, {records / seconds / 1e6:5.2f} M records/s")
    assert read[family] == records
