"""The Python library beside what a script would do by hand: `pytest -m bench -n 0 -s tests/bench`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.bench.datasets import generate
from tests.bench.runs import measure

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

SIZE = int(os.environ.get("LOGTUI_BENCH_BYTES", 125_000_000))
BY_HAND = "import json, sys; print(sum(1 for line in open({path!r}) if json.loads(line)['log']))"
LIBRARY = "from logtui import LogParser; logs = LogParser.from_file({path!r}); print({scene})"
SCENES = {
    "json.loads": None,
    "iterate": "sum(1 for record in logs)",
    "stats()": "logs.stats()['total']",
    "filter(level=)": "logs.filter(level='ERROR').count()",
    "filter(tenant=)": "logs.filter(tenant='company_a').count()",
    "top(case_id)": "logs.top('case_id')",
    "to_polars()": "logs.to_polars().height",
}


def test_a_cloudwatch_file(tmp_path: Path) -> None:
    path = tmp_path / "cloudwatch.log"
    lines = generate(path, "cloudwatch", SIZE)
    print(f"\n{lines:,} lines, {path.stat().st_size / 1e6:.0f} MB")
    for name, scene in SCENES.items():
        code = (LIBRARY if scene else BY_HAND).format(path=str(path), scene=scene)
        run = measure(name, [sys.executable, "-c", code])
        print(f"  {name:18s} {run.seconds:6.2f} s {lines / run.seconds:9,.0f} records/s {run.peak:5.0f} MB")
        assert run.lines == 1
