"""`LogParser` on a messy file: every call that its users make."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
import pickle
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import polars as pl
import pytest

from logtui import F, LogParser
from logtui.errors import ExportError, QueryError, SourceError, TimeError
from logtui.model.times import rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from logtui import Record

MESSY = Path(__file__).parent / "messy.log"
NOW = datetime(2025, 7, 22, 12, 15, tzinfo=UTC)


@pytest.fixture
def logs() -> LogParser:
    return LogParser.from_file(MESSY, now=NOW)


def lines(logs: LogParser) -> list[int]:
    return [record.line for record in logs]


def test_a_record_tells_who_wrote_what_when(logs: LogParser) -> None:
    record = next(iter(logs))
    assert record.timestamp == datetime(2025, 7, 22, 12, tzinfo=UTC)
    assert (record.level, record.severity_text, record.component) == ("INFO", "INFO", "app.main")
    assert (record.pod_name, record.namespace, record.container) == ("web-1", "prod", "web")
    assert record.message == "Resolved tenant: company_a case_id=abc retry=0"
    assert (record.line, record.raw) == (1, MESSY.read_text().split("\n")[0])
    assert {name: record.fields[name] for name in ("tenant", "case_id", "retry")} == {
        "tenant": "company_a",
        "case_id": "abc",
        "retry": 0,
    }


def test_fields_are_reached_as_attributes_and_as_items(logs: LogParser) -> None:
    record = next(record for record in logs if record.line == 7)
    assert record.case_id == record["case_id"] == record.fields["case_id"] == "abc"
    assert (record["company.a"], record["company-b"]) == (1, "x y")
    assert (record["pod_name"], record["pod"], record["component"]) == ("cache-1", "cache-1", "app.cache")
    assert "company.a" in record
    assert "tenant" not in record
    assert (record.get("tenant"), record.get("tenant", "none")) == (None, "none")
    assert {"timestamp", "message", "pod", "company.a"} <= set(record.keys())
    assert all(record[name] == record.get(name) for name in record)
    with pytest.raises(KeyError, match="tenant"):
        record["tenant"]
    with pytest.raises(AttributeError, match=r"no field 'tenant'; it has .*company-b"):
        _ = record.tenant


def test_a_field_that_is_called_like_an_attribute_has_a_name_of_its_own() -> None:
    (record,) = LogParser.from_lines(['{"time":"2025-07-22T12:00:00Z","msg":"m","line":"7"}'])
    assert (record.line, record["line"], record["@line"], record.fields["line"]) == (1, 1, "7", "7")
    assert "@line" in record.keys()  # noqa: SIM118  # a record is no dictionary


def test_a_record_shows_itself_in_a_line(logs: LogParser) -> None:
    shown = repr(next(record for record in logs if record.line == 3))
    assert shown.startswith(
        "Record(timestamp='2025-07-22T12:00:01Z', level='ERROR', pod_name='web-1', message='error: "
    )
    assert shown.endswith("line=3)")
    assert len(shown) < 300


def test_what_is_broken_stands_apart_and_the_rest_is_read(logs: LogParser) -> None:
    by_line = {record.line: record for record in logs}
    assert sorted(by_line) == [1, 3, 7, 14, 15, 16, 17, 19]
    assert [(record.line, record.format) for record in logs.malformed()] == [(line, "plain") for line in range(8, 14)]
    assert [record.message for record in logs.filter("not json").malformed()] == ["not json at all"]
    assert by_line[3].message.endswith("retry=3\nTraceback (most recent call last):\n" + TRACE)
    assert [by_line[line].pod_name for line in (14, 15, 16)] == [None, None, None]
    assert by_line[16].namespace == "7"
    assert by_line[16].timestamp == datetime(2025, 7, 22, 12, 0, 7, 500_000, UTC)
    assert by_line[17].timestamp is None


TRACE = '  File "app/db.py", line 7, in connect\nTimeoutError: timed out'


def test_it_can_be_iterated_again_and_filters_leave_it_as_it_is(logs: LogParser) -> None:
    first = lines(logs)
    errors = logs.filter(level="ERROR")
    assert lines(errors) == lines(errors) == [3, 16]
    assert lines(logs) == first
    assert repr(errors) == "<LogParser of 1 inputs where level:ERROR>"


FILTERS: list[tuple[F | str, list[int]]] = [
    (F(level="ERROR"), [3, 16]),
    (F(level="warning"), [7, 14]),
    (F(level=["WARN", "critical"]), [7, 14, 19]),
    (F(level=()), []),
    (F(container="cache"), [7]),
    (F(pod_name="web-1"), [1, 3]),
    (F(pod_name=["web-2", "cache-1"]), [7, 17, 19]),
    (F(pod_name=re.compile("^web-[2-9]")), [17, 19]),
    (F(namespace="dev"), [17, 19]),
    (F(component="app.db"), [3]),
    (F(tenant="company_a"), [1, 16]),
    (F(tenant=None, level="info"), [15, 17]),
    (F({"company.a": 1}), [7]),
    (F({"company-b": "x y"}), [7]),
    (F(retry=2), [19]),
    (F(retry=3.0), [3]),
    (F(after="2025-07-22T12:00:05Z"), [14, 15, 16, 19]),
    (F(before="2025-07-22 12:00:03"), [1, 3]),
    (
        F(after=datetime(2025, 7, 22, 12, 0, 3), before=datetime(2025, 7, 22, 12, 0, 5, tzinfo=UTC)),
        [7],
    ),  # naive times are UTC
    (F(after=datetime(2025, 7, 22, 14, 0, 7, tzinfo=UTC) - timedelta(hours=2)), [16, 19]),
    (F(last_minutes=10), [19]),
    (F(last_minutes=14.9), [15, 16, 19]),
    (F(message_contains=r"error.*timeout"), [3]),
    (F(message_contains=r"(?i)error.*timeout"), [3, 19]),
    (F(message_contains=re.compile(r"ERROR.*TIMEOUT", re.IGNORECASE)), [3, 19]),
    (F(message="slow ANSWER"), [7]),
    (F("level:>=warn tenant:company_a"), [16]),
    (F("level:>=warn", tenant="company_a"), [16]),
    (F(pod_name="web-2") | F(case_id="abc") | F(tenant="company_b"), [1, 3, 7, 17, 19]),
    (~F(container="web") & F("level:*"), [7, 14, 15]),
    (~(F(level="info") | F("-level:*")), [3, 7, 14, 16, 19]),
    (F(F(level="error"), tenant="company_b"), [3]),
    (~F(), []),
    (F() | F(level="error"), [1, 3, 7, 14, 15, 16, 17, 19]),
    ("timeout", [3, 19]),
]


@pytest.mark.parametrize(("condition", "expected"), FILTERS, ids=[repr(condition)[:60] for condition, _ in FILTERS])
def test_a_filter_finds_the_same_records_in_rows_and_in_frames(
    logs: LogParser, condition: F | str, expected: list[int]
) -> None:
    found = logs.filter(condition)
    assert lines(found) == expected
    assert found.count() == found.stats()["total"] == len(expected)
    assert found.to_polars()["line"].to_list() == expected


def test_filters_that_are_chained_all_have_to_hold(logs: LogParser) -> None:
    assert lines(logs.filter(level="error").filter(container="web").filter(retry=3)) == [3]
    assert lines(logs.filter({"company.a": 1}, "case_id:abc", level="warn")) == [7]


@pytest.mark.parametrize(
    ("conditions", "values", "message"),
    [
        (("(level:warn",), {}, "("),
        (("a | stats count()",), {}, "only a filter is asked for, got a pipe"),
        ((3,), {}, "expected a query text, a mapping or F"),
        ((), {"tenant": object}, "expected a text, a number, a pattern or a list for 'tenant'"),
        ((), {"message_contains": "("}, "message: "),
        ((), {"last_minutes": "soon"}, "expected a number of minutes for 'last_minutes', got 'soon'"),
        ((), {"after": 5.5}, "expected a datetime, or a text like -15m, for 'after', got 5.5"),
        ((), {"after": "tomorrowish"}, "tomorrowish"),
        ((), {"level": re.compile(b"x")}, "expected a text, got b'x'"),
    ],
)
def test_what_can_be_no_condition_is_said_at_once(
    logs: LogParser, conditions: tuple[Any, ...], values: dict[str, Any], message: str
) -> None:
    with pytest.raises(QueryError, match=re.escape(message)):
        logs.filter(*conditions, **values)


@pytest.mark.parametrize(("number", "text"), [(1234567.25, "1234567.25"), (1e20, "1" + "0" * 20), (-0.5, "-0.5")])
def test_numbers_keep_all_their_digits(number: float, text: str) -> None:
    logs = LogParser.from_lines([f"INFO:a:paid amount={text}", "INFO:a:paid amount=1.23457e+06"])
    assert lines(logs.filter(amount=number)) == [1]


def test_a_naive_present_is_of_the_zone_that_is_given() -> None:
    line = "2025-07-22T10:00:00Z INFO up"
    logs = LogParser.from_lines([line], tz="Europe/Berlin", now=datetime(2025, 7, 22, 12, 20))
    assert logs.filter(last_minutes=30).count() == logs.filter(after=datetime(2025, 7, 22, 11, 59)).count() == 1
    assert logs.filter(last_minutes=10).count() == logs.filter(after=datetime(2025, 7, 22, 12, 1)).count() == 0


def test_conditions_take_whatever_filters_take(logs: LogParser) -> None:
    assert lines(logs.filter(F(tenant="company_b") | "level:fatal")) == [3, 19]
    assert lines(logs.filter(F(level="warn") & {"company.a": 1})) == [7]
    with pytest.raises(QueryError, match="expected a query text, a mapping or F"):
        F() | 3  # type: ignore[operator]


def test_conditions_are_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="combine conditions with"):
        bool(F(level="error") or F(level="warn"))
    assert F(level="error") == F({"level": "error"})
    assert len({F(level="error"), F(level="error")}) == 1
    assert repr(F(level="error") | ~F(tenant="a b")) == r"F('level:error OR -tenant:a\\ b')"


def test_statistics_come_in_one_pass(logs: LogParser) -> None:
    assert logs.stats() == {
        "total": 8,
        "by_level": {"INFO": 3, "ERROR": 2, "WARNING": 2, "CRITICAL": 1},
        "by_container": {"web": 5, "cache": 1},
        "time_range": {"start": "2025-07-22T12:00:00Z", "end": "2025-07-22T12:10:00Z"},
        "malformed": 6,
        "malformed_examples": [f"{MESSY}:{line}: {MESSY.read_text().splitlines()[line - 1]}" for line in (8, 9, 10)],
        "skipped": 1,
        "cut_bytes": 0,
        "gaps": {
            "without_time": {"count": 1, "examples": [f"{MESSY}:17: {MESSY.read_text().splitlines()[16]}"]},
        },
    }
    assert json.loads(json.dumps(logs.stats())) == logs.stats()
    assert logs.filter(level="error").stats()["by_container"] == {"web": 2}
    assert logs.filter("-format:plain").stats()["malformed"] == 0


def test_statistics_show_what_reading_has_left_open(tmp_path: Path) -> None:
    entries = [f'{{"time":"2025-07-22T12:00:{second}Z","log":"INFO:app.main:done"}}' for second in range(10, 30)]
    entries[3] = '{"log":"INFO:app.main:when?"}'
    entries[8:8] = ["2025-07-22 12:00:00 INFO from elsewhere"] * 5
    path = tmp_path / "generated.log"
    path.write_text("\n".join(entries))
    assert LogParser.from_file(path).stats()["gaps"] == {
        "without_time": {"count": 1, "examples": [f"{path}:4: {entries[3]}"]},
        "loosely_read": {"count": 5, "examples": [f"{path}:{line}: {entries[8]}" for line in (9, 10, 11)]},
    }


def test_statistics_are_what_the_records_say(tmp_path: Path) -> None:
    generated = [envelope(number) for number in range(3_000)]
    path = tmp_path / "generated.log"
    path.write_text("\n".join(generated))
    logs = LogParser.from_file(path)
    records = list(logs)
    stats = logs.stats()
    times = [rfc3339(record.timestamp_ns) for record in records if record.timestamp_ns is not None]
    assert stats["total"] == len(records) == logs.count()
    assert stats["by_level"] == counted(record.level for record in records)
    assert stats["by_container"] == counted(record.container for record in records)
    assert stats["time_range"] == {"start": min(times), "end": max(times)}
    assert stats["malformed"] == sum(1 for _ in logs.malformed()) > 0
    assert stats["skipped"] > 0


def envelope(number: int) -> str:
    """Mostly alike, some with a trace, a level in lower case, a broken line."""
    if number % 97 == 0:
        return "" if number % 2 else "broken"
    said = ("INFO:a.b:done", "ERROR:a.b:failed", "\tat Main.run(Main.java:7)", "warn: late", "WARNING:x:y")[number % 5]
    moment = datetime(2025, 7, 22, tzinfo=UTC) + timedelta(milliseconds=(number * 7919) % 86_400_000)
    pod = {"pod_name": f"web-{number % 7}", "container_name": f"c{number % 3}"}
    return json.dumps({"time": moment.isoformat(), "stream": "stdout", "log": said + "\n", "kubernetes": pod})


def counted(values: Iterable[str | None]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
    return counts


def test_the_most_frequent_values_come_first(logs: LogParser) -> None:
    assert logs.top("tenant") == [("company_a", 2), ("company_b", 1)]
    assert logs.top("pod_name", 2) == [("web-1", 2), ("web-2", 2)]
    assert logs.top("nothing") == []


def test_a_histogram_has_its_empty_buckets_too(logs: LogParser) -> None:
    start = datetime(2025, 7, 22, 12, tzinfo=UTC)
    counts = logs.histogram("5m")
    assert counts == {start: 6, start + timedelta(minutes=5): 0, start + timedelta(minutes=10): 1}
    assert list(counts) == sorted(counts)
    assert logs.histogram(timedelta(minutes=5)) == counts
    assert logs.filter(level="trace").histogram("1h") == {}
    with pytest.raises(TimeError, match="buckets"):
        logs.histogram(timedelta(microseconds=1))
    with pytest.raises(TimeError, match="expected a duration, got 'soon'"):
        logs.histogram("soon")


def test_results_are_written_as_the_commands_write_them(logs: LogParser, tmp_path: Path) -> None:
    wanted = logs.filter("level:*")
    for kind in ("json", "text"):
        path = tmp_path / f"out.{kind}"
        assert getattr(wanted, f"to_{kind}")(path) == 8
        command = [sys.executable, "-m", "logtui", "query", "level:*", str(MESSY), "--output", kind, "--no-cache"]
        printed = subprocess.run(command, capture_output=True, check=True).stdout
        assert readable(path.read_bytes(), kind) == readable(printed, kind)


def readable(data: bytes, kind: str) -> object:
    return json.loads(data) if kind == "json" else data.decode()


def test_csv_has_the_columns_of_the_command_then_one_per_common_field(logs: LogParser, tmp_path: Path) -> None:
    assert logs.to_csv(tmp_path / "out.csv") == 8
    command = [sys.executable, "-m", "logtui", "query", "-format:plain", str(MESSY), "--output", "csv", "--no-cache"]
    printed = table(subprocess.run(command, capture_output=True, check=True).stdout.decode())
    written = table((tmp_path / "out.csv").read_text())
    assert [{name: row[name] for name in printed[0] if name != "fields"} for row in written] == [
        {name: value for name, value in row.items() if name != "fields"} for row in printed
    ]
    assert [json.loads(row["fields"]) for row in written] == [json.loads(row["fields"]) for row in printed]
    names = ("pod", "namespace", "container", "component", "tenant", "case_id", "company.a")
    assert [written[0][name] for name in names] == ["web-1", "prod", "web", "app.main", "company_a", "abc", ""]
    assert list(written[0])[9:15] == ["pod", "namespace", "container", "component", "stream", "retry"]


def test_a_csv_column_of_a_field_never_hides_another(tmp_path: Path) -> None:
    line = '{"time":"2025-07-22T12:00:00Z","log":"INFO:a:line=7 component=b fields=c","kubernetes":{}}'
    assert LogParser.from_lines([line]).to_csv(tmp_path / "out.csv") == 1
    (row,) = table((tmp_path / "out.csv").read_text())
    assert [row[name] for name in ("line", "@line", "component", "@component", "@fields")] == ["1", "7", "a", "b", "c"]


def test_a_rare_field_is_in_the_column_of_all_fields_only(tmp_path: Path) -> None:
    lines = [f"INFO:a:b common=1 rare{number}=2" for number in range(40)]
    LogParser.from_lines(lines).to_csv(tmp_path / "out.csv")
    rows = table((tmp_path / "out.csv").read_text())
    assert len(rows[0]) == 9 + 4 + 16 + 1
    assert [json.loads(row["fields"])[f"rare{number}"] for number, row in enumerate(rows)] == [2] * 40


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_left(logs: LogParser, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot write"):
        logs.to_json(tmp_path / "missing" / "out.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read", [LogParser.from_file, lambda path: LogParser.from_file(path.parent)])
@pytest.mark.parametrize("write", [LogParser.to_json, LogParser.to_csv, LogParser.to_text])
def test_a_log_is_never_replaced_by_what_is_read_from_it(
    read: Callable[[Path], LogParser], write: Callable[[LogParser, Path], int], tmp_path: Path
) -> None:
    log, link = tmp_path / "app.log", tmp_path / "link.log"
    log.write_text("INFO:a:b\n")
    link.symlink_to(log)
    with pytest.raises(ExportError, match=r"link\.log: it is one of the inputs"):
        write(read(log), link)
    assert log.read_text() == "INFO:a:b\n"


@pytest.mark.parametrize("read", [LogParser.from_file, LogParser.from_lines])
def test_an_open_log_is_never_replaced_by_what_is_read_from_it(
    read: Callable[[IO[str]], LogParser], tmp_path: Path
) -> None:
    log = tmp_path / "app.log"
    log.write_text("INFO:a:b\n")
    with log.open() as file, pytest.raises(ExportError, match="one of the inputs"):
        read(file).to_csv(log)
    assert log.read_text() == "INFO:a:b\n"


def test_frames_have_a_column_per_field(logs: LogParser) -> None:
    frame = logs.to_polars()
    assert frame["tenant"].to_list()[:2] == ["company_a", "company_b"]
    assert {"timestamp", "level", "message", "pod", "container", "company.a"} <= set(frame.columns)
    lazy = logs.lazy().filter(pl.col("level") == "error").select("line", "tenant")
    assert lazy.collect().rows() == [(3, "company_b"), (16, "company_a")]
    assert lazy.collect(engine="streaming").rows() == lazy.collect().rows()
    assert logs.lazy().head(2).collect().height == 2


def messages(logs: LogParser) -> list[str]:
    return [record.message for record in logs]


def test_many_kinds_of_inputs_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(MESSY.read_bytes())
    (tmp_path / "b.log.gz").write_bytes(gzip.compress(MESSY.read_bytes()))
    wanted = messages(LogParser.from_file(MESSY))
    text = MESSY.read_text().splitlines()
    with MESSY.open("rb") as binary, MESSY.open() as written:
        for given in (
            str(MESSY),
            tmp_path / "b.log.gz",
            [tmp_path / "a.log"],
            [str(tmp_path / "a.log")],
            str(tmp_path / "*.gz"),
            binary,
            written,
            io.BytesIO(MESSY.read_bytes()),
            io.StringIO(MESSY.read_text()),
            text,
            tuple(f"{line}\n" for line in text),
        ):
            logs = LogParser.from_file(given)
            assert messages(logs) == messages(logs) == wanted
        assert messages(LogParser.from_lines(text)) == wanted
        assert messages(LogParser.from_lines(line.encode() for line in text)) == wanted
    assert messages(LogParser.from_file(tmp_path)) == wanted * 2
    assert messages(LogParser.from_file(tmp_path / "a.log", tmp_path / "b.log.gz")) == wanted * 2


def test_what_can_be_read_once_says_so_the_second_time() -> None:
    logs = LogParser.from_file(iter(["INFO:a:b"]))
    assert messages(logs) == ["b"]
    with pytest.raises(SourceError, match="<lines> can be read only once"):
        messages(logs)


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    (tmp_path / "empty.log").touch()
    logs = LogParser.from_file(tmp_path / "empty.log")
    assert list(logs) == []
    assert logs.stats()["time_range"] == {"start": None, "end": None}
    assert logs.to_polars().height == 0


def test_a_file_that_is_missing_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nothing\.log"):
        LogParser.from_file(tmp_path / "nothing.log")
    with pytest.raises(FileNotFoundError):
        LogParser.from_file(MESSY, str(tmp_path / "*.log"))
    with pytest.raises(SourceError, match="expected a path, got ''"):
        LogParser.from_file("")
    with pytest.raises(TypeError, match="expected a path, an open file or lines, got 3"):
        LogParser.from_file(3)  # type: ignore[arg-type]
    with pytest.raises(TimeError, match="expected a time zone, got 'Mars'"):
        LogParser.from_file(MESSY, tz="Mars")


def test_times_without_a_zone_are_of_the_zone_that_is_given() -> None:
    line = "2025-07-22 12:00:00,000 - app - INFO - up"
    (utc,) = LogParser.from_lines([line])
    (berlin,) = LogParser.from_lines([line], tz="Europe/Berlin")
    assert utc.timestamp == datetime(2025, 7, 22, 12, tzinfo=UTC)
    assert berlin.timestamp == datetime(2025, 7, 22, 10, tzinfo=UTC)


def test_lines_may_have_times_without_a_year_or_a_day() -> None:
    months, clocks = ["Oct  7 12:00:00 host app[1]: up"] * 2, ["12:00:00 INFO up"] * 2
    for given in (months, clocks):
        (record, _) = LogParser.from_lines(given)
        assert record.timestamp is not None
        assert f"{record.timestamp:%H:%M:%S}" == "12:00:00"


def test_numbers_for_levels_are_counted_by_their_meaning() -> None:
    logs = LogParser.from_lines([f'{{"level":{level},"time":1753187696123,"msg":"m"}}' for level in (30, 50, 50)])
    assert logs.stats()["by_level"] == {"ERROR": 2, "INFO": 1}


@pytest.mark.parametrize("depth", [10, 400, 900, 5_000, 100_000])
def test_objects_nested_to_any_depth_are_records(depth: int) -> None:
    nested = '{"level":"info","a":' + '{"b":' * depth + "1.0" + "}" * depth + "}"
    (record,) = LogParser.from_lines([nested])
    assert record.raw == nested
    assert len(record.fields) <= 1
    json.dumps(record.fields)


SPELLINGS = {
    "TRACE": ("trace", "FINEST"),
    "DEBUG": ("debug", "FINE"),
    "INFO": ("INFO", "notice"),
    "WARNING": ("WARN", "Warning"),
    "ERROR": ("err", "SEVERE"),
    "CRITICAL": ("fatal", "alert", "emerg", "CRIT"),
}


def test_levels_have_the_names_of_python_and_keep_their_word() -> None:
    words = [(name, word) for name, spelled in SPELLINGS.items() for word in spelled]
    logs = LogParser.from_lines([f'{{"time":"2025-07-22T12:00:00Z","level":"{word}","msg":"m"}}' for _, word in words])
    assert [(record.level, record.severity_text) for record in logs] == words
    assert logs.stats()["by_level"] == {name: len(spelled) for name, spelled in SPELLINGS.items()}
    assert logs.filter(level="cRiTiCaL").count() == logs.filter(level="Fatal").count() == 4
    assert logs.filter(level=["W", "ERR"]).count() == 4
    assert logs.to_polars()["level"].to_list()[-1] == "fatal"


def test_an_error_of_klog_in_an_envelope_is_an_error() -> None:
    said = "E0722 12:00:00.123456   1 main.go:12] unreachable"
    (record,) = LogParser.from_lines([json.dumps({"time": "2025-07-22T12:00:00Z", "log": said})])
    assert (record.level, record.severity_text) == ("ERROR", "E")


def test_an_envelope_without_its_line_is_a_record() -> None:
    rest = '"time":"2025-07-22T12:00:00Z","kubernetes":{"pod_name":"web-1"}'
    logs = LogParser.from_lines([f'{{"log":"INFO:a:b",{rest}}}', f"{{{rest}}}", f'{{"log":"INFO:a:c",{rest}}}'])
    assert [record.pod_name for record in logs] == ["web-1"] * 3
    assert (logs.stats()["total"], logs.stats()["malformed"]) == (3, 0)


def test_a_line_of_a_text_log_that_has_no_header_is_no_malformed_entry() -> None:
    logs = LogParser.from_lines(["Starting", "2025-07-22 12:00:00,000 - app - INFO - up"])
    assert lines(logs) == [1, 2]
    assert (logs.stats()["total"], logs.stats()["malformed"]) == (2, 0)


def test_fields_have_the_types_of_the_json_that_is_written(tmp_path: Path) -> None:
    written = '{"n":1,"f":2.5,"b":true,"s":"7","l":[1,"a"],"big":98765432109876543210,"e":1e400,"msg":"x=3"}'
    logs = LogParser.from_lines([written])
    (record,) = logs
    logs.to_json(tmp_path / "out.json")
    wanted = {"n": 1, "f": 2.5, "b": True, "s": "7", "l": [1, "a"], "big": 98765432109876543210, "x": 3}
    assert {name: record.fields[name] for name in wanted} == wanted
    assert record.fields["e"] == "1e400"
    (exported,) = json.loads((tmp_path / "out.json").read_text())
    assert {name: exported["fields"][name] for name in wanted} == wanted
    assert logs.top("b") == [("true", 1)]


def test_more_digits_than_python_reads_stay_a_text() -> None:
    (record,) = LogParser.from_lines([f"INFO:a:b n={'7' * 5000}"])
    assert record.n == "7" * 5000


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_records_go_to_other_processes_and_stay_what_they_are(logs: LogParser, copied: Callable[[Any], Any]) -> None:
    record = first(logs)
    assert copied(record) == record
    assert copied(record.fields) == record.fields
    with pytest.raises(TypeError, match="cannot be changed"):
        copied(record).fields["tenant"] = "x"


def test_parsers_go_to_other_processes_with_their_filters(logs: LogParser) -> None:
    for each in (logs.filter(F(level="ERROR") | F(level="INFO")), LogParser.from_lines(["INFO:a:b", "INFO:a:c"])):
        assert pickle.loads(pickle.dumps(each)).count() == each.count()


def test_records_cannot_be_changed_and_equal_by_their_values(logs: LogParser) -> None:
    record, again = first(logs), first(logs)
    assert record == again
    assert len({record, again, *logs}) == logs.count()
    assert first(LogParser.from_lines(["INFO:a:b"])) != first(LogParser.from_lines(["INFO:a:c"]))
    for name in ("level", "message", "tenant"):
        with pytest.raises(AttributeError, match="a record cannot be changed"):
            setattr(record, name, "x")
    with pytest.raises(AttributeError, match="a record cannot be changed"):
        del record.message
    with pytest.raises(TypeError, match="cannot be changed"):
        record.fields["tenant"] = "x"
    assert record == again
    assert dict(record.fields) == json.loads(json.dumps(record.fields))


@pytest.mark.parametrize("values", [{"service": "auth"}, {"file": "db.py"}, {"line": 42}, {"module": "core"}])
def test_a_filter_reaches_a_field_that_is_named_as_a_column(values: dict[str, Any]) -> None:
    logs = LogParser.from_lines(["INFO:a:other", "INFO:a:call service=auth file=db.py line=42 module=core"])
    found = logs.filter(**values)
    assert lines(found) == found.to_polars()["line"].to_list() == [2]
    assert lines(logs.filter(~F(**values))) == [1]


def test_none_asks_for_records_that_have_neither_the_column_nor_the_field() -> None:
    logs = LogParser.from_lines(["INFO:a:other", "INFO:a:call service=auth"])
    assert lines(logs.filter(service=None)) == [1]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"tennant": "company_a"}, "no record has the field 'tennant'; did you mean 'tenant'?"),
        ({"levle": "ERROR"}, "'levle' is taken for the name of a field; did you mean 'level'?"),
        ({"last_minute": 5}, "did you mean 'last_minutes'?"),
        ({"level": "WARNNING"}, "'WARNNING' is no level; did you mean 'WARNING'?"),
        ({"level": ["info", "critcal"]}, "did you mean 'CRITICAL'?"),
    ],
)
def test_a_misspelt_name_or_level_is_warned_of(logs: LogParser, values: dict[str, Any], message: str) -> None:
    with pytest.warns(UserWarning, match=re.escape(message)):
        list(logs.filter(**values))


@pytest.mark.filterwarnings("error")
def test_a_right_name_is_never_warned_of(logs: LogParser) -> None:
    for name in ("container_id", "message_id", "levels", "user_name"):
        logs.filter({name: "7"})
    for name in ("pod", "msg", "whatever"):
        assert lines(logs.filter({name: "no such value"})) == []
    assert lines(logs.filter(tenant="no such tenant", level="AUDIT")) == []


def test_a_parser_is_made_by_from_file() -> None:
    with pytest.raises(TypeError, match=re.escape("use LogParser.from_file('app.log')")):
        LogParser("app.log")  # type: ignore[arg-type]


def test_an_encoding_can_be_stated(tmp_path: Path) -> None:
    path = tmp_path / "old.log"
    path.write_bytes("INFO:app:ш".encode("koi8-r"))
    logs = LogParser.from_file(path, encoding="koi8-r")
    assert [record.message for record in logs] == logs.to_polars()["message"].to_list() == ["ш"]
    with pytest.raises(SourceError, match="there is no encoding 'klingon'"):
        LogParser.from_file(path, encoding="klingon")


def first(logs: LogParser) -> Record:
    return next(iter(logs))


def test_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "later.log"
    path.write_text("INFO:a:old\n")
    logs = LogParser.from_file(path).filter(level="info")
    path.write_text("INFO:a:new\n")
    assert first(logs).message == "new"


def test_the_library_does_without_polars_and_the_screen() -> None:
    code = (
        "import sys; from logtui import F, LogParser\n"
        f"logs = LogParser.from_file({str(MESSY)!r}).filter(F(level='error') | F(tenant='company_a'), 'pod:*')\n"
        "assert logs.stats()['total'] == len(list(logs)) > 0\n"
        "assert {'polars', 'textual', 'typer', 'rich'} & set(sys.modules) == set()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
