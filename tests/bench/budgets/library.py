"""`LogParser` beside a loop over `json.loads`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from tests.bench.budgets.budget import Budget
from tests.bench.datasets import cloudwatch_lines
from tests.bench.runs import Run, measure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES: Final = 300_000
_LOOP: Final = "import json, sys; print(sum(1 for line in open(sys.argv[1]) if json.loads(line)['log']))"
_PARSER: Final = "import sys; from logtui import F, LogParser; logs = LogParser.from_file(sys.argv[1]); print({scene})"
SCENES: Final = {
    "iteration with time, level, message": ("sum(1 for r in logs if r.timestamp and r.level and r.message)", 3.0),
    "stats()": ("logs.stats()['total']", 3.0),
    "filter(level='ERROR')": ("logs.filter(level='ERROR').count()", 2.0),
    "F(tenant) | F(pod), few match": ("logs.filter(F(tenant='company_x') | F(pod_name='api-7f9c-77')).count()", 1.5),
}


def budgets(folder: Path) -> Iterator[Budget]:
    """Measure the library on lines of CloudWatch."""
    import random
    from itertools import islice

    path = folder / "cloudwatch.log"
    with path.open("w") as file:
        file.writelines(islice(cloudwatch_lines(random.Random(7)), LINES))
    loop = measure("json.loads", [sys.executable, "-c", _LOOP, str(path)])
    for name, (scene, limit) in SCENES.items():
        ours: Run = measure("LogParser", [sys.executable, "-c", _PARSER.format(scene=scene), str(path)])
        yield Budget(f"{name}, {LINES:,} lines of CloudWatch", ours, loop, limit, "cpu")
        yield Budget(f"{name}, memory", ours, None, 75, "peak")
