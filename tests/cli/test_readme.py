"""Every command line of the README runs, and what it lists as options is there."""

from __future__ import annotations

import gzip
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.cli.helpers import PROGRAM, logtui
from tests.tui.terminal.helpers import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parent.parent.parent
README: Final = (ROOT / "README.md").read_text()
COMMANDS: Final = README.partition("## Commands\n")[2].partition("\n## ")[0]
SERVER: Final = README.partition("## A server")[2].partition("\n## ")[0]
STORY: Final = README.replace(COMMANDS, "").replace(SERVER, "")
SHELL: Final = re.compile(r"^    ((?:logtui|pytest|python|pip) .*)$", re.MULTILINE)
INLINE: Final = re.compile(r"`(logtui [^`]*)`")


def command_lines() -> list[str]:
    """All command lines but those of the overview, split where one follows another."""
    found = [*SHELL.findall(STORY), *INLINE.findall(README)]
    return list(dict.fromkeys(part.strip() for line in found for part in line.split("&&")))


def starting_with(*words: str) -> list[str]:
    return [line for line in command_lines() if line.startswith(words)]


def overview() -> Iterator[tuple[str, str]]:
    """The commands of the overview with what stands behind each."""
    parts = re.split(r"^    logtui (\w+)", COMMANDS, flags=re.MULTILINE)[1:]
    return zip(parts[::2], parts[1::2], strict=True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the sample data, to write to."""
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return tmp_path


def test_every_kind_of_command_line_is_run() -> None:
    kinds = ("logtui query", "logtui help", "logtui open", "logtui demo", "pip install", "pytest", "python -m")
    assert [line for line in command_lines() if not line.startswith(kinds)] == []
    assert all(starting_with(kind) for kind in kinds)


@pytest.mark.parametrize("line", starting_with("logtui query", "logtui help"))
def test_a_command_prints_something(line: str, folder: Path) -> None:
    arguments = shlex.split(line)[1:]
    done = logtui(*arguments)
    assert done.returncode == 0, done.stderr
    written = folder / arguments[arguments.index("--to") + 1] if "--to" in arguments else None
    assert written.read_bytes().count(b"\n") > 1 if written else done.stdout.count(b"\n") > 1


@pytest.mark.slow
@pytest.mark.parametrize("line", starting_with("logtui open", "logtui demo"))
@pytest.mark.timeout(240)
def test_a_command_opens_the_six_logs(line: str, folder: Path) -> None:
    with terminal(folder / "home", *shlex.split(line)[1:], columns=120, lines=40) as shown:
        shown.until("12,9", within=120)
        assert "notices" not in shown.status
        shown.press("q")
        assert shown.exit_code() == 0


@pytest.mark.parametrize("line", starting_with("pip install"))
def test_what_is_installed_is_declared(line: str) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    wanted = re.fullmatch(r"pip install (?:\.|'\.\[(\w+)\]')", line)
    assert wanted
    assert wanted[1] is None or wanted[1] in extras


@pytest.mark.parametrize("line", starting_with("pytest", "python -m"))
def test_what_runs_the_tests_is_there(line: str) -> None:
    words = shlex.split(line)
    module = ["pytest"] if words[0] == "pytest" else words[2:]
    done = subprocess.run([PROGRAM[0], "-m", *module, "--help"], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(("command", "rest"), overview(), ids=[command for command, _ in overview()])
def test_the_overview_names_options_that_exist(command: str, rest: str) -> None:
    done = logtui(command, "--help")
    assert done.returncode == 0
    known = set(re.findall(r"--[a-z][a-z-]*", done.stdout.decode()))
    assert set(re.findall(r"--[a-z][a-z-]*", rest)) - known == set()


def test_the_overview_names_all_pages_of_the_manual() -> None:
    listed = re.search(r"the manual: (.*)$", COMMANDS, re.MULTILINE)
    pages = {page.stem for page in (ROOT / "logtui" / "help").glob("*.md")} - {"index"}
    assert listed
    assert set(listed[1].split(", ")) == pages


def test_the_program_in_python_runs(folder: Path) -> None:
    logs = (ROOT / "sample_data" / "kubernetes.log").read_bytes().replace(b"case_id=c-9595", b"case_id=abc")
    (folder / "cloudwatch.log.gz").write_bytes(gzip.compress(logs))
    program = README.partition("## From Python\n\n")[2].partition("\nIt reads")[0]
    code = "\n".join(line.removeprefix("    ") for line in program.splitlines())
    done = subprocess.run([PROGRAM[0], "-c", code], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_readme_ends_with_what_was_decided_and_what_is_left() -> None:
    heading, _, section = README.rpartition("\n## ")[2].partition("\n")
    assert heading == "Decisions, assumptions, limits, next"
    lines = section.strip().splitlines()
    assert len(lines) <= 15
    for word in ("Decided", "Assumed", "Limits", "Next"):
        assert any(line.startswith(f"- {word}: ") for line in lines)
