"""A sieve saves work and never a record: what is left out before it is built is what the filter would not match."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui import F, LogParser
from logtui.api.inputs import lines_of
from logtui.api.sieving import sieve_of
from logtui.engine.read.row_reader import read_rows
from logtui.formats.rows import reader
from logtui.query.rows import predicate
from tests.examples import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logtui.query.syntax.tree import Node

NOW = datetime(2025, 7, 22, tzinfo=UTC)
PODS = ("web-1", "web-2", "api-9")
SAID = st.sampled_from(
    (
        "INFO:app.main:Resolved tenant: company_a retry=1 size=100",
        "ERROR:app.main:failed tenant=company_x",
        'DEBUG:app.db:select tenant=company_b text="a company_x"',
        "WARN:app.main:late",
        "Traceback (most recent call last):",
        '  File "main.py", line 3, in <module>',
        "ValueError: no company_x",
        "\tat Main.run(Main.java:7)",
        "goroutine 1 [running]:",
        "main.work(0x1)",
        "thread 'main' panicked at src/main.rs:4:",
        "out of company_x",
        "\x1b[31mERROR\x1b[0m:app.main:in company_x",
        '{"level": "error", "message": "company_x", "tenant": "company_b"}',
        '{"@mt": "of {who}", "who": "company_x"}',
        "INFO:app.main:{",
        '"level": "error", "tenant": "company_x"',
        "}",
        "2025-07-22T10:00:00Z stdout P INFO:app.main:half of company_",
        "company\u017f_x",
        "",
        "   ",
    )
)
"""Inner lines: of the usual layout, parts of traces, objects, pieces, colours."""

BARE = st.sampled_from(
    ("broken company_x", "10:00:01 ERROR company_x late", "Jul 22 10:00:02 web app[1]: ERROR x", "", "\tat company_x")
)
FILTERS = st.sampled_from(
    (
        F(level="ERROR").node,
        F(level=["ERROR", "DEBUG"]).node,
        F("level>=warn").node,
        F(tenant="company_x").node,
        (F(tenant="company_x") | F(pod_name="web-2")).node,
        F("company_x").node,
        F("Company_X", level="ERROR").node,
        F('"of company_x"').node,
        F(tenant="company_x", pod_name="api-9").node,
        (F(level="ERROR") | F(tenant="company_b")).node,
        F("size:100").node,
        (~F("company_x")).node,
    )
)


@st.composite
def logs(draw: st.DrawFn) -> list[str]:
    """More than a sample of the usual lines, then any, in the order of time."""
    lines = [enveloped(number, "INFO:app.main:ready retry=1", PODS[number % 2]) for number in range(400)]
    for _ in range(draw(st.integers(1, 40))):
        bare = draw(st.one_of(st.none(), st.none(), st.none(), BARE))
        line = enveloped(len(lines), draw(SAID), draw(st.sampled_from(PODS))) if bare is None else bare
        lines += [line] * draw(st.sampled_from((1, 1, 1, 1, 1, 2, 300)))
    return lines


def enveloped(number: int, said: str, pod: str) -> str:
    time = (NOW + timedelta(minutes=number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    labels = {"pod_name": pod, "namespace_name": "prod", "container_name": pod[:3]}
    return json.dumps({"time": time, "stream": "stdout", "log": said, "kubernetes": labels})


@settings(max_examples=examples(60), deadline=None)
@given(logs(), FILTERS, st.sampled_from((2_000, 20_000, 256 * 1024)))
def test_what_a_sieve_leaves_is_what_the_filter_matches(lines: list[str], node: Node, block_bytes: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "FIRST_LINES", 0)
        assert list(found(lines, node, block_bytes, sieved=True)) == list(found(lines, node, block_bytes, sieved=False))


def found(lines: list[str], node: Node, block_bytes: int, *, sieved: bool) -> Iterator[tuple[object, ...]]:
    (source,) = lines_of(lines).sources()
    holds = predicate(node, now=NOW, zone=UTC)
    for row in read_rows(source, block_bytes=block_bytes, sieve=sieve_of(node) if sieved else None):
        if holds(row):
            yield row.line, row.timestamp_ns, row.level, row.message, row.raw, row.fields, row.bytes


@pytest.mark.parametrize("node", [F(level="ERROR").node, (F(tenant="x_y") | F(pod_name="web-9")).node])
def test_most_lines_that_cannot_match_become_no_records(node: Node) -> None:
    lines = [enveloped(number, "INFO:app.main:ready", PODS[number % 3]) for number in range(5_000)]
    (source,) = lines_of(lines).sources()
    assert len(list(read_rows(source, sieve=sieve_of(node)))) < reader.FIRST_LINES * 2


@pytest.mark.parametrize(
    "text", ["size:100", "source:app.log", "format:kubernetes", "x OR y:5", "NOT abc", "time>2025-01-01", "*:abc"]
)
def test_a_filter_whose_texts_may_stand_in_the_line_otherwise_has_no_needles(text: str) -> None:
    assert sieve_of(F(text).node) is None


def test_a_filter_finds_the_same_records_behind_the_first_lines() -> None:
    lines = [enveloped(number, f"INFO:app.main:n={number % 7}", PODS[number % 3]) for number in range(3_000)]
    lines[2_500] = enveloped(2_500, "ERROR:app.main:tenant=x_y", "web-1")
    (record,) = LogParser.from_lines(lines).filter(level="ERROR", tenant="x_y")
    assert (record.line, record.tenant) == (2_501, "x_y")


def test_a_record_that_was_left_out_is_found_by_a_line_that_continues_it() -> None:
    lines = [enveloped(number, "INFO:app.main:ready", PODS[number % 3]) for number in range(3_000)]
    lines[2_500] = enveloped(2_500, "\tat Main.company_x(Main.java:7)", "web-1")
    (record,) = LogParser.from_lines(lines).filter("company_x")
    assert (record.line, record.raw.count("\n"), record.pod_name) == (2_500, 1, "web-1")
