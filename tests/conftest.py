"""What every test shares: hypothesis without deadlines, since the machine may be busy, and compiled modules."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

from tests.examples import FULL

# The same examples in every run, so that none fails by chance; `--hypothesis-profile=search` looks further.
settings.register_profile("logtui", deadline=None, max_examples=FULL, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=500)
settings.register_profile("short", deadline=None, max_examples=6, derandomize=True)
settings.load_profile("short" if os.environ.get("LOGTUI_SHORT_PROOFS") else "logtui")

_SHORT_CASES = 2
_SHORT_TESTS = 3

# Programs that tests start need not compile all modules anew where Python was told to write none into the folders.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(tempfile.gettempdir()) / f"logtui-bytecode-{os.getuid()}"))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Look at fewer examples in the run that leaves the long proofs out; `--hypothesis-profile` has the last word."""
    if "not slow" in config.option.markexpr:
        settings.load_profile("short")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what starts a server, which takes a second and more; the lines of the README stay for everybody."""
    for item in items:
        module = item.getparent(pytest.Module)
        runs_server = hasattr(module and module.obj, "Server") or {"server", "shared"} & {
            *getattr(item, "fixturenames", ())
        }
        if runs_server and "test_readme" not in item.nodeid:
            item.add_marker(pytest.mark.slow)
    if os.environ.get("LOGTUI_SHORT_PROOFS"):
        items[:] = _short_form(items)


def _short_form(items: list[pytest.Item]) -> list[pytest.Item]:
    """Of the slow tests of a module, and of the cases of a test, some that lie far apart; all of the others."""
    left_out: set[pytest.Item] = set()
    for most, mark in ((_SHORT_CASES, "["), (_SHORT_TESTS, "::")):
        alike: dict[str, list[pytest.Item]] = {}
        for item in items:
            if item.get_closest_marker("slow") and item not in left_out:
                alike.setdefault(item.nodeid.partition(mark)[0], []).append(item)
        for group in alike.values():
            kept = {group[at * len(group) // most] for at in range(most)}
            left_out |= {item for item in group if item not in kept}
    return [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count what was skipped, with the reasons: `pytest -q` would not name them."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped if isinstance(report.longrepr, tuple)
    )
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} skipped: {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail where nothing may be skipped, as in the run that decides what lands."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("LOGTUI_SKIP_NOTHING") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    _save_coverage()


def _save_coverage() -> None:
    """Save what coverage has measured: a worker that takes ten seconds to leave, as on a busy machine, is killed."""
    coverage = sys.modules.get("coverage")
    running = coverage.Coverage.current() if coverage else None
    if running is not None:
        running.save()
