"""`logtui summarize` once: what the reports say, and what the user is told."""

from __future__ import annotations

import gzip
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.batch.service_logs import lines, reference, text_of
from tests.cli.helpers import logtui

if TYPE_CHECKING:
    from pathlib import Path


def folder_of(path: Path, files: int = 20) -> Path:
    """A folder of logs of several shapes, some below others, one compressed, one without a last newline."""
    for number in range(files):
        below = path / ("archive" if number % 4 == 0 else ".")
        below.mkdir(parents=True, exist_ok=True)
        text = "\n".join(lines(number, 200 + 37 * number, are_bracketed=number % 3 == 0)) + "\n" * (number != 5)
        file = below / f"service{number:02}.log"
        if number == 7:
            file.with_suffix(".log.gz").write_bytes(gzip.compress(text.encode()))
        else:
            file.write_text(text)
    return path


def report(output: Path) -> dict[str, Any]:
    return dict(json.loads((output / "summary.json").read_text()))


def anomalies(output: Path) -> list[dict[str, Any]]:
    return list(json.loads((output / "anomalies.json").read_text()))


def files_below(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file())


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 4])
def test_a_folder_of_twenty_files_equals_a_slow_reckoning(tmp_path: Path, workers: int) -> None:
    data, output = folder_of(tmp_path / "data"), tmp_path / "new" / "output"
    done = logtui("summarize", data, "--output", output, "--workers", str(workers))
    assert done.returncode == 0, done.stderr
    summary, texts = report(output), [text_of(file) for file in files_below(data)]
    expected = reference(texts)
    assert {name: summary[name] for name in expected} == expected
    assert list(summary["log_levels"]) == sorted(
        expected["log_levels"], key=lambda name: (-expected["log_levels"][name], name)
    )
    assert [file["path"] for file in summary["files"]] == [str(file) for file in files_below(data)]
    assert [file["records"] for file in summary["files"]] == [reference([text])["records"] for text in texts]
    assert b"20 files" in done.stderr
    assert b"peak memory" in done.stderr
    assert summary["elapsed_seconds"] > 0 < summary["peak_memory_mb"]


@pytest.mark.slow
def test_reports_are_the_same_whatever_runs_first(tmp_path: Path) -> None:
    data = folder_of(tmp_path / "data")
    found = []
    for number, workers in enumerate(["1", "4", "8"]):
        output = tmp_path / str(number)
        assert logtui("summarize", data, "--output", output, "--workers", workers).returncode == 0
        summary = report(output)
        del summary["elapsed_seconds"], summary["peak_memory_mb"]
        found.append((summary, anomalies(output)))
    assert found[0] == found[1] == found[2]


def test_any_format_is_summarised(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"ts":"2025-07-22T10:00:00Z","level":"warning","service":"api","user_id":42,"msg":"slow"}\n'
        '{"ts":"2025-07-22T10:00:01Z","level":"warning","service":"api","userId":42,"msg":"slow"}\n'
    )
    (tmp_path / "b.log").write_text("2025-07-22 11:00:00,123 ERROR [main] org.example.Store: lost connection\n")
    assert logtui("summarize", tmp_path, "--output", tmp_path / "out").returncode == 0
    summary = report(tmp_path / "out")
    assert summary["log_levels"] == {"WARNING": 2, "ERROR": 1}
    assert summary["top_users"] == ["42"]
    assert summary["top_services"] == ["api", "org.example.Store"]
    assert summary["peak_hours"] == ["10:00-11:00"]


