"""The one gate: `python -m tests.check [--no-tests]` runs format, lint, types, layers and tests.

`python -m tests.check --coverage` runs all tests but the benches and fails where they reach too little of the package.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent

STEPS: Final = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "types": ("mypy", "logtui", "tests", "sample_data/.generator"),
    "layers": ("lint-imports",),
    "tests": ("pytest", "--hypothesis-profile=logtui"),
    "slow tests": ("pytest", "-m", "slow"),
}

# Tests take three times as long while they are watched.
COVERAGE_STEPS: Final = {
    "erase": ("coverage", "erase"),
    "all tests": ("coverage", "run", "-m", "pytest", "-m", "not bench", "-o", "timeout=600"),
    "combine": ("coverage", "combine", "--quiet"),
    "whole package": ("coverage", "report"),
    "each module": (Path(sys.executable).name, "-m", "tests.thin_modules"),
}


def main(arguments: list[str]) -> int:
    """Run every step, also after one has failed.

    Args:
        arguments: The command line without the program's name.

    Returns:
        0 if all steps passed, else 1.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.check", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--no-tests", action="store_true", help="leave the tests out")
    which.add_argument("--coverage", action="store_true", help="only the tests, and how much of the package they reach")
    chosen = parser.parse_args(arguments)
    steps = COVERAGE_STEPS if chosen.coverage else STEPS
    steps = {name: step for name, step in steps.items() if not (chosen.no_tests and name.endswith("tests"))}
    failed = [name for name, step in steps.items() if not _passes(name, step)]
    print(f"failed: {', '.join(failed)}" if failed else f"passed: {', '.join(steps)}")
    return 1 if failed else 0


def _passes(name: str, step: tuple[str, ...]) -> bool:
    program, *arguments = step
    print(f"== {name}: {' '.join(step)}", flush=True)
    started = time.monotonic()
    # The tools of this interpreter's environment, whether or not it is on the PATH.
    beside = Path(sys.executable).with_name(program)
    result = subprocess.run([beside if beside.exists() else program, *arguments], cwd=ROOT, check=False)
    print(f"== {name}: exit {result.returncode} after {time.monotonic() - started:.0f} s", flush=True)
    return result.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
