"""A query over a small file loads and compiles only what it needs: counts, since seconds depend on the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_SCRIPT: Final = """
import json, re._compiler, sys
import polars, lark, typer
compiled = []
compile = re._compiler.compile
re._compiler.compile = lambda pattern, flags=0: compiled.append(str(pattern)) or compile(pattern, flags)
before = set(sys.modules)
from logtui.cli.main import run
try:
    run()
finally:
    seen = {"compiled": compiled, "modules": sorted(set(sys.modules) - before)}
    print(json.dumps(seen), file=sys.stderr)
"""
_SERVICE: Final = "2025-07-22T00:00:0{}Z INFO SearchService user1758 Order placed items={}\n"
_ANY_SHAPE: Final = "2025-10-07 12:00:0{} INFO a {}\n"
_NOT_NEEDED: Final = (
    "textual", "rich.console", "pydantic", "sqlite3", "lark.tools", "logtui.tui.app", "logtui.server", "logtui.alerts",
    "logtui.engine.index.file_index", "logtui.engine.live", "logtui.engine.search.planner",
    "logtui.engine.search.stored", "logtui.engine.search.suggestions", "logtui.engine.search.union",
    "logtui.engine.summaries", "logtui.query.locate", "logtui.store.store",
)  # fmt: skip


def _start(folder: Path, line: str) -> dict[str, list[str]]:
    path = folder / "small.log"
    path.write_text("".join(line.format(second, second) for second in range(3)))
    command = [sys.executable, "-c", _SCRIPT, "query", "INFO", str(path)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"XDG_CACHE_HOME": str(folder)}
    )
    assert done.stdout.count("\n") == 3
    found: dict[str, list[str]] = json.loads(done.stderr)
    return found


@pytest.mark.parametrize("name", _NOT_NEEDED)
def test_a_query_over_a_small_file_does_not_load(name: str, service_start: dict[str, list[str]]) -> None:
    assert "logtui.engine.search.files" in service_start["modules"]
    assert not [module for module in service_start["modules"] if module == name or module.startswith(f"{name}.")]


@pytest.mark.parametrize(("line", "most"), [(_SERVICE, 210), (_ANY_SHAPE, 210)])
def test_a_query_over_a_small_file_compiles_few_patterns(tmp_path: Path, line: str, most: int) -> None:
    compiled = _start(tmp_path, line)["compiled"]
    assert 0 < len(compiled) < most


@pytest.fixture(scope="module")
def service_start(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return _start(tmp_path_factory.mktemp("start"), _SERVICE)
