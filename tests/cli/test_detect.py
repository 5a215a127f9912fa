"""`logtui detect` and hostile files: every byte is told, nothing falls over."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from logtui.cli.main import app
from tests.cli.helpers import logtui

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("random", "json soup", "text", "marks", "empty-ish")


def hostile(kind: str, seed: int) -> bytes:
    rng = random.Random(seed)
    size = rng.choice([1, 2, 3, 10, 1000, 70_000])
    if kind == "random":
        return rng.randbytes(size)
    if kind == "json soup":
        return bytes(rng.choice(b'{}[]":,\\ \n\r\t=0aA<>\x00\xff') for _ in range(min(size, 3000)))
    if kind == "text":
        return bytes(rng.randrange(32, 127) if rng.random() < 0.97 else 10 for _ in range(min(size, 20_000)))
    if kind == "marks":
        marks = [b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"BZh9", b"\x28\xb5\x2f\xfd", b"\xef\xbb\xbf", b"\xfd7zXZ\x00"]
        return rng.choice(marks) + rng.randbytes(min(size, 3000))
    return b"\n" * size


@pytest.mark.parametrize("seeds", [range(2), pytest.param(range(2, 40), marks=pytest.mark.slow)], ids=["few", "many"])
@pytest.mark.parametrize("kind", KINDS)
def test_hostile_files_never_raise_and_every_byte_is_told(tmp_path: Path, kind: str, seeds: range) -> None:
    for seed in seeds:
        path = tmp_path / f"{seed}"
        path.write_bytes(hostile(kind, seed))
        found = CliRunner().invoke(app, ["detect", "--output", "json", str(path)], catch_exceptions=False)
        assert found.exit_code in (0, 1, 3)
        report = json.loads(found.stdout)
        assert report["record_bytes"] + report["skipped_bytes"] == report["file_bytes"]
        assert report["skipped_bytes"] == sum(report["skipped_by_reason"].values())
        assert len(found.stderr.splitlines()) == (1 if found.exit_code == 3 else 0)
        queried = CliRunner().invoke(app, ["query", "*", str(path), "--output", "jsonl"], catch_exceptions=False)
        assert queried.exit_code in (0, 1, 3)
        assert sum(1 for line in queried.stdout_bytes.splitlines() if json.loads(line)) == report["records"]


def test_the_report_explains_the_choice(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("Jul 22 12:00:00 host sshd[7]: accepted\n" * 9 + "what is this\n")
    text = logtui("detect", path).stdout.decode()
    assert "syslog, reads 90%" in text
    assert "generic" in text
    assert "times state no year" in text
    assert "what is this" in text


def test_a_forced_format_is_named(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text('{"msg":"x"}\n')
    assert json.loads(logtui("detect", path, "--format", "plain", "--output", "json").stdout)["format"] == "plain"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("one line of 10 MB", b"x" * 10_000_000),
        ("a million empty lines", b"\n" * 1_000_000),
        ("a trace of 5,000 lines", b"2025-07-22 12:00:00 ERROR x\n" + b"\tat a.b.C(D.java:1)\n" * 5000),
        ("ten thousand keys", b'{"k' + b'":1,"k'.join(str(n).encode() for n in range(10_000)) + b'":1}\n'),
        ("deep JSON", b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_giants_are_read_whole(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / "giant"
    path.write_bytes(content)
    report = json.loads(logtui("detect", path, "--output", "json").stdout)
    assert report["file_bytes"] == len(content), name
    assert report["record_bytes"] + report["skipped_bytes"] == len(content)


ODD = "2025-07-22T12:34:56Z|Z1|out of space\nother\n"


def test_a_pattern_is_tried_and_what_it_captures_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "odd.log"
    path.write_text(ODD)
    done = logtui("detect", path, "--pattern", r"^(?P<timestamp>[^|]+)\|(?P<code>\w+)\|(?P<message>.*)$")
    shown = done.stdout.decode()
    assert done.returncode == 0
    assert "reads 1 of 2 lines, 50%" in shown
    assert "code              Z1" in shown
    assert "unread      other" in shown


def test_a_wrong_pattern_is_shown_with_a_caret(tmp_path: Path) -> None:
    path = tmp_path / "odd.log"
    path.write_text(ODD)
    done = logtui("detect", path, "--pattern", r"^(?P<code>\w+")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[:2] == [r"logtui: ^(?P<code>\w+", "logtui:  ^"]


def test_an_own_format_of_the_settings_is_detected(tmp_path: Path) -> None:
    path, config = tmp_path / "odd.log", tmp_path / "config.toml"
    path.write_text(ODD)
    config.write_text("[formats.till]\npattern = '^(?P<time>[^|]+)\\|(?P<level>Z1)\\|'\nlevels = {Z1 = 'error'}\n")
    done = logtui("query", "level:error", path, "--config", config, "--output", "jsonl")
    assert json.loads(done.stdout)["format"] == "till"
    assert logtui("query", "*", path, "--config", config, "--format", "till").returncode == 0
    assert b"till, reads 50%" in logtui("detect", path, "--config", config).stdout
    config.write_text("[formats.till]\npattern = 3\n")
    failed = logtui("query", "*", path, "--config", config)
    assert failed.returncode == 2
    assert b"formats.till.pattern" in failed.stderr


LOSSY = """\
{"time":"2025-07-22T12:00:00Z","level":"info","msg":"a"}
{"time":"2025-07-22T12:00:01Z","level":"info","msg":"b"}
{"time":"2025-07-22T12:00:02Z","level":"huh","msg":"c"}
{"time":"2025-07-22T12:00:03Z","msg":"d"}
{"level":"warn","msg":"e"}
2025-07-22 12:00:04 WARN another line
what is this
"""


def test_what_reading_leaves_open_is_told_with_examples(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text(LOSSY)
    text = logtui("detect", path).stdout.decode()
    for gap in (
        "1 without a time, such as\n              line 5: {",
        "2 without a level, such as\n              line 3: {",
        "1 read by a looser format only, such as\n              line 6: 2025-07-22 12:00:04 WARN another line",
        "1 that no format reads, such as\n              line 7: what is this",
    ):
        assert gap in text
    gaps = json.loads(logtui("detect", path, "--output", "json").stdout)["gaps"]
    assert {name: [example["line"] for example in gap["examples"]] for name, gap in gaps.items()} == {
        "without_time": [5],
        "without_level": [3, 4],
        "loosely_read": [6],
        "plain": [7],
    }


def test_a_file_without_levels_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text('{"time":"2025-07-22T12:00:00Z","msg":"a"}\n' * 9)
    report = json.loads(logtui("detect", path, "--output", "json").stdout)
    assert (report["never"], report["gaps"]["without_level"]["count"]) == (["level"], 0)
    assert "no record of json has a level" in logtui("detect", path).stdout.decode()
