"""The modules that tests reach too little of: `python -m tests.thin_modules` lists them from the data of coverage."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Final

from coverage import Coverage

LEAST_PERCENT: Final = 80.0


def main() -> int:
    """Print every module of which too little is reached.

    Returns:
        0 if there is none, else 1.
    """
    thin = thin_modules(_report())
    for name, percent in thin.items():
        print(f"{name}: {percent:.1f} % is below {LEAST_PERCENT:.0f} %")
    return 1 if thin else 0


def thin_modules(report: dict[str, dict[str, dict[str, dict[str, float]]]]) -> dict[str, float]:
    """The modules of which too little is reached.

    Args:
        report: The JSON report of coverage.

    Returns:
        Module's file -> percent of its statements and branches that are reached, the thinnest first.
    """
    percents = {name: file["summary"]["percent_covered"] for name, file in report["files"].items()}
    return dict(sorted(((name, percent) for name, percent in percents.items() if percent < LEAST_PERCENT), key=_second))


def _second(pair: tuple[str, float]) -> float:
    return pair[1]


def _report() -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    coverage = Coverage()
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(target))
        report: dict[str, dict[str, dict[str, dict[str, float]]]] = json.loads(target.read_bytes())
        return report


if __name__ == "__main__":
    sys.exit(main())
