"""Hostile records: what they hold is shown, and none of it acts on the terminal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.tui.terminal.helpers import Terminal, terminal

if TYPE_CHECKING:
    from pathlib import Path

MESSAGES = {
    "markup": b"[red]x[/red] [/] [bold]y [@click=app.quit]z[/]",
    "colours": b"\x1b[31;1mred\x1b[0m plain",
    "cursor": b"\x1b[2J\x1b[H\x1b[10;10H\x1b[5A\x1b[?1049lhome",
    "title": b"\x1b]0;OWNED\x07after \x1b]2;OWNED\x1b\\title",
    "clipboard": b"\x1b]52;c;T1dORUQ=\x07after clipboard",
    "unended": b"\x1b]0;OWNED unended",
    "device": b"\x1bP$qOWNED\x1b\\ \x1b_OWNED\x1b\\ \x1b[6n \x1b[c \x1bc reset",
    "eightbit": "\x9b31m\x9d0;OWNED\x9c c1".encode(),
    "return": b"covered\rby return",
    "bells": b"\x07\x08\x08\x08\x0b\x0c\x0e\x0f\x00nul\x7f",
    "wide": "日本語のログ 한국어 中文 ｗｉｄｅ".encode(),
    "combining": "e\u0301a\u0308 Z\u0335\u0321\u0322\u0351\u0343a\u0334l\u0336g\u0328o".encode(),
    "emoji": "👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 ❤️ 🇩🇪 end".encode(),
    "invalid": b"\xff\xfe\xc3( \xe2\x82 \xf0\x9f end",
    "backwards": "\u202egpj.exe\u202c \u2067x\u2069 end".encode(),
    "separators": "a\u2028b\u2029c\u0085d end".encode(),
    "tabs": b"a\tb\tc end",
    "huge": b"A" * 10_000_000,
}
ROWS = [
    b"2025-10-07 16:00:%02d INFO %s: %s\n" % (number, name.encode(), message)
    for number, (name, message) in enumerate([*MESSAGES.items(), ("last", b"the end")])
]
FORBIDDEN = (
    *(b"\x1b]0", b"\x1b]2;", b"T1dORUQ", b"\x1bP", b"\x1b_", b"\x1bc", b"\x1b[6n"),
    *(b"\x08", b"\x0c", b"\x00", b"\xc2\x9b", b"\xc2\x9d"),
    *(character.encode() for character in "\u202e\u2067\u2028"),
)
SHOWN = {
    "markup": "[red]x[/red] [/] [bold]y [@click=app.quit]z[/]",
    "colours": "red plain",
    "cursor": "home",
    "title": "after title",
    "clipboard": "after clipboard",
    "bells": "␇␈␈␈␋␌␎␏␀nul␡",
    "wide": "日本語のログ 한국어 中文 ｗｉｄｅ",
    "backwards": "�gpj.exe� �x� end",
    "last": "the end",
}
COLUMNS = 100


def shown_rows(shown: Terminal) -> dict[str, int]:
    """The lines of the screen where records are, by the word before the colon."""
    return {line[16:].split(":")[0]: y for y, line in enumerate(shown.lines) if line[10:14] == "INFO"}


def columns_of(shown: Terminal, y: int) -> tuple[str, ...]:
    """What stands where something is to stand in each row: time, level, the list's last cell, the scrollbar."""
    cells = shown.display.buffer[y]
    return cells[1].data, cells[3].data, cells[10].data, cells[COLUMNS - 2].bg, cells[COLUMNS - 1].bg


@pytest.mark.slow
def test_hostile_records_are_shown_and_do_nothing(tmp_path: Path) -> None:
    log = tmp_path / "hostile.log"
    log.write_bytes(b"".join(ROWS))
    with terminal(tmp_path, "open", log, columns=COLUMNS, lines=40) as shown:
        shown.until(lambda: f"{len(ROWS)} records" in shown.status and "last: the end" in shown.text)
        rows = shown_rows(shown)
        assert list(rows) == [*MESSAGES, "last"]
        for name, text in SHOWN.items():
            assert squeezed(f"{name}: {text}") in squeezed(shown.lines[rows[name]])
        assert len({columns_of(shown, rows[name]) for name in rows if name != "markup"}) == 1
        assert columns_of(shown, rows["last"])[3] != columns_of(shown, rows["last"])[4], "a scrollbar is to be seen"
        shown.press("enter")
        for row, name in enumerate(rows, 1):
            shown.until(partial(is_open, shown, row, name))
            shown.press("j")
        assert [payload for payload in FORBIDDEN if payload in shown.raw] == []
        shown.press("escape")
        shown.until(lambda: " offset " not in shown.text)
        shown.press("q")
        assert shown.exit_code() == 0


def is_open(shown: Terminal, row: int, name: str) -> bool:
    """Whether the record is the cursor's, and in the details too."""
    return f"row {row}  " in shown.status and squeezed(shown.text).count(f"{name}:") > 1


def squeezed(text: str) -> str:
    """A text without spaces, which stand for the second halves of wide characters."""
    return text.replace(" ", "")
