"""The first lines, painted before the screen's libraries are there."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest

from logtui.cli.preview import first_lines, painted

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


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (10, 5), (1, 1)])
def test_what_is_painted_stays_on_the_screen(columns: int, rows: int) -> None:
    text = painted(("wide 한국어 " * 20,) * 50, columns, rows, "app.log")
    assert all(1 <= int(place) <= max(rows, 6) for place in _rows(text) if place)
    assert "\n" not in text


def _rows(text: str) -> list[str]:
    return [part.split(";")[0] for part in text.split("\x1b[")]
