"""Each family of formats: the count by level of a cold file, beside lnav, DuckDB and jq."""

from __future__ import annotations

import importlib.util
import random
import shutil
import sys
from typing import TYPE_CHECKING, Final

from tests.bench.budgets.budget import Budget
from tests.bench.budgets.files import COUNT, LNAV_COUNT, lnav
from tests.bench.budgets.start import LOGTUI
from tests.bench.families import FAMILIES, TITLES, Parts
from tests.bench.runs import Run, measure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE: Final = 100_000_000
DISTINCT: Final = 100_000
_READ_JSON: Final = """
import duckdb, sys
query = "SELECT level, count(*) FROM read_json(?, format='newline_delimited') GROUP BY 1"
print(duckdb.execute(query, sys.argv[1:]).fetchall())
"""


def budgets(folder: Path, size: int = SIZE) -> Iterator[Budget]:
    """Measure a file of each family.

    Args:
        folder: Where files may be written.
        size: Bytes of each file.
    """
    for family in FAMILIES:
        path = folder / f"{family}.log"
        rng = random.Random(7)
        lines = "".join(FAMILIES[family](Parts(rng, number)) + "\n" for number in range(DISTINCT))
        path.write_text(TITLES.get(family, "") + lines * (1 + size // len(lines)))
        ours = measure("logtui", [*LOGTUI, "query", COUNT, str(path), "--no-cache"], repeats=1)
        for peer in _peers(family, path):
            yield Budget(f"count by level, {family}", ours, peer, 1 / 2.5 if peer.name == "lnav" else 3.5)
        path.unlink()


def _peers(family: str, path: Path) -> Iterator[Run]:
    if (viewer := lnav(path, LNAV_COUNT)) is not None:
        yield viewer
    if family != "json":
        return
    if program := shutil.which("jq"):
        yield measure("jq", [program, "-r", ".level", str(path)], repeats=1)
    if importlib.util.find_spec("duckdb") is not None:
        yield measure("DuckDB", [sys.executable, "-c", _READ_JSON, str(path)], repeats=1)
