"""The registry of pipes is all that knows them: each is read, printed, cased and planned by its own files."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import logtui.query
from logtui.query import Query, parse
from logtui.query.syntax.canonical import pipe_text
from logtui.query.syntax.pipes import registry
from logtui.query.syntax.pipes.registry import PIPES, STAGES
from logtui.query.syntax.tree import All
from tests.examples import examples
from tests.query.trees import EXAMPLES

QUERY = Path(logtui.query.__file__).parent
CASES = Path(__file__).parent / "cases"
TABLES = [case for one in tomllib.loads((CASES / "pipes.toml").read_text("utf-8"))["set"] for case in one["cases"]]
PARSED = [row.split("\t")[0] for row in (CASES / "parse.tsv").read_text("utf-8").splitlines() if "\t(pipe" in row]


def used_in(queries: list[str]) -> set[str]:
    return {pipe.name for query in queries for pipe in parse(query).pipes}


def own_files(name: str) -> set[Path]:
    """Where a pipe may be known: its declaration, its stage, the registry."""
    declared, listed = (Path(inspect.getfile(one)) for one in (PIPES[name], registry))
    return {declared, listed, QUERY / "pipes" / f"{STAGES[PIPES[name]].partition('.')[0]}.py"}


def names_in(path: Path) -> set[str]:
    """The names that a module's code has in it, those of its imports included."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return names | attributes | {node.name for node in nodes if isinstance(node, ast.alias)}


def test_every_pipe_has_cases_of_how_it_is_read_and_what_it_makes() -> None:
    assert used_in([case["query"] for case in TABLES]) == set(PIPES)
    assert used_in(PARSED) == set(PIPES)


def test_every_pipe_has_random_examples() -> None:
    assert set(EXAMPLES) == set(PIPES)


@pytest.mark.parametrize("name", PIPES)
@settings(max_examples=examples(40), deadline=None)
@given(data=st.data())
def test_a_pipe_that_is_printed_reads_back_as_the_same_pipe(name: str, data: st.DataObject) -> None:
    pipe = data.draw(EXAMPLES[name])
    assert type(pipe) is PIPES[name]
    assert parse(f"| {pipe_text(pipe)}") == Query(All(), (pipe,))


@pytest.mark.parametrize("name", PIPES)
def test_a_pipe_is_used_as_its_usage_says(name: str) -> None:
    (pipe,) = parse(f"| {PIPES[name].usage}").pipes
    assert type(pipe) is PIPES[name]


@pytest.mark.parametrize("name", PIPES)
def test_only_its_own_files_and_the_registry_know_a_pipe(name: str) -> None:
    knowing = {path for path in QUERY.rglob("*.py") if PIPES[name].__name__ in names_in(path)}
    assert knowing == own_files(name)


@pytest.mark.parametrize("case", [case for case in TABLES if case["table"]], ids=lambda case: case["query"])
def test_a_table_has_the_columns_that_its_pipe_announces(case: dict[str, list[list[object]] | str]) -> None:
    last = parse(str(case["query"])).pipes[-1]
    assert not last.table or list(last.table) == case["table"][0]


def test_pipes_are_read_and_printed_without_the_libraries_that_run_them() -> None:
    texts = [f"| {pipe.usage}" for pipe in PIPES.values()]
    code = (
        "import sys; from logtui.query.syntax.parse import parse; from logtui.query.syntax.canonical import canonical;"
        f" print(*(canonical(parse(text)) for text in {texts}), 'polars' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split()[-1] == "False"
