"""Records do not depend on where blocks are cut, and no byte is unaccounted for."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.read.batch import Provisional, Records, final_frames
from logtui.formats import Detection, RecordAssembler, SourceClock, detect
from logtui.formats.line_reader import LineReader
from logtui.lines import LineSplitter
from tests.formats.helpers import cut, reader_of, records_of

LINES = st.sampled_from(
    [
        "2025-07-22T12:34:56Z INFO AuthenticationService user123 User login a=1",
        '{"timestamp":"2025-07-22T12:34:57Z","level":"error","message":"json"}',
        '{"time":"2025-10-07T16:00:00Z","stream":"stderr","log":"ERROR:app:x","kubernetes":{"pod_name":"a"}}',
        '{"time":"2025-10-07T16:00:00Z","stream":"stderr","log":"  at x","kubernetes":{"pod_name":"a"}}',
        '{"time":"2025-10-07T16:00:00Z","stream":"stdout","log":"INFO:app:y","kubernetes":{"pod_name":"b"}}',
        "Jul 22 12:34:58 node-1 sshd[7]: Accepted",
        "Dec 31 23:59:59 node-1 sshd[7]: late",
        "Jan  1 00:00:01 node-1 sshd[7]: early",
        "Feb 29 00:00:01 node-1 sshd[7]: leap",
        "[23:59:59 INF] clock",
        "[06:00:00 INF] clock",
        '<![LOG[Policy]LOG]!><time="12:34:56.789-120" date="07-22-2025" component="Agent" type="1" thread="12">',
        "<![LOG[Policy of",
        "Jul 22, 2025 12:34:56 PM com.example.Orders create",
        "SEVERE: lost connection",
        "__CURSOR=s=1;i=1",
        "MESSAGE=from the journal",
        '{"Records":[{"time":"2025-07-22T12:34:56Z"},{"time":"2025-07-22T12:34:57Z"}]}',
        "Traceback (most recent call last):",
        '  File "x.py", line 1',
        "ValueError: x",
        "\tat a.b.C(D.java:1)",
        "",
        " ",
        "{",
        '  "level": "warn", "msg": "pretty"',
        "}",
        "plain words",
        "level=info msg=logfmt time=2025-07-22T12:34:56Z",
        "progress 10%\rprogress 20%",
        "caf\u00e9 \U0001f600",
    ]
)


@pytest.mark.slow
@given(st.lists(LINES, min_size=1, max_size=25), st.lists(st.integers(1, 1500), max_size=10))
def test_records_do_not_depend_on_where_blocks_are_cut(lines: list[str], cuts: list[int]) -> None:
    data = "\n".join(lines).encode()
    whole = records_of([data])
    parts = records_of(cut(data, cuts))
    assert parts.select(sorted(parts.columns)).equals(whole.select(sorted(whole.columns)))


PARTS_OF_TRACES = st.sampled_from(
    [
        "Traceback (most recent call last):",
        '  File "x.py", line 1, in load',
        "ValueError: x",
        "box.errors.Unfit: no",
        "During handling of the above exception, another exception occurred:",
        "thread 'main' panicked at src/main.rs:4:5:",
        "index out of bounds",
        "goroutine 1 [running]:",
        "main.load(0x0)",
        "\t/src/load.go:12 +0x1d",
        "",
        "server up",
        "2025-07-22 12:34:56 INFO ready",
        "{",
        '  "level": "warn", "msg": "pretty"',
        "}",
    ]
)
IN_PODS = st.builds(
    lambda pod, text: f'{{"log":{json.dumps(text)},"stream":"stderr","kubernetes":{{"pod_name":"{pod}"}}}}',
    st.sampled_from("ab"),
    PARTS_OF_TRACES,
)


@given(st.lists(st.one_of(PARTS_OF_TRACES, IN_PODS), min_size=1, max_size=30), st.sets(st.integers(1, 29)))
def test_records_do_not_depend_on_which_lines_are_parsed_together(texts: list[str], borders: set[int]) -> None:
    detection = detect(pl.Series(texts))
    whole, parts = (records_of_parts(texts, detection, each) for each in (set[int](), borders))
    assert parts.equals(whole)


def records_of_parts(texts: list[str], found: Detection, borders: set[int]) -> pl.DataFrame:
    """What the records of lines are if a new block begins at the given ones."""
    clock = SourceClock(datetime(2025, 12, 1, tzinfo=UTC), UTC)
    reader = LineReader(found.cascade, found.orders)
    assembler = RecordAssembler("memory", clock, reader)
    lines = LineSplitter().feed("".join(f"{text}\n" for text in texts).encode())
    places = sorted({0, len(texts), *(place for place in borders if place < len(texts))})
    records = []
    for start, end in itertools.pairwise(places):
        records.append(assembler.feed(reader.read(lines[start:end])))
    whole = pl.concat([*records, assembler.finish()], how="diagonal").drop("order_time")
    return whole.select(sorted(whole.columns))


@given(st.lists(st.one_of(LINES.map(str.encode), st.binary(max_size=30)), max_size=25).map(b"\n".join))
def test_every_byte_is_in_a_record_or_counted_as_skipped(data: bytes) -> None:
    reader = reader_of([data] if data else [])
    record_bytes = sum(int(frame["bytes"].sum()) for frame in final_frames(reader.batches()))
    assert record_bytes + reader.skipped.total() == len(data)


@pytest.mark.slow
@pytest.mark.parametrize("block", [1000, 100_000, 10**9])
def test_a_record_of_many_lines_is_cut_at_the_same_places_whatever_the_blocks(block: int) -> None:
    data = b"2025-07-22 12:34:56 ERROR trace\n" + b"\tat a.b.C(D.java:1)\n" * 150_000
    records = records_of(cut(data, range(block, len(data), block)) if block > 1000 else [data])
    assert records["bytes"].to_list() == records_of([data])["bytes"].to_list()
    assert int(records["bytes"].sum()) == len(data)
    assert int(records["bytes"].max()) <= 1024 * 1024 + 100  # type: ignore[arg-type]


def test_years_roll_over_inside_a_file_without_years() -> None:
    records = records_of(
        [b"Dec 31 23:59:59 host cron: a\nJan  1 00:00:01 host cron: b\nFeb 29 10:00:00 host cron: c\n"]
    )
    assert records["timestamp"].dt.year().to_list() == [2023, 2024, 2024]


def test_order_time_never_decreases_and_ignores_times_out_of_range() -> None:
    text = (
        b"no time yet\n2025-07-22 12:00:00 INFO a\n2099-01-01 00:00:00 INFO odd\n"
        b"1970-01-01 00:00:00 INFO epoch\n2025-07-22 11:59:59 INFO late\n2025-07-22 12:00:05 INFO b\n"
    )
    records = records_of([text])
    clock = records["order_time"].dt.strftime("%Y %H:%M:%S").to_list()
    assert clock == ["2025 12:00:00"] * 5 + ["2025 12:00:05"]
    assert records["timestamp"].dt.year().to_list() == [None, 2025, 2099, 1970, 2025, 2025]


def test_a_quiet_pipe_shows_its_open_record_and_replaces_it() -> None:
    blocks = [b"2025-07-22 12:00:00 INFO a\n", b"", b"\tmore\n", b"", b"2025-07-22 12:00:01 INFO b\n"]
    shown = [(type(batch), batch.frame["message"].to_list()) for batch in reader_of(blocks).batches()]
    assert [both for both in shown if both[1]] == [
        (Provisional, ["a"]),
        (Provisional, ["a\n\tmore"]),
        (Records, ["a\n\tmore"]),
        (Records, ["b"]),
    ]


def test_an_empty_source_has_no_records() -> None:
    assert records_of([]).is_empty()
    assert isinstance(records_of([b"\n\n"]), pl.DataFrame)
