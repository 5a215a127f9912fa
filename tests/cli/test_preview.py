"""The first lines, painted before the screen's libraries are there."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest

from logtui.cli.preview import first_lines, heads_of, painted

if TYPE_CHECKING:
    from pathlib import Path


def test_the_first_lines_of_a_text_are_harmless(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"\xef\xbb\xbffirst\r\n\x1b[31msecond\x1b[0m\x1b]0;title\x07\n" + b"x" * 200_000)
    assert first_lines(str(path)) == ("first", "second")


def test_a_line_that_is_not_all_there_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"whole\n" + "ä".encode() * 100_000)
    assert first_lines(str(path)) == ("whole",)


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "gzip", "nul", "latin"])
def test_nothing_is_shown_of_what_is_no_text_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "input"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind != "missing":
        content = {"gzip": gzip.compress(b"text\n"), "nul": b"a\x00b\n", "latin": b"caf\xe9\n"}
        path.write_bytes(content[kind])
    assert first_lines(str(path)) == ()


def test_the_first_lines_of_files_are_merged_by_time(tmp_path: Path) -> None:
    texts = {
        "a.log": "2025-10-07T14:00:02Z INFO a second\n  below it\n2025-10-07T14:00:05Z INFO a fifth\n",
        "b.log": "10.0.0.1 - - [07/Oct/2025:14:00:01 +0000] first\n10.0.0.1 - - [07/Oct/2025:14:00:04 +0000] fourth\n",
        "c.jsonl": '{"level": "info", "time": "2025-10-07 14:00:03,250", "message": "third"}\n',
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    words = ("first", "second", "below it", "third", "fourth", "fifth")
    for lines in (heads_of([str(tmp_path)]), heads_of([str(tmp_path / name) for name in reversed(texts)])):
        assert [next(word for word in words if word in line) for line in lines] == list(words)


def test_of_many_files_those_that_were_written_to_first_are_shown(tmp_path: Path) -> None:
    for number in range(50):
        path = tmp_path / f"{number}.log"
        path.write_text(f"line {number}\n")
        os.utime(path, (1_000_000 - number, 1_000_000 - number))
    assert set(heads_of([str(tmp_path)])) == {f"line {number}" for number in range(18, 50)}


def test_the_data_folder_of_a_server_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "first-key").write_text("lt_secret\n")
    (tmp_path / "dead-letters.sqlite").write_bytes(b"")
    assert heads_of([str(tmp_path), "http://127.0.0.1:1", "missing"]) == ()


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (10, 5), (1, 1)])
def test_what_is_painted_stays_on_the_screen(columns: int, rows: int) -> None:
    text = painted(("wide 한국어 " * 20,) * 50, columns, rows, "app.log")
    assert all(1 <= int(place) <= max(rows, 6) for place in _rows(text) if place)
    assert "\n" not in text


def _rows(text: str) -> list[str]:
    return [part.split(";")[0] for part in text.split("\x1b[")]
