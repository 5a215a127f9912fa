"""The library as its users meet it: the help's examples, the types, the memory."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Final

import pytest

from tests.bench.datasets import generate

ROOT = Path(__file__).parent.parent.parent
MOST_KIB: Final = 75 * 1024

USER_CODE = """
from datetime import datetime

from logtui import F, LogParser, Record, Stats


def errors(path: str) -> list[str]:
    logs = LogParser.from_file(path).filter(F(level="ERROR") | ~F({"company.a": 1}), last_minutes=30)
    return [f"{record.pod_name or '-'} {record.message} {record.fields.get('tenant')}" for record in logs]


def when(record: Record) -> datetime | None:
    return record.timestamp


def total(logs: LogParser) -> int:
    stats: Stats = logs.stats()
    levels = sum(stats["by_level"].values())
    return stats["total"] + levels + len(logs.lazy().columns) + max(logs.histogram("5m").values())
"""
WRONG_CODE = """from logtui import F, LogParser
logs = LogParser.from_file("app.log")
logs.filter(last_minutes="soon")
logs.filter(after=5.5)
F(level=3j)
"""
SCENES = {
    "iterating": "sum(1 for record in logs)",
    "filtering": "sum(1 for record in logs.filter(F(level='ERROR') | F(tenant='company_a')))",
    "statistics": "logs.stats()['total']",
}
MEASURED = """
import resource, sys
from pathlib import Path
from logtui import F, LogParser
logs = LogParser.from_file({path!r})
count = {scene}
status = Path("/proc/self/status")  # ru_maxrss counts what the parent held before exec
peak = status.read_text().partition("VmHWM:")[2].split()[:1] if status.exists() else []
print(count, *(peak or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]))
"""


def test_the_examples_of_the_help_are_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = doctest.testfile(str(ROOT / "logtui" / "help" / "library.md"), module_relative=False)
    assert found.attempted > 15
    assert found.failed == 0


def test_the_code_that_the_help_begins_with_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "logtui" / "help" / "library.md").read_text()
    code = re.search(r"^    from logtui import LogParser\n(?:(?:    .*)?\n)+", text, re.MULTILINE)
    assert code is not None
    shutil.copy(ROOT / "sample_data" / "kubernetes.log", tmp_path / "sample_logs.txt")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    exec(textwrap.dedent(code[0]), names)
    printed = capsys.readouterr().out.splitlines()
    records = [line for line in printed if "+00:00 ERROR " in line]
    assert len(records) == names["stats"]["by_level"]["ERROR"] == 98
    assert names["critical_issues"].count() == names["errors"].filter(tenant="company_a").count()
    assert names["backend_logs"].count() == names["recent"].count() == 0


@pytest.mark.slow
def test_the_type_checker_shows_what_filters_take(tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(WRONG_CODE)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "user.py"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert [line.split(":")[1] for line in found.stdout.splitlines() if "[arg-type]" in line] == ["3", "4", "5"]


@pytest.mark.slow
def test_user_code_passes_a_strict_type_checker(tmp_path: Path) -> None:
    (tmp_path / "user.py").write_text(USER_CODE)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "user.py"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cloudwatch") / "generated.log"
    generate(path, "cloudwatch", 12_000_000)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_memory_does_not_grow_with_the_file(generated: Path, tmp_path: Path, scene: str) -> None:
    longer = tmp_path / "longer.log"
    longer.write_bytes(generated.read_bytes() * 4)
    (count, peak), (count_of_longer, peak_of_longer) = (measured(path, scene) for path in (generated, longer))
    assert count_of_longer == 4 * count > 0
    assert peak <= MOST_KIB
    assert peak_of_longer <= min(MOST_KIB, peak * 1.2)


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_memory_does_not_grow_with_the_number_of_pods(tmp_path: Path, scene: str) -> None:
    path = tmp_path / "pods.log"
    line = '{{"time":"2025-07-22T12:00:00Z","log":"ERROR:a:b","kubernetes":{{"pod_name":"web-{0}","id":"{0:x}"}}}}\n'
    path.write_text("".join(line.format(number) for number in range(50_000)))
    count, peak = measured(path, scene)
    assert count == 50_000
    assert peak <= MOST_KIB


def measured(path: Path, scene: str) -> tuple[int, int]:
    """What a scene counts, and its peak memory in KiB."""
    code = MEASURED.format(path=str(path), scene=SCENES[scene])
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    count, peak = printed.split()
    return int(count), int(peak)
