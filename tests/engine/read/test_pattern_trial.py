"""A pattern's trial counts what it reads and shows the first lines on either side."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from logtui.engine.read.pattern_trial import Trial, try_pattern
from logtui.errors import PatternError

if TYPE_CHECKING:
    from pathlib import Path

PATTERN = r"^(?P<timestamp>\S+) (?P<level>\w+) \[(?P<service>\w+)\] job=(?P<job>\d+)"


def lines(count: int) -> str:
    return "".join(f"2025-07-22T12:00:{number:02}Z WARN [cart] job={number} done\n" for number in range(count))


def trial_of(path: Path, pattern: str = PATTERN, encoding: str | None = None) -> Trial:
    (trial,) = try_pattern([str(path)], pattern, encoding)
    assert trial.file == str(path)
    return trial


def test_lines_are_counted_and_the_first_captures_shown(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text(lines(5) + "\n   \nno such line\n")
    trial = trial_of(log)
    assert (trial.lines, trial.read, trial.problem) == (6, 5, None)
    assert [captured["job"] for captured in trial.captures] == ["0", "1", "2"]
    assert trial.captures[0]["level"] == "warn"
    assert trial.captures[0]["service"] == "cart"
    assert trial.captures[0]["message"] == "done"
    assert (trial.captures[0]["timestamp"] or "").startswith("2025-07-22 12:00:00")
    assert trial.captures[0]["host"] is None
    assert trial.unread == ["no such line"]


def test_of_many_unread_lines_the_first_three_are_shown_cut(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("".join(f"{number}{'x' * 300}\n" for number in range(5)) + "a last line without an end")
    trial = trial_of(log)
    assert (trial.lines, trial.read, trial.captures) == (6, 0, [])
    assert trial.unread == [f"{number}{'x' * 199}" for number in range(3)]


def test_files_are_tried_one_by_one_and_problems_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(lines(1))
    (tmp_path / "b.log").write_text(lines(2))
    names = [str(tmp_path / name) for name in ("none.log", "a.log", "b.log")]
    trials = {trial.file: trial for trial in try_pattern(names, PATTERN)}
    assert [trials[name].read for name in names] == [0, 1, 2]
    assert [trials[name].problem for name in names] == [f"{names[0]}: no such file", None, None]
    assert len(trials[names[1]].captures) == 1


def test_a_damaged_archive_is_tried_as_far_as_it_goes(tmp_path: Path) -> None:
    log = tmp_path / "app.gz"
    log.write_bytes(gzip.compress(lines(4).encode())[:-8])
    trial = trial_of(log)
    assert trial.read == 4
    assert trial.problem is not None
    assert "damaged" in trial.problem


def test_lines_are_decoded_as_stated(tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_bytes("größe 7\n".encode("cp1252"))
    assert trial_of(log, r"^gr(?P<letters>\S+)e (?P<size>\d+)$", "cp1252").captures[0]["letters"] == "öß"


@pytest.mark.parametrize("pattern", ["(", "(?P<a>x)(?=y)", "(?P<a>["])
def test_a_pattern_that_does_not_compile_is_said_before_anything_is_read(pattern: str) -> None:
    with pytest.raises(PatternError):
        next(try_pattern(["none.log"], pattern))
