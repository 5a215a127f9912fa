"""The one gate: `python -m tests.check [--no-tests]` runs format, lint, types, layers and tests."""

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
    "tests": ("pytest",),
    "slow tests": ("pytest", "-m", "slow"),
}


def main(arguments: list[str]) -> int:
    """Run every step, also after one has failed.

    Args:
        arguments: The command line without the program's name.

    Returns:
        0 if all steps passed, else 1.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.check", description=__doc__)
    parser.add_argument("--no-tests", action="store_true", help="leave the tests out")
    steps = [name for name in STEPS if name not in ("tests", "slow tests") or not parser.parse_args(arguments).no_tests]
    failed = [name for name in steps if not _passes(name)]
    print(f"failed: {', '.join(failed)}" if failed else f"passed: {', '.join(steps)}")
    return 1 if failed else 0


def _passes(name: str) -> bool:
    program, *arguments = STEPS[name]
    print(f"== {name}: {' '.join(STEPS[name])}", flush=True)
    started = time.monotonic()
    # The tools of this interpreter's environment, whether or not it is on the PATH.
    beside = Path(sys.executable).with_name(program)
    result = subprocess.run([beside if beside.exists() else program, *arguments], cwd=ROOT, check=False)
    print(f"== {name}: exit {result.returncode} after {time.monotonic() - started:.0f} s", flush=True)
    return result.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
