"""A record in the user's editor."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from logtui.errors import ConfigError
from logtui.tui.record.editing import editor_command, editor_in, place_of
from tests.tui.fakes import records
from tests.tui.screen import screen
from tests.tui.terminal.helpers import terminal

if TYPE_CHECKING:
    import polars as pl

FILE = Path("/logs/app.log")


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        (["vim"], ["vim", "+7", "/logs/app.log"]),
        (["/usr/bin/nano", "-w"], ["/usr/bin/nano", "-w", "+7", "/logs/app.log"]),
        (["code", "--wait"], ["code", "--wait", "--goto", "/logs/app.log:7"]),
        (["hx"], ["hx", "/logs/app.log:7"]),
        (["someeditor"], ["someeditor", "/logs/app.log"]),
    ],
)
def test_an_editor_is_told_the_line_in_its_own_way(editor: list[str], words: list[str]) -> None:
    assert editor_command(editor, FILE, 7) == words


def test_visual_goes_before_editor() -> None:
    assert editor_in({"VISUAL": "sh -x", "EDITOR": "cat", "PATH": "/bin:/usr/bin"}) == ["sh", "-x"]
    assert editor_in({"VISUAL": " ", "EDITOR": "cat", "PATH": "/bin:/usr/bin"}) == ["cat"]


@pytest.mark.parametrize(
    ("editor", "told"),
    [
        (None, "no editor is set (export EDITOR=vim, or the one that you use)"),
        ("nosucheditor -w", "$EDITOR: there is no program 'nosucheditor'"),
        ("vim '", "$EDITOR: No closing quotation"),
    ],
)
def test_what_cannot_be_an_editor_is_told(editor: str | None, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        editor_in({"EDITOR": editor} if editor else {})
    assert str(caught.value) == told


def record_at(path: Path, raw: str, offset: int = 0, line: int = 1) -> pl.DataFrame:
    return records([{"raw": raw, "source": str(path), "offset": offset, "line": line}])


def test_a_record_is_found_where_it_stands(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"\xef\xbb\xbffirst\r\nsecond \xff\xc3\xa9\n" + "long é".encode() * 500)
    assert place_of(record_at(log, "first")) == (log, 1)
    assert place_of(record_at(log, "second �é", 10, 2)) == (log, 2)
    assert place_of(record_at(log, "long é" * 500, 21, 3)) == (log, 3)


def test_a_record_whose_file_holds_something_else_has_no_place(tmp_path: Path) -> None:
    rotated, compressed = tmp_path / "a.log", tmp_path / "a.log.gz"
    rotated.write_text("after rotation\n")
    compressed.write_bytes(gzip.compress(b"before\n"))
    assert place_of(record_at(rotated, "before rotation")) is None
    assert place_of(record_at(compressed, "before")) is None
    assert place_of(record_at(tmp_path / "gone.log", "before")) is None
    assert place_of(record_at(Path("stdin"), "before")) is None


async def test_without_an_editor_a_message_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with screen() as driver:
        await driver.press("v")
        await driver.until(lambda: driver.message.startswith("no editor is set"))


async def test_a_screen_without_a_terminal_of_its_own_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "cat")
    async with screen() as driver:
        await driver.press("v")
        await driver.until(lambda: driver.message == "this terminal cannot be given to an editor")


def test_the_terminal_is_given_to_the_editor_and_taken_back(tmp_path: Path) -> None:
    log, gz, editor = tmp_path / "app.log", tmp_path / "b.log.gz", tmp_path / "vi"
    log.write_text("".join(f"2025-10-07 16:00:0{second} INFO m{second}\n" for second in range(1, 4)))
    gz.write_bytes(gzip.compress(b"2025-10-07 16:00:00 INFO m0\n"))
    editor.write_text('#!/bin/sh\nfor last; do :; done\necho "opened $* holding $(cat "$last")."\nexit 3\n')
    editor.chmod(0o755)
    with terminal(tmp_path, "open", log, gz, env={"VISUAL": str(editor)}) as shown:
        shown.until("4 records")
        shown.press("g", "j", "j", "v")
        assert f"opened +2 {log} holding" in shown.until_written("m3.")
        shown.until("vi ended with code 3")
        shown.press("g", "v")
        opened = shown.until_written("m0.")
        assert "record-1.log holding" in opened
        assert str(gz) not in opened
        shown.until("vi ended with code 3")
        shown.press("q")
        assert shown.exit_code() == 0
