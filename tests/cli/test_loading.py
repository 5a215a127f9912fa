"""Imports without the garbage collector."""

from __future__ import annotations

import gc
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

import pytest

from logtui.cli.loading import uncollected_imports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SCRIPT: Final = """
import gc, sys
before = gc.get_threshold()
from logtui.cli.main import run
try:
    run()
finally:
    print(gc.isenabled(), gc.get_threshold() == before, gc.get_freeze_count() > 50_000, file=sys.stderr)
"""


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_the_collector_stands_still_inside_and_runs_behind() -> None:
    with uncollected_imports():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_runs_again_after_an_import_that_fails() -> None:
    with pytest.raises(ModuleNotFoundError), uncollected_imports():
        import_module("logtui.missing")
    assert gc.isenabled()


def test_what_was_made_inside_is_left_out_of_later_collections() -> None:
    with uncollected_imports():
        made: list[list[int]] = [[] for _ in range(1000)]
    assert gc.get_freeze_count() >= len(made)
    assert not any(each is made for each in gc.get_objects())


def test_a_query_is_answered_with_the_collector_running_over_new_objects_only(tmp_path: Path) -> None:
    path = tmp_path / "small.log"
    path.write_text("2025-07-22T00:00:00Z INFO a\n")
    done = subprocess.run([sys.executable, "-c", _SCRIPT, "query", "INFO", str(path)], capture_output=True, check=True)
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b"True True True\n"
