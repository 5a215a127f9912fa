"""The row readers give the records of the column readers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.read.options import ReadOptions
from logtui.engine.read.row_reader import read_rows
from logtui.formats import FORMATS
from logtui.formats.rows import ROW_FORMATS, TimeReader
from logtui.formats.timestamps import parse_timestamps
from logtui.model.names import FIELD_PREFIX
from tests.formats.helpers import MemorySource, cut, records_of
from tests.formats.test_blocks import IN_PODS, LINES, PARTS_OF_TRACES
from tests.formats.test_cases import family_cases, timestamp_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logtui.formats.base import Format

CORE = (
    "timestamp_ns level severity_text service host logger message raw source line offset bytes format".split()  # noqa: SIM905
)

MORE_LINES = st.sampled_from(
    [
        '{"time":"2025-10-07T16:00:00Z","stream":"stderr","log":"{\\"level\\":\\"warn\\",\\"msg\\":\\"in\\"}","kubernetes":{"pod_name":"a"}}',
        '{"stream":"stderr","log":"level=error msg=\\"two words\\"","kubernetes":{"pod_name":"a"}}',
        '{"ts":1753187696.25,"lvl":"WARN","n":1.5,"big":1e5,"tags":["a",{"b":1.0}],"deep":{"er":{"est":true}},"no":null}',
        '10.0.0.7 - - [22/Jul/2025:12:34:57 +0200] "POST /login?a=1 HTTP/1.0" 503 -',
        "<34>Oct 11 22:14:15 mymachine su[230]: 'su root' failed on /dev/pts/8",
        '<165>1 2025-07-22T12:34:56.003Z db-1 postgres 8710 ID47 [meta@1 seq="7"] checkpoint complete',
        "2025-07-22 12:34:56,789 ERROR [main] org.example.Store: lost connection id=7",
        "2025-07-22 12:34:56,789 - app.db - ERROR - connection pool exhausted",
        "2025-07-22 12:34:56 [worker-3] ERROR could not connect",
        "13/02/2025 10:00:00 INFO day first",
        "\x1b[31mERROR\x1b[0m 2025-07-22 12:34:56 payment refused",
        '{"level":"info","msg":"tw',
        "[WARN] disk almost full",
        "Resolved tenant: company_a, (orderId: 7) user_id:  x.y. retry=1",
        '{"level":"warn","msg":"late retry=3\\nby k=v tenant: b\\n","ts":"2025-10-07T16:00:00Z"}',
        "k=v 'k2=v2' k3=\"a b\" (k4=v4)",
    ]
)

SHAPES_OF_TIMES = (
    "2025-07-22T12:34:60Z",
    "2025-07-22T24:00:00",
    "2025-02-29 10:00:00",
    "2025-07-22 12:34:56 +02:00",
    "69/01/02 10:00:00",
    "70/01/02 10:00:00",
    "Mon, 22 Jul 2025 12:34:56 GMT",
    "Tue, 22 Jul 2025 12:34:56 GMT",
    "Tue Jul  2 12:34:56.123 2024",
    "Tue Jul 22 12:34:56 EST 2025",
    "01/02/2025 12:34:56 PM",
    "13/13/2025 10:00:00",
    "20250722T123456,5+02",
    "1677-01-01 00:00:00",
    "2262-05-01 00:00:00",
    "1753187696",
    "1753187696.25",
    "1753187696123",
)


def columns(blocks: Sequence[bytes], options: ReadOptions | None = None) -> list[dict[str, Any]]:
    """The records of the column readers, as comparable dictionaries."""
    records = records_of(blocks, options)
    records = records.with_columns(timestamp_ns=pl.col("timestamp").dt.timestamp("ns"))
    return [
        {name: row[name] for name in CORE}
        | {"fields": {k[1:]: v for k, v in row.items() if k.startswith(FIELD_PREFIX) and v is not None}}
        for row in records.iter_rows(named=True)
    ]


def rows(blocks: Sequence[bytes], log_format: str | None = None) -> list[dict[str, Any]]:
    """The records of the row readers, as comparable dictionaries."""
    return [
        {name: getattr(record, name) for name in (*CORE, "fields")}
        for record in read_rows(MemorySource(blocks), format=log_format)
    ]


@pytest.mark.parametrize("case", family_cases(), ids=lambda case: case["name"])
def test_a_case_gives_the_same_records(case: dict[str, Any]) -> None:
    data = case["text"].encode()
    assert rows([data]) == columns([data])


@given(st.lists(LINES, min_size=1, max_size=25))
def test_mixed_lines_give_the_same_records(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    assert rows([data]) == columns([data])


@given(st.lists(st.one_of(PARTS_OF_TRACES, IN_PODS), min_size=1, max_size=25))
def test_parts_of_traces_give_the_same_records(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    assert rows([data]) == columns([data])


@given(st.lists(st.one_of(LINES, MORE_LINES), min_size=1, max_size=25), st.lists(st.integers(1, 1500), max_size=10))
def test_records_of_rows_do_not_depend_on_where_blocks_are_cut(lines: list[str], cuts: list[int]) -> None:
    data = "\n".join(lines).encode()
    assert rows(cut(data, cuts)) == rows([data])


@pytest.mark.slow
@given(st.lists(MORE_LINES, min_size=1, max_size=15))
def test_more_formats_give_the_same_records(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    assert rows([data]) == columns([data])


@given(st.lists(st.one_of(LINES.map(str.encode), st.binary(max_size=30)), max_size=25).map(b"\r\n".join))
def test_lines_of_any_bytes_lie_where_the_column_reader_sees_them(data: bytes) -> None:
    wanted = [(record["line"], record["offset"], record["bytes"], record["raw"]) for record in columns([data])]
    assert [(record["line"], record["offset"], record["bytes"], record["raw"]) for record in rows([data])] == wanted


@pytest.mark.parametrize("log_format", FORMATS, ids=lambda log_format: log_format.name)
def test_the_samples_of_a_format_give_the_same_records(log_format: Format) -> None:
    data = "\n".join(log_format.samples).encode()
    assert rows([data]) == columns([data])
    assert rows([data], log_format.name) == columns([data], ReadOptions(log_format.name, message_fields=True))


def test_the_formats_are_tried_in_the_same_order() -> None:
    assert [each.name for each in ROW_FORMATS] == [each.name for each in FORMATS]
    assert [each.headed for each in ROW_FORMATS] == [each.headed for each in FORMATS]


@pytest.mark.parametrize("text", [*(text for text, _ in timestamp_rows()), *SHAPES_OF_TIMES])
def test_a_time_is_read_as_in_a_column(text: str) -> None:
    parsed = parse_timestamps(pl.Series([text]))
    flags = [parsed[name][0] for name in ("zoned", "yearless", "dateless")]
    wanted = (parsed["timestamp"].dt.timestamp("ns")[0], *flags)
    reader = TimeReader()
    first, again = reader.read(text), reader.read(text)
    assert (first or (None,) * 4) == wanted
    assert again == first


@pytest.mark.slow
def test_a_record_of_many_lines_is_cut_at_the_same_places() -> None:
    data = b"2025-07-22 12:34:56 ERROR trace\n" + b"\tat a.b.C(D.java:1)\n" * 150_000
    assert [record["bytes"] for record in rows([data])] == [record["bytes"] for record in columns([data])]


def test_years_roll_over() -> None:
    data = b"Dec 31 23:59:59 host cron: a\nJan  1 00:00:01 host cron: b\nFeb 29 10:00:00 host cron: c\n"
    assert rows([data]) == columns([data])


LONG_TEXTS = (
    "[",
    "a.",
    "- ",
    "a-",
    "1 ",
    "a=1 ",
    "[a] ",
    "a:",
    "(",
    "a1 ",
    " ",
    "|",
    "\\",
    '"',
    "a$b",
    "<<",
    "{",
    'k="v ',
    "A.B::",
)


@pytest.mark.parametrize("unit", LONG_TEXTS)
def test_no_pattern_of_the_row_reader_backtracks_over_a_long_line(unit: str) -> None:
    text = unit * 50_000
    started = time.process_time()
    for row_format in ROW_FORMATS:
        row_format.read(text)
    assert time.process_time() - started < 3
