"""What holds for the whole house: light imports, and documents that tell the truth."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import logtui

ROOT = Path(__file__).parent.parent
HELP = ROOT / "logtui" / "help"
HEADLESS = (
    "errors",
    "model",
    "sources",
    "lines",
    "formats",
    "store",
    "query",
    "analysis",
    "export",
    "engine",
    "alerts",
    "batch",
    "api",
)
FRONT_END = {"textual", "rich", "typer", "fastapi"}
README_COMMANDS = ("pip install . && logtui open sample_data", "pip install '.[test]' && pytest")


def modules_of(name: str) -> list[str]:
    """A package's name and the names of all its modules."""
    package = importlib.import_module(name)
    found = pkgutil.walk_packages(getattr(package, "__path__", []), prefix=f"{name}.")
    return [name, *(module.name for module in found)]


def loaded_after_import(modules: list[str]) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after these imports."""
    code = f"import sys, {', '.join(modules)}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    command = [sys.executable, "-W", "error", "-c", code]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


@pytest.mark.parametrize("package", HEADLESS)
def test_headless_package_loads_no_front_end(package: str) -> None:
    modules = modules_of(f"logtui.{package}")
    assert package == "errors" or len(modules) > 1
    assert loaded_after_import(modules) & FRONT_END == set()


@pytest.mark.parametrize("module", ["logtui", "logtui.cli.main"])
def test_start_is_quick_because_heavy_libraries_wait(module: str) -> None:
    assert loaded_after_import([module]) & {"polars", "textual"} == set()


@pytest.mark.parametrize("command", README_COMMANDS)
def test_readme_has_the_command(command: str) -> None:
    assert command in (ROOT / "README.md").read_text()


def test_every_help_page_is_in_the_index() -> None:
    index = (HELP / "index.md").read_text()
    topics = {page.stem for page in HELP.glob("*.md")} - {"index"}
    assert {"start", "formats"} <= topics
    assert [topic for topic in sorted(topics) if f"logtui help {topic}" not in index] == []


def test_the_page_on_architecture_names_what_is_there() -> None:
    text = (HELP / "architecture.md").read_text()
    named = [name.rstrip("/") for name in re.findall(r"`((?:[\w.]+/)+[\w.]*)`", text) if "NAME" not in name]
    assert len(named) > 15
    places = [(Path(logtui.__file__).parent, ROOT)[name.startswith("tests/")] / name for name in named]
    assert [place.name for place in places if not (place.exists() or place.with_suffix(".py").exists())] == []


def test_readme_draws_the_folders_in_the_order_of_the_data() -> None:
    folders = {path.name for path in Path(logtui.__file__).parent.iterdir() if (path / "__init__.py").exists()}
    readme = (ROOT / "README.md").read_text()
    assert sorted(folder for folder in folders if f"{folder}/" not in readme) == []
