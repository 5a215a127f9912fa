"""What every test shares: hypothesis without deadlines, since the machine may be busy, and compiled modules."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from hypothesis import settings

# The same examples in every run, so that none fails by chance; `--hypothesis-profile=search` looks further.
settings.register_profile("logtui", deadline=None, max_examples=20, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=500)
settings.load_profile("logtui")

# Programs that tests start need not compile all modules anew where Python was told to write none into the folders.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(tempfile.gettempdir()) / f"logtui-bytecode-{os.getuid()}"))


def pytest_sessionfinish() -> None:
    """Save what coverage has measured: a worker that takes ten seconds to leave, as on a busy machine, is killed."""
    coverage = sys.modules.get("coverage")
    running = coverage.Coverage.current() if coverage else None
    if running is not None:
        running.save()
