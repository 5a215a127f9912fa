"""All budgets beside their peers, in one run: `python -m tests.bench [--only start files library families folders]`.

The peers (lnav, ripgrep, jq, DuckDB) are measured where they are installed. The result is printed, and kept in
`tests/bench/results.md`. The budgets of the server have commands of their own: `python -m tests.bench.load`, `.search`,
`.billion`, `.alerting` and `.live`.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.bench.budgets import families, files, folders, library, start
from tests.bench.budgets.budget import Budget, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AREAS: Final = ("start", "files", "library", "families", "folders")
RESULTS: Final = Path(__file__).with_name("results.md")


def main(arguments: Sequence[str]) -> int:
    """Measure and print; the exit code tells whether all budgets are met.

    Args:
        arguments: The command line without the program's name.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=AREAS, default=AREAS)
    parser.add_argument("--bytes", type=int, default=350_000_000, help="size of the large file")
    parser.add_argument("--to", type=Path, default=RESULTS, help="where the result is kept")
    options = parser.parse_args(arguments)
    measured: list[Budget] = []
    with tempfile.TemporaryDirectory() as folder:
        for area in options.only:
            place = Path(folder) / area
            place.mkdir()
            for budget in _measured(area, place, options.bytes):
                measured.append(budget)
                print(table([budget]).splitlines()[-1], flush=True)
    options.to.write_text(_report(measured, options.bytes))
    return 0 if all(budget.is_met for budget in measured) else 1


def _measured(area: str, folder: Path, size: int) -> Iterator[Budget]:
    match area:
        case "start":
            return start.budgets(folder)
        case "files":
            return files.budgets(folder, size)
        case "library":
            return library.budgets(folder)
        case "families":
            return families.budgets(folder, size // 4)
        case _:
            return folders.budgets(folder, 2 * size)


def _report(measured: Sequence[Budget], size: int) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    head = f"# Budgets, {datetime.now(UTC):%Y-%m-%d}\n\n{machine}; load {load}; large file {size / 1e6:.0f} MB.\n\n"
    return f"{head}{table(measured)}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
