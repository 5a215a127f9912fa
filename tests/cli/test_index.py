"""Queries through an index print what they print without one, and say how little they read."""

from __future__ import annotations

import random
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from tests.bench.datasets import SHAPES
from tests.cli.helpers import logtui

if TYPE_CHECKING:
    from pathlib import Path

LINES = 200_000
QUERIES = (
    ["timeout user42", "--output", "jsonl"],
    ["level:error id:>99000", "--output", "csv"],
    ["* | stats count() by level, service"],
    ["level:error | dedup | stats count() by service"],
    ["-timeout | histogram 10m by level"],
    ["attempt:3 | top 3 service"],
    ["* | stats avg(id), count(items) by service"],
    ["Appended"],
    ["nothing like this"],
    ["*", "--since", "2025-07-22T01:10Z", "--until", "2025-07-22T01:11Z", "--output", "jsonl"],
    ["level:warn", "--limit", "5"],
)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An indexed file of more than 16 MB that has grown since."""
    folder = tmp_path_factory.mktemp("indexed")
    path = folder / "app.log"
    with path.open("w") as file:
        file.writelines(islice(SHAPES["service"](random.Random(1)), LINES))
    (folder / "config.toml").write_text(f'[cache]\nfolder = "{folder / "cache"}"\n')
    assert logtui("query", "*", path, "--limit", "0", "--index", *config(path)).returncode in (0, 1)
    with path.open("a") as file:
        file.write("2025-07-22T01:12:30.000Z ERROR SearchService user1 Appended line timeout\n")
    return path


def config(path: Path) -> list[str]:
    return ["--config", str(path.parent / "config.toml")]


@pytest.mark.parametrize(
    "query",
    [*QUERIES[:2], *(pytest.param(query, marks=pytest.mark.slow) for query in QUERIES[2:])],
    ids=[query[0] for query in QUERIES],
)
def test_the_answer_is_that_of_the_file(log: Path, query: list[str]) -> None:
    text, *options = query
    through = logtui("query", text, log, *options, *config(log))
    plain = logtui("query", text, log, *options, "--no-cache")
    assert through.stdout == plain.stdout
    assert through.returncode == plain.returncode


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("timeout | stats count()", "199,999 records in 1 segments known from rollups"),
        ("segfault", "199,999 records in 1 segments ruled out"),
        ("timestamp:<2025-07-22T00:00:10Z", "65,536 records in 1 row groups looked at"),
    ],
)
def test_explain_tells_what_is_read(log: Path, query: str, line: str) -> None:
    explanation = logtui("query", query, log, "--explain", *config(log)).stdout.decode()
    assert line in explanation
    assert "bytes of columns" in explanation


def test_the_cache_lists_and_clears_its_indexes(log: Path) -> None:
    listed = logtui("cache", "list", *config(log))
    assert str(log).encode() in listed.stdout
    assert b"1 in " in listed.stderr
    assert b"freed" in logtui("cache", "clear", *config(log)).stderr
    assert logtui("cache", "list", *config(log)).stdout == b""
    logtui("query", "*", log, "--limit", "0", "--index", *config(log))
