"""The query parser's tables are kept in a folder, and everything works where that is impossible."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from logtui.cli.parser_tables import prepare_parser
from logtui.query.syntax import grammar

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_start_makes_a_file_and_the_next_one_loads_it(tmp_path: Path) -> None:
    prepare_parser(tmp_path)
    (path,) = tmp_path.iterdir()
    written = path.stat().st_mtime_ns
    made = grammar.parser()
    prepare_parser(tmp_path)
    assert grammar.parser() is not made
    assert path.stat().st_mtime_ns == written


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    prepare_parser(tmp_path)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    prepare_parser(tmp_path)
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_folder_that_cannot_be_written_leaves_the_parser_working(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    prepare_parser(tmp_path / place)
    assert grammar.parser().parse([]).data == "start"


@pytest.mark.parametrize(("options", "files"), [([], ["query-parser"]), (["--no-cache"], [])])
def test_a_query_keeps_the_tables_unless_it_must_leave_nothing(
    tmp_path: Path, options: list[str], files: list[str]
) -> None:
    log = tmp_path / "app.log"
    log.write_text("2025-10-07 12:00:00 INFO a x\n")
    command = [sys.executable, "-m", "logtui", "query", "x", str(log), *options]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"XDG_CACHE_HOME": str(tmp_path / "c")})
    assert [path.name for path in tmp_path.glob("c/logtui/*")] == files
