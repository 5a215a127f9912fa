"""`logtui query` with pipes: tables, in every output; and what it says beside the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.cli.helpers import logtui

if TYPE_CHECKING:
    from pathlib import Path

CLOUDWATCH = [
    {"level": "warn", "msg": "slow", "tenant": "company_a", "company.a": 1, "company-b": "x", "container": "web"},
    {"level": "error", "msg": "bad", "case_id": "abc", "company.a": 2, "container": "db", "took_ms": 1800},
    {"level": "info", "msg": "ok", "pod_name": "A", "container": "db", "took_ms": "1.6s"},
    {"level": "error", "msg": "Time out", "pod_name": "A", "container": "web", "took_ms": 20},
]
ASKED = "(pod_name:A OR case_id:abc OR tenant:company_a) level:>=warn | stats count() by level, container"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    events = [
        {"timestamp": 1_791_100_800_000 + number * 1000, "message": json.dumps(event), "logStream": "s1"}
        for number, event in enumerate(CLOUDWATCH)
    ]
    path = tmp_path / "cloudwatch.log"
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return path


def said(done: object) -> str:
    return getattr(done, "stderr", b"").decode()


def test_a_table_is_printed_for_people(log: Path) -> None:
    done = logtui("query", ASKED, log)
    assert done.stdout.decode() == (
        "level  container  count\n"
        "─────  ─────────  ─────\n"
        "error  db             1\n"
        "error  web            1\n"
        "warn   web            1\n"
    )
    assert (done.returncode, said(done)) == (0, "")


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("csv", "level,container,count\r\nerror,db,1\r\nerror,web,1\r\nwarn,web,1\r\n"),
        (
            "jsonl",
            '{"level":"error","container":"db","count":1}\n'
            '{"level":"error","container":"web","count":1}\n'
            '{"level":"warn","container":"web","count":1}\n',
        ),
    ],
)
def test_a_table_is_printed_for_programs(log: Path, output: str, expected: str) -> None:
    assert logtui("query", ASKED, log, "--output", output).stdout.decode() == expected


def test_a_table_is_written_to_a_file_of_any_kind(log: Path, tmp_path: Path) -> None:
    for name in ("table.parquet", "table.json", "table.csv"):
        assert logtui("query", ASKED, log, "--to", tmp_path / name).returncode == 0
    assert pl.read_parquet(tmp_path / "table.parquet")["count"].to_list() == [1, 1, 1]
    assert json.loads((tmp_path / "table.json").read_text())[0] == {"level": "error", "container": "db", "count": 1}
    assert pl.read_csv(tmp_path / "table.csv").shape == (3, 3)


def test_raw_prints_records_and_no_tables(log: Path) -> None:
    done = logtui("query", ASKED, log, "--output", "raw")
    assert (done.returncode, done.stdout) == (2, b"")
    assert "raw prints records" in said(done)


def test_records_that_pipes_only_choose_from_stay_records(log: Path) -> None:
    done = logtui("query", "* | sort -took_ms | limit 2", log, "--output", "jsonl")
    assert [json.loads(line)["message"] for line in done.stdout.splitlines()] == ["bad", "ok"]
    done = logtui("query", "* | dedup container | fields container, msg", log, "--output", "csv")
    assert done.stdout.decode() == "container,msg\r\nweb,slow\r\ndb,bad\r\n"


def test_any_column_can_be_chosen(log: Path) -> None:
    done = logtui("query", "* | fields raw | limit 1", log)
    assert done.stdout.decode().startswith('{"timestamp": 1791100800000')


def test_nothing_matched_is_told_by_the_exit_code_and_by_offers(log: Path) -> None:
    done = logtui("query", "/time out/ | stats count()", log)
    assert (done.returncode, done.stdout.decode().split()) == (1, ["count", "─────", "0"])
    assert "1  /time out/i" in said(done)


@pytest.mark.parametrize(
    ("query", "offer"),
    [
        ("level:error last:1s", "1  level:error last:1s@end"),
        ("container:we", "2  container:*we*"),
        ("level:warn bad", "1  bad"),
        ("nowhere_to_be_found", ""),
    ],
)
def test_where_nothing_matches_less_strict_queries_are_offered(log: Path, query: str, offer: str) -> None:
    done = logtui("query", query, log)
    assert done.returncode == 1
    assert offer in said(done)
    assert bool(said(done)) == bool(offer)


def test_records_outside_the_asked_time_are_counted(log: Path) -> None:
    done = logtui("query", "level:error", log, "--until", "2001-01-01")
    assert "2  without --since and --until" in said(done)


def test_the_hint_that_matters_most_goes_to_stderr_and_does_not_fail(log: Path) -> None:
    done = logtui("query", "container:db tenant=x OR case_idd:1 OR (container:db or)", log)
    assert done.returncode == 1
    assert [line for line in said(done).splitlines() if "hint:" in line] == [
        "logtui: hint: tenant=x is written tenant:x in logtui"
    ]


def test_a_habit_of_another_tool_is_no_fault_where_the_text_is_found(log: Path) -> None:
    assert "hint" not in said(logtui("query", "'tenant=x' OR *", log))


def test_times_are_counted_back_from_the_newest_record(log: Path) -> None:
    done = logtui("query", "last:1s@end | stats count()", log, "--output", "csv")
    assert done.stdout == b"count\r\n2\r\n"
    done = logtui("query", "last:1s@end", "-", stdin=b"x\n")
    assert done.returncode == 2
    assert "no newest record before its end" in said(done)


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        (
            "-level:debug",
            ["query    -level:debug", "reads    level, severity_text", "times    any to any"],
        ),
        ("status:5?? -path:/health* last:15m", ["unknown  path, status", "prunes   '5' in status"]),
        ("ip:10.0.0.0/8", ["query    ip:10.0.0.0/8", "unknown  ip (in the first records)"]),
        ("took_ms:>1.5s", ["reads    @took_ms", "prunes   nothing"]),
        ("/time(d)? ?out/i", ["reads    message, raw, format"]),
        ("ts:>=2026-11-23 timeout", ["times    2026-11-23T00:00:00Z to any", "prunes   'timeout'"]),
        ("bad or timeout", ["hint     or is searched for as a word; the operator is OR"]),
    ],
)
def test_a_query_is_explained_without_being_run(log: Path, query: str, lines: list[str]) -> None:
    done = logtui("query", query, log, "--explain")
    assert done.returncode == 0
    for line in lines:
        assert line in done.stdout.decode()


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ("-level:error", ["slow", "ok"]),
        ("took_ms:>1.5s", ["bad", "ok"]),
        ("/time(d)? ?out/i", ["Time out"]),
        ("company.a:1 company-b:x", ["slow"]),
        ("pod:A pod_name:A", ["ok", "Time out"]),
    ],
)
def test_filters_work_on_payloads_inside_envelopes(log: Path, query: str, messages: list[str]) -> None:
    done = logtui("query", query, log, "--output", "jsonl")
    assert [json.loads(line)["message"] for line in done.stdout.splitlines()] == messages


def test_the_shape_of_a_query_is_shown_without_any_file() -> None:
    done = logtui("query", "a OR b | stats count()", "--explain=tree")
    assert done.stdout == b"(pipe (or (text 'a') (text 'b')) (stats count()))\n"


def test_a_saved_query_may_have_comments(log: Path, tmp_path: Path) -> None:
    saved = tmp_path / "errors.query"
    saved.write_text("# what went wrong\nlevel:error\n   # in one line\n| stats count()\n")
    done = logtui("query", "--query-file", saved, log, "--output", "csv")
    assert done.stdout == b"count\r\n2\r\n"
    saved.write_text("# fine\nlevel:(error\n")
    done = logtui("query", "--query-file", saved, log)
    assert done.returncode == 2
    assert "logtui: level:(error\nlogtui:       ^\n" in said(done)
    assert logtui("query", "--query-file", tmp_path / "none", log).returncode == 2


def test_a_query_is_needed() -> None:
    done = logtui("query")
    assert done.returncode == 2
    assert "Missing argument 'QUERY'" in said(done)
