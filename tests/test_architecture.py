"""What holds for the whole house: light imports in one direction, and documents that tell the truth."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
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
    "server",
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


def imports_of(path: Path, modules: dict[str, Path]) -> set[str]:
    """The modules of the house that a file imports: at its top, in functions, and for annotations alone."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names} | {node.module}
            found -= {node.module} if all(f"{node.module}.{name.name}" in modules for name in node.names) else set()
    return found & modules.keys()


def cycle_among(modules: dict[str, Path]) -> list[str]:
    """Some modules that import each other in a circle; none if there is no circle."""
    try:
        TopologicalSorter({name: imports_of(path, modules) for name, path in modules.items()}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_files_import_each_other_in_a_circle() -> None:
    package = ROOT / "logtui"
    names = {path: ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in package.rglob("*.py")}
    modules = {name.removesuffix(".__init__"): path for path, name in names.items()}
    assert "logtui.tui.viewer" in modules
    assert cycle_among(modules) == []


def test_a_circle_is_found_that_annotations_and_functions_close(tmp_path: Path) -> None:
    one, two, three = (tmp_path / f"{name}.py" for name in ("one", "two", "three"))
    one.write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from two import Name\n")
    two.write_text("def use() -> None:\n    import three\n")
    three.write_text("from one import name\n")
    assert set(cycle_among({path.stem: path for path in (one, two, three)})) == {"one", "two", "three"}
    assert cycle_among({path.stem: path for path in (one, two)}) == []


def written_parameters(code: str) -> list[str]:
    """The parameters into which a function writes by `Series.scatter`."""
    return [
        f"{function.name}: {call.func.value.id}"
        for function in ast.walk(ast.parse(code))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "scatter"
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id in {argument.arg for argument in function.args.args}
    ]


def test_no_function_writes_into_a_column_that_it_was_given() -> None:
    paths = sorted(Path(logtui.__file__).parent.rglob("*.py"))
    assert {path.name: found for path in paths if (found := written_parameters(path.read_text()))} == {}
    assert written_parameters("def f(texts, rows): return texts.scatter(rows, 0)") == ["f: texts"]


@pytest.mark.parametrize("package", HEADLESS)
def test_headless_package_loads_no_front_end(package: str) -> None:
    modules = modules_of(f"logtui.{package}")
    assert package == "errors" or len(modules) > 1
    # structlog and httpx import rich wherever that is installed; our own modules may not (import-linter).
    allowed = {"server": {"fastapi", "rich"}, "alerts": {"rich"}}.get(package, set())
    assert loaded_after_import(modules) & FRONT_END <= allowed


@pytest.mark.parametrize("module", ["logtui", "logtui.cli.main"])
def test_start_is_quick_because_heavy_libraries_wait(module: str) -> None:
    assert loaded_after_import([module]) & {"polars", "textual", "fastapi"} == set()


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
