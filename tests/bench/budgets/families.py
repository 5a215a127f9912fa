"""Each family of formats: the count by level of a cold file, beside lnav, DuckDB and jq."""

from __future__ import annotations

import importlib.util
import random
import shutil
import sys
from dataclasses import replace
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
_DUCKDB: Final = """
import duckdb, sys
query = f"SELECT level, count(*) FROM {sys.argv[1]} GROUP BY 1"
print(duckdb.execute(query, sys.argv[2:]).fetchall())
"""
_TABLES: Final = {"json": "read_json(?, format='newline_delimited')", "csv": "read_csv(?)"}
"""How DuckDB reads a family."""


def budgets(folder: Path, size: int = SIZE) -> Iterator[Budget]:
    """Measure a file of each family; one that no peer reads is measured beside the first family.

    Args:
        folder: Where files may be written.
        size: Bytes of each file.
    """
    first: Run | None = None
    for family in FAMILIES:
        path = folder / f"{family}.log"
        rng = random.Random(7)
        lines = "".join(FAMILIES[family](Parts(rng, number)) + "\n" for number in range(DISTINCT))
        path.write_text(TITLES.get(family, "") + lines * (1 + size // len(lines)))
        ours = measure("logtui", [*LOGTUI, "query", COUNT, str(path), "--no-cache"], repeats=1)
        first = first or replace(ours, name=f"logtui, {family}")
        peers = list(_peers(family, path))
        for peer in peers:
            yield Budget(f"count by level, {family}", ours, peer, 1 / 2.5 if peer.name == "lnav" else 3.5)
        if not peers:
            yield Budget(f"count by level, {family}", ours, first, 2, "cpu")
        path.unlink()


def _peers(family: str, path: Path) -> Iterator[Run]:
    viewer = lnav(path, LNAV_COUNT)
    if viewer is not None and viewer.lines:  # it prints no row of a file that it does not know to be a log
        yield viewer
    if family == "json" and (program := shutil.which("jq")):
        yield measure("jq", [program, "-r", ".level", str(path)], repeats=1)
    if family in _TABLES and importlib.util.find_spec("duckdb") is not None:
        yield measure("DuckDB", [sys.executable, "-c", _DUCKDB, _TABLES[family], str(path)], repeats=1)
