"""Which formats read a source, and in which order: the more specific one reads, however rare its lines are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.formats import FORMATS
from logtui.formats.rows import ROW_FORMATS
from logtui.formats.scoring import MORE_SPECIFIC, admitted, exclusive_shares, in_turn, main_format
from tests.formats.helpers import records_of

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOSE = {"levelled", "priority", "generic"}


def test_the_table_names_each_format_whose_lines_another_reads_too() -> None:
    named = {other for others in MORE_SPECIFIC.values() for other in others}
    readers = {each.name: each for each in ROW_FORMATS}
    found = {
        (family.name, each.name)
        for each in FORMATS
        for family in FORMATS
        if not {each.name, family.name} & LOOSE
        and each is not family
        and any(readers[family.name].read(sample) is not None for sample in each.samples)
    }
    assert {(family, name) for family, names in MORE_SPECIFIC.items() if family not in LOOSE for name in names} >= found
    assert named <= {each.name for each in FORMATS}


def test_a_family_is_no_main_format_because_it_reads_what_is_more_specific() -> None:
    read = {"kubernetes": range(9), "json": range(10)}
    shares = {"kubernetes": 0.9, "json": 1.0}
    exclusive = exclusive_shares(read, 10)
    assert exclusive == {"kubernetes": 0.9, "json": 0.1}
    assert main_format(admitted(shares), shares, exclusive) == "kubernetes"


def test_the_main_format_reads_first_but_for_more_specific_ones() -> None:
    assert in_turn("json", ["json", "python", "generic"])[:5] == [
        "kubernetes",
        "cloudwatch",
        "journald",
        "json",
        "python",
    ]
    assert in_turn("generic", ["python", "generic"])[-1] == "generic"


MIXTURES = [
    [
        '{"time":"2025-10-07T16:00:00Z","stream":"stderr","log":"ERROR:app.main:failed"}',
        '{"time":"2025-10-07T16:00:00Z","log":"WARNING:app.main:slow"}',
        '{"time":"2025-10-07T16:00:00Z","kubernetes":{"pod_name":"a"}}',
        '{"time":"2025-10-07T16:00:00Z","level":"info","msg":"own"}',
    ],
    [
        "Jul 22 12:34:56 web-1 sshd[7]: Failed password",
        "Jul 22 12:34:56 web-1 CEF:0|Acme|Gate|1.0|100|worm stopped|10|src=10.0.0.1 dst=2.1.2.2",
        "2025-07-22 12:34:56 [worker-3] ERROR could not connect",
    ],
    [
        "2025-07-22T12:34:56Z INFO AuthenticationService user123 User login successful",
        "2025-07-22 12:34:56,789 ERROR [main] org.example.Store: lost connection",
        "INFO:app.main:ready",
        "level=warn msg=slow ms=7",
        "2025-07-22 12:34:56 payment refused",
    ],
]


def said(lines: Sequence[str]) -> list[tuple[object, ...]]:
    records = records_of(["".join(f"{line}\n" for line in lines).encode()])
    return records.select("format", pl.col("level").cast(pl.String), "message", "logger", "service").rows()


@pytest.mark.slow
@pytest.mark.parametrize("kinds", MIXTURES, ids=["objects", "syslog", "text"])
@given(data=st.data())
def test_one_line_changes_the_reading_of_no_other_record(kinds: list[str], data: st.DataObject) -> None:
    others = data.draw(st.lists(st.sampled_from(kinds), max_size=12))
    lines = [*kinds, *others]
    place = data.draw(st.integers(0, len(lines)))
    line = data.draw(st.sampled_from(kinds))
    before, after = said(lines), said([*lines[:place], line, *lines[place:]])
    assert [*after[:place], *after[place + 1 :]] == before
