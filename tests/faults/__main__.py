"""The fault suite of the live store: `python -m tests.faults --rounds 50`. It ends with 1 if a record is lost."""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.faults.checks import CHECKS, STALLS

_RECOVERY: Final = Path(__file__).parents[1] / "store" / "journal" / "test_recovery.py"


def main(arguments: list[str]) -> int:
    """Run every check, then those of journals that are cut and damaged at every byte.

    Args:
        arguments: The command line without the program's name.

    Returns:
        0 if every acknowledged record was found once, whatever was done.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each fault happens")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long storage stalls")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6, help="decides when it happens")
    chosen = parser.parse_args(arguments)
    print(f"seed {chosen.seed}")
    for name, check in CHECKS.items():
        with tempfile.TemporaryDirectory() as folder:
            said = check(Path(folder), chosen.rounds, random.Random(chosen.seed))
            print(f"{name}: {said}", flush=True)
    for name, stall in STALLS.items():
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name}: {stall(Path(folder), chosen.seconds)}", flush=True)
    # In a process of its own, because pytest wants to import what these checks have imported already.
    return subprocess.call([sys.executable, "-m", "pytest", "-q", "-n", "0", _RECOVERY])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
