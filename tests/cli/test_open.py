"""What `logtui open` says instead of opening a screen, and with which exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.cli.open import with_range
from tests.cli.helpers import logtui
from tests.tui.terminal.helpers import terminal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("stdin", [b"", b"one line\n"])
def test_without_a_terminal_the_other_command_is_named(stdin: bytes) -> None:
    done = logtui("open", stdin=stdin)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"logtui: open needs a terminal; `logtui query` prints records instead\n"


def test_in_a_terminal_without_a_path_that_is_asked_for(tmp_path: Path) -> None:
    with terminal(tmp_path, "open", columns=100) as shown:
        shown.until("expected a PATH, or logs on standard input; try `logtui demo`")
        assert shown.exit_code() == 2


@pytest.mark.parametrize(("name", "text", "code"), [("none.log", "no such file", 3), ("empty.log", "file is empty", 1)])
def test_where_there_is_nothing_to_read_that_is_said(tmp_path: Path, name: str, text: str, code: int) -> None:
    (tmp_path / "empty.log").touch()
    with terminal(tmp_path, "open", tmp_path / name, columns=200) as shown:
        shown.until(f"{name}: {text}")
        assert shown.exit_code() == code
        assert not shown.leftovers


def test_a_wrong_query_is_told_before_the_screen_opens(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("one\n")
    with terminal(tmp_path, "open", tmp_path / "app.log", "-q", "level:error AND (a OR", columns=100) as shown:
        shown.until("unclosed (")
        assert shown.exit_code() == 2
        assert not shown.leftovers


@pytest.mark.parametrize(
    ("options", "text"),
    [(["--since", '"; drop'], "expected a time"), (["-q", "level:>foo"], "unknown level 'foo'")],
    ids=["since", "level"],
)
def test_a_value_that_a_query_cannot_have_is_told_before_the_screen_opens(
    tmp_path: Path, options: list[str], text: str
) -> None:
    (tmp_path / "app.log").write_text("one\n")
    with terminal(tmp_path, "open", tmp_path / "app.log", *options, columns=100) as shown:
        shown.until(text)
        assert shown.exit_code() == 2


@pytest.mark.parametrize(
    ("query", "since", "until", "text"),
    [
        ("", None, None, ""),
        ("a OR (b", None, None, "a OR (b"),  # left to the screen to refuse
        ("", "-15m", None, 'timestamp:>="-15m"'),
        ("a OR b", "14:05", "15:00", '(a OR b) timestamp:>="14:05" timestamp:<="15:00"'),
        ("error | top service", None, "15:00", 'error timestamp:<="15:00" | top 10 service'),
    ],
)
def test_a_range_of_time_becomes_clauses_before_the_pipes(
    query: str, since: str | None, until: str | None, text: str
) -> None:
    assert with_range(query, since, until) == text


def test_the_data_folder_of_a_server_is_shown_without_the_server(tmp_path: Path) -> None:
    assert logtui("seed", "--data", tmp_path / "data", "--records", "300").returncode == 0
    with terminal(tmp_path, "open", tmp_path / "data", columns=120) as shown:
        shown.until(lambda: "300 records" in shown.status)
        shown.press("q")
        assert shown.exit_code() == 0