def summarised(tmp_path: Path, text: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The reports about a file."""
    (tmp_path / "a.log").write_text(text)
    done = logtui("summarize", tmp_path / "a.log", "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    return report(tmp_path / "out"), anomalies(tmp_path / "out")


def test_what_reading_leaves_open_is_counted_with_examples_in_each_file(tmp_path: Path) -> None:
    line = '{"ts":"2025-07-22T10:00:00Z","level":"info","msg":"x"}\n'
    (tmp_path / "a.log").write_text(line * 3 + '{"ts":"2025-07-22T10:00:01Z","msg":"y"}\n' + "what is this\n")
    (tmp_path / "b.log").write_text(line)
    done = logtui("summarize", tmp_path, "--output", tmp_path / "out")
    summary = report(tmp_path / "out")
    assert summary["gaps"] == {"without_time": 0, "without_level": 1, "loosely_read": 0, "plain": 1}
    gaps = {file["path"].rpartition("/")[2]: file["gaps"] for file in summary["files"]}
    assert [example["line"] for example in gaps["a.log"]["without_level"]["examples"]] == [4]
    assert gaps["b.log"]["without_level"] == {"count": 0, "examples": []}
    assert b"to check: 1 without level, 1 plain; " in done.stderr


def test_levels_count_under_one_spelling_and_unknown_ones_under_their_word(tmp_path: Path) -> None:
    levels = ("INFO", "info", "Info", "WARN", "WARNING", "HUH", "Huh")
    text = "".join(f"2025-07-22T10:00:0{at}Z {level} CartService user1 x\n" for at, level in enumerate(levels))
    summary, listed = summarised(tmp_path, text)
    assert summary["log_levels"] == {"INFO": 3, "HUH": 2, "WARN": 1, "WARNING": 1}
    assert [each["where"] for each in listed if each["kind"] == "unknown_level"] == [{"severity_text": "HUH"}]


def test_levels_that_are_numbers_count_under_the_level_that_is_meant(tmp_path: Path) -> None:
    text = '{"time":1753187696123,"level":30,"msg":"a"}\n{"time":1753187696124,"level":"","msg":"b"}\n'
    assert summarised(tmp_path, text)[0]["log_levels"] == {"INFO": 1}


@pytest.mark.parametrize(
    ("counts", "peaks"),
    [
        ({16: 10, 12: 9, 3: 8}, ["12:00-13:00", "16:00-17:00"]),
        ({23: 2, 0: 2}, ["00:00-01:00", "23:00-00:00"]),
        (dict.fromkeys(range(9, 16), 3) | {20: 1}, [f"{hour:02}:00-{hour + 1:02}:00" for hour in range(9, 14)]),
        ({20: 10} | dict.fromkeys(range(9, 16), 9), [f"{hour:02}:00-{hour + 1:02}:00" for hour in (9, 10, 11, 12, 20)]),
    ],
)
def test_peak_hours_are_those_near_the_busiest(tmp_path: Path, counts: dict[int, int], peaks: list[str]) -> None:
    lines_of = (
        f"2025-07-22T{hour:02}:00:{second:02}Z INFO CartService user1 x\n"
        for hour, count in sorted(counts.items())
        for second in range(count)
    )
    assert summarised(tmp_path, "".join(lines_of))[0]["peak_hours"] == peaks


def test_a_lone_time_is_of_no_hour_and_malformed(tmp_path: Path) -> None:
    text = "2025-07-22T10:00:00Z INFO CartService user1 x\n2025-07-22T11:00:00Z\n2025-07-22T12:00:00Z INFO\n"
    summary, _ = summarised(tmp_path, text)
    assert summary["hour_counts"] == {"10:00-11:00": 1, "12:00-13:00": 1}
    assert (summary["records"], summary["malformed_lines"], summary["records_without_time"]) == (3, 1, 1)


def test_times_that_cannot_be_are_told_with_their_lines(tmp_path: Path) -> None:
    sound = "".join(f"2025-07-22T10:00:0{second}Z INFO CartService user1 x\n" for second in range(5))
    odd = "2025-13-45T99:99:99Z INFO CartService user1 x", "never INFO CartService bob x"
    summary, listed = summarised(tmp_path, sound + "\n".join(odd))
    assert summary["records_without_time"] == 2
    assert summary["top_user_counts"] == {"user1": 6, "bob": 1}
    assert [(each["kind"], each["samples"]) for each in listed] == [("odd_timestamp", list(odd))]


def test_lines_of_a_trace_are_not_malformed(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(
        "2025-07-22T10:00:00Z ERROR CartService user1 failed\n"
        "Traceback (most recent call last):\n"
        '  File "a.py", line 1, in <module>\n'
        "ValueError: no\n"
        "this is neither\n"
        "2025-07-22T10:00:00Z ERROR CartService user1 failed again\n"
    )
    assert logtui("summarize", tmp_path, "--output", tmp_path / "out").returncode == 0
    summary = report(tmp_path / "out")
    assert (summary["records"], summary["malformed_lines"]) == (2, 1)


def test_anomalies_are_listed_with_kind_place_time_numbers_and_samples(tmp_path: Path) -> None:
    text = "\n".join(lines(1, 3_000))
    odd = "\n1970-01-01T00:00:00Z INFO CartService user1 the clock was never set\n"
    far = "2199-01-01T00:00:00Z INFO CartService user1 from the future\n"
    strange = "2025-07-22T10:30:00Z WHATEVER CartService user1 no such level\n"
    (tmp_path / "a.log").write_text(text + odd + far + strange)
    assert logtui("summarize", tmp_path / "a.log", "--output", tmp_path / "out").returncode == 0
    listed = anomalies(tmp_path / "out")
    found = {sample: each for each in listed for sample in each["samples"]}
    for line in (odd.strip(), far.strip(), strange.strip()):
        assert found[line]["kind"] in ("odd_timestamp", "unknown_level")
        assert found[line]["severity"] in ("info", "warn", "error")
        assert found[line]["numbers"]["count"] >= 1
        assert found[line]["places"][0]["source"] == str(tmp_path / "a.log")


def test_reports_written_among_the_logs_are_not_logs(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("\n".join(lines(1, 50)))
    first, second = (logtui("summarize", tmp_path, "--output", tmp_path) for _ in range(2))
    assert first.returncode == second.returncode == 0
    assert report(tmp_path)["file_count"] == 1


def test_inputs_that_cannot_be_read_are_told_and_the_others_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("\n".join(lines(1, 50)))
    (tmp_path / "b.bin").write_bytes(b"\x7fELF" + bytes(4_000))
    (tmp_path / "c.gz").write_bytes(gzip.compress("\n".join(lines(2, 5_000)).encode())[:-900])
    (tmp_path / "d.log").touch()
    done = logtui("summarize", tmp_path, tmp_path / "missing.log", "--output", tmp_path / "out")
    assert done.returncode == 3
    problems = report(tmp_path / "out")["problems"]
    assert [name for name in ("missing.log", "b.bin", "c.gz") if not any(name in each for each in problems)] == []
    assert len(problems) == 3
    assert report(tmp_path / "out")["records"] > 50


def test_a_missing_folder_is_one_clear_line_and_writes_nothing(tmp_path: Path) -> None:
    done = logtui("summarize", tmp_path / "nowhere", "--output", tmp_path / "out")
    assert done.returncode == 3
    assert done.stderr.decode().splitlines() == [f"logtui: {tmp_path}/nowhere: cannot read: No such file or directory"]
    assert not (tmp_path / "out").exists()


def test_an_output_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("\n".join(lines(1, 50)))
    done = logtui("summarize", tmp_path / "a.log", "--output", tmp_path / "a.log")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == [
        f"logtui: {tmp_path}/a.log: expected a folder for the reports: File exists"
    ]


def test_an_empty_folder_has_an_empty_summary(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert logtui("summarize", tmp_path / "data", "--output", tmp_path / "out").returncode == 0
    summary = report(tmp_path / "out")
    assert (summary["records"], summary["log_levels"], summary["peak_hours"]) == (0, {}, [])
    assert anomalies(tmp_path / "out") == []


def test_a_pipe_in_a_folder_does_not_hold_the_summary_up(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("\n".join(lines(1, 50)))
    os.mkfifo(tmp_path / "pipe.log")
    assert logtui("summarize", tmp_path, "--output", tmp_path / "out").returncode == 0
    assert report(tmp_path / "out")["file_count"] == 1
