"""`logtui query`: what is printed, when, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.cli.helpers import PROGRAM, logtui, printed_records

if TYPE_CHECKING:
    from pathlib import Path

LINES = (
    "2025-07-22T12:00:00Z INFO AuthService user1 login\n"
    "2025-07-22T12:00:01Z ERROR PaymentService user2 card refused amount=7 company.a=x\n"
    "2025-07-22T12:00:02Z DEBUG CartService user3 emptied\n"
    "2025-07-22T12:00:03Z ERROR AuthService user1 locked\n"
)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text(LINES)
    return path


def test_matching_records_are_printed_as_json_lines_with_the_documented_keys(log: Path) -> None:
    done = logtui("query", "level:error amount:7", log, "--output", "jsonl")
    (record,) = printed_records(done)
    assert list(record) == [
        "timestamp", "level", "service", "host", "logger", "message", "source", "line", "format", "fields",
    ]  # fmt: skip
    assert record["timestamp"] == "2025-07-22T12:00:01Z"
    assert (record["level"], record["line"]) == ("error", 2)
    assert record["fields"] == {"user": "user2", "amount": 7, "company.a": "x"}
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["*", "{log}"], 0),
        (["nothing like this", "{log}"], 1),
        (["*", "{empty}"], 1),
        (["(a OR", "{log}"], 2),
        (["*", "{log}", "--since", "not a time"], 2),
        (["*", "{log}", "--output", "xml"], 2),
        (["*", "{log}", "--format", "cobol"], 2),
        (["*", "{log}", "--tz", "Mars/Base"], 2),
        (["*", "{log}", "{missing}"], 3),
        (["*", "{missing}"], 3),
        (["*", "{log}", "{binary}"], 3),
        (["*", "{log}", "--to", "/nowhere/out.csv"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_the_exit_code_tells_what_happened(tmp_path: Path, log: Path, arguments: list[str], code: int) -> None:
    (tmp_path / "empty.log").touch()
    (tmp_path / "binary").write_bytes(b"\x7fELF" + bytes(50))
    names = {"log": log, "empty": tmp_path / "empty.log", "missing": tmp_path / "none", "binary": tmp_path / "binary"}
    done = logtui("query", *(argument.format(**names) for argument in arguments))
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert (code == 0) == (done.stderr == b"") or code == 1
    if "{log}" in arguments and code == 3:
        assert done.stdout.count(b"\n") == 4


@pytest.mark.parametrize(
    ("query", "zone", "lines"),
    [
        ("ts:>=12:00:02", "UTC", [3, 4]),
        ("ts:>=14:00:02", "Europe/Berlin", [3, 4]),
        ("NOT ts:[12:00:00 TO 12:00:02]", "UTC", [4]),
    ],
)
def test_times_of_day_are_on_the_day_of_the_log_and_that_is_said(
    log: Path, query: str, zone: str, lines: list[int]
) -> None:
    done = logtui("query", query, log, "--output", "jsonl", "--tz", zone)
    assert [record["line"] for record in printed_records(done)] == lines
    assert b"times of day in the query are on 2025-07-22" in done.stderr


@pytest.mark.parametrize(
    ("since", "until", "zone", "lines"),
    [
        ("12:00:02", None, "UTC", [3, 4]),
        ("14:00:02", None, "Europe/Berlin", [3, 4]),
        (None, "12:00:01", "UTC", [1, 2]),
        ("12:00:01", "2025-07-22T12:00:01Z", "UTC", [2]),
    ],
)
def test_times_of_day_in_the_options_are_those_of_the_language(
    log: Path, since: str | None, until: str | None, zone: str, lines: list[int]
) -> None:
    options = [part for name, text in (("--since", since), ("--until", until)) if text for part in (name, text)]
    done = logtui("query", "*", log, *options, "--output", "jsonl", "--tz", zone)
    assert [record["line"] for record in printed_records(done)] == lines
    assert b"times of day in the query are on 2025-07-22" in done.stderr


def test_durations_in_the_options_count_back_from_now(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    times = [now - timedelta(days=9), now - timedelta(minutes=5)]
    (tmp_path / "app.log").write_text("".join(f"{time:%Y-%m-%dT%H:%M:%SZ} INFO hello\n" for time in times))
    done = logtui("query", "*", tmp_path / "app.log", "--since", "-10m", "--output", "jsonl")
    assert [record["line"] for record in printed_records(done)] == [2]


def test_times_of_day_of_a_stream_are_todays_and_that_is_said() -> None:
    done = logtui("query", "ts:>=00:00", "-", stdin=LINES.encode())
    assert done.returncode == 1
    assert b", today" in done.stderr


def test_a_query_error_points_at_its_place(log: Path) -> None:
    done = logtui("query", "level:error AND (a OR", log)
    lines = done.stderr.decode().splitlines()
    assert lines[0].endswith("level:error AND (a OR")
    assert lines[1].index("^") == lines[0].index("(")
    assert done.stdout == b""


def test_a_query_that_begins_with_a_dash_is_no_option(log: Path) -> None:
    assert logtui("query", "-level:debug", log, "--output", "raw").stdout.decode() == LINES.replace(
        "2025-07-22T12:00:02Z DEBUG CartService user3 emptied\n", ""
    )


def test_times_limits_and_fields_narrow_the_answer(log: Path) -> None:
    done = logtui(
        "query", "*", log, "--since", "2025-07-22T12:00:01Z", "--until", "2025-07-22T12:00:02Z", "--output", "raw"
    )
    assert done.stdout.decode().splitlines() == LINES.splitlines()[1:3]
    done = logtui("query", "level:error", log, "--limit", "1", "--fields", "user,service", "--output", "csv")
    assert done.stdout.decode().splitlines() == ["user,service", "user2,PaymentService"]
    assert logtui("query", "*", log, "--limit", "0").stdout == b""


def test_files_are_merged_by_time(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2025-07-22 12:00:00 INFO a1\n2025-07-22 12:00:02 INFO a2\n")
    (tmp_path / "b.log").write_text("2025-07-22 12:00:01 INFO b1\n")
    done = logtui("query", "*", tmp_path, "--output", "jsonl")
    assert [record["message"] for record in printed_records(done)] == ["a1", "b1", "a2"]


def test_an_answer_can_go_to_a_file(log: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    done = logtui("query", "level:error", log, "--output", "json", "--to", target)
    assert (done.returncode, done.stdout) == (0, b"")
    assert [record["line"] for record in json.loads(target.read_bytes())] == [2, 4]


def test_the_reader_may_go_away(tmp_path: Path) -> None:
    big = tmp_path / "big.log"
    big.write_text(LINES * 50_000)
    with subprocess.Popen(
        [*PROGRAM, "query", "*", str(big)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0.05, 0.35])
def test_each_line_of_a_slow_pipe_is_printed_at_once(pause: float) -> None:
    command = [*PROGRAM, "query", "level:info", "-", "--output", "raw"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"2025-07-22 12:00:00 INFO warm-up\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"2025-07-22 12:00:00 INFO warm-up\n"
        delays = []
        for number in range(8):
            line = b"2025-07-22 12:00:01 INFO %d\n" % number
            sent = time.monotonic()
            process.stdin.write(line)
            process.stdin.flush()
            assert process.stdout.readline() == line
            delays.append(time.monotonic() - sent)
            time.sleep(pause)
        process.stdin.close()
        assert process.wait(30) == 0
    assert sorted(delays)[2] < 0.5  # what waits for more or for a timer delays nearly all; a busy machine delays some


def test_a_steady_pipe_is_printed_while_it_flows() -> None:
    command = [*PROGRAM, "query", "*", "-", "--output", "raw"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        deadline = time.monotonic() + 20
        written = 0
        while time.monotonic() < deadline and not _readable(process.stdout.fileno()):
            process.stdin.write(b"2025-07-22 12:00:00 INFO flows\n")
            process.stdin.flush()
            written += 1
            time.sleep(0.05)
        assert written
        assert time.monotonic() < deadline
        process.stdin.close()
        assert process.stdout.read().count(b"\n") == written


def _readable(descriptor: int) -> bool:
    import select

    return bool(select.select([descriptor], [], [], 0)[0])


def test_help_does_not_pay_for_polars() -> None:
    done = subprocess.run(
        [PROGRAM[0], "-X", "importtime", "-m", "logtui", "query", "--help"], capture_output=True, timeout=30, check=True
    )
    assert b"QUERY" in done.stdout
    assert b"logtui query 'level:>=warn timeout' app.log" in done.stdout
    assert b"polars" not in done.stderr
    assert b"textual" not in done.stderr


def test_the_year_that_the_user_names_is_that_of_the_first_time(tmp_path: Path) -> None:
    path = tmp_path / "messages"
    path.write_text(
        "Jan  1 00:00:00 web cron[7]: one\nDec 31 23:59:59 web cron[7]: two\nJan  1 00:00:01 web cron[7]: three\n"
    )
    printed = printed_records(logtui("query", "*", path, "--year", "2019", "--output", "jsonl"))
    assert sorted(str(record["timestamp"])[:10] for record in printed) == ["2018-12-31", "2019-01-01", "2019-01-01"]


def test_times_of_the_day_stay_on_the_date_of_the_file_whatever_the_year(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("[10:00:00 INF] one\n[10:00:01 INF] two\n")
    moment = datetime(2024, 5, 6, 12, tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))
    printed = printed_records(logtui("query", "*", path, "--year", "2019", "--output", "jsonl"))
    assert [str(record["timestamp"])[:10] for record in printed] == ["2024-05-06", "2024-05-06"]


def test_zones_of_times_without_one_are_given_by_file(tmp_path: Path) -> None:
    for name in ("db-1.log", "web-1.log"):
        (tmp_path / name).write_text("2025-07-22 12:00:00 INFO x\n")
    zones = ["--source-tz", "Europe/Berlin", "--source-tz", "db*.log=Asia/Tokyo"]
    records = printed_records(logtui("query", "*", tmp_path, "--output", "jsonl", *zones))
    found = {record["source"].rpartition("/")[2]: record["timestamp"] for record in records}
    assert found == {"db-1.log": "2025-07-22T03:00:00Z", "web-1.log": "2025-07-22T10:00:00Z"}


def test_secrets_are_masked_on_request(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2025-10-07 16:00:00 INFO login password=hunter2 user=a\n")
    done = logtui("query", "*", tmp_path / "a.log", "--output", "jsonl", "--mask-secrets")
    record = printed_records(done)[0]
    assert record["message"] == "login password=[masked:secret] user=a"
    assert record["fields"] == {"password": "[masked:secret]", "user": "a"}
    assert b"secrets masked in 3 places" in done.stderr


def test_a_column_that_no_record_has_is_named_and_the_known_ones_are_not(log: Path) -> None:
    done = logtui("query", "*", log, "--fields", "ts,amuont,company.a,user,company", "--output", "csv")
    assert done.stderr.decode().splitlines() == [
        "logtui: hint: no record has the field amuont; did you mean amount?",
        "logtui: hint: company has parts, such as company.a; company.* means all of them",
    ]
    assert done.returncode == 0


def test_a_key_that_is_read_as_a_column_finds_prints_and_groups_what_the_log_shows(tmp_path: Path) -> None:
    file = tmp_path / "app.jsonl"
    file.write_text('{"time":"2025-07-22T12:00:00Z","level":"info","app":"shop","msg":"hi"}\n')
    done = logtui("query", "app:shop", file, "--fields", "app,msg", "--output", "csv")
    assert (done.stdout, done.stderr) == (b"app,msg\r\nshop,hi\r\n", b"")
    assert logtui("query", "* | stats count() by app", file, "--output", "csv").stdout == b"app,count\r\nshop,1\r\n"
    other = logtui("query", "name:shop", file)
    assert b"no record has the field name; did you mean logger?" in other.stderr


@pytest.mark.parametrize("given", ["app.log", "", "*.log", "link.log"])
def test_an_input_is_never_replaced_by_the_answer(log: Path, given: str) -> None:
    (log.parent / "link.log").symlink_to(log)
    done = logtui("query", "level:error", log.parent / given, "--to", log)
    assert done.returncode == 2
    assert b"it is one of the inputs" in done.stderr
    assert log.read_text() == LINES
