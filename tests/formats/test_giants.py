"""Records beyond the limit are cut at the same places, whoever reads them and wherever the blocks are cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logtui.formats import records
from logtui.formats.rows import records as row_records
from tests.examples import examples
from tests.formats.helpers import cut
from tests.formats.test_rows import columns, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 200
GAP = 4

HEADS = st.sampled_from(["2025-07-22 12:34:56 INFO begin", "2025-07-22 12:34:57 ERROR other", "words", "{", ""])
PODS = st.sampled_from(["a", "b", "c"])
PIECES = st.sampled_from(["F", "P"])
SIZES = st.integers(0, 3 * LIMIT)


def continued(size: int) -> str:
    return "\tat " + "x" * size


def in_container(pod: str, text: str) -> str:
    return f"[pod/{pod}/main] {text}"


def in_runtime(piece: str, text: str) -> str:
    return f"2025-07-22T12:34:56.123456789Z stdout {piece} {text}"


TEXTS = st.one_of(HEADS, SIZES.map(continued), st.sampled_from([" ", "\t"]))
LINES = st.one_of(TEXTS, st.builds(in_container, PODS, TEXTS), st.builds(in_runtime, PIECES, TEXTS))


@pytest.fixture(scope="module", autouse=True)
def _little_limits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in (records, row_records):
            patch.setattr(module, "MAX_RECORD_BYTES", LIMIT)
            patch.setattr(module, "STREAM_GAP", GAP)
        yield


@pytest.mark.slow
@settings(max_examples=examples(25))
@given(st.lists(TEXTS, min_size=1, max_size=25), st.lists(st.integers(1, 3000), max_size=10))
def test_lines_of_any_size_give_the_same_records(lines: list[str], cuts: list[int]) -> None:
    data = "\n".join(lines).encode()
    wanted = rows([data])
    assert sum(record["bytes"] for record in wanted) <= len(data)
    assert columns([data]) == wanted
    assert columns(cut(data, cuts)) == wanted


@pytest.mark.slow
@settings(max_examples=examples(25))
@given(st.lists(LINES, min_size=1, max_size=25), st.lists(st.integers(1, 3000), max_size=10))
def test_interleaved_lines_of_any_size_give_the_same_records(lines: list[str], cuts: list[int]) -> None:
    data = "\n".join(lines).encode()
    wanted = rows([data])
    assert columns([data]) == wanted
    assert columns(cut(data, cuts)) == wanted


def test_a_blank_line_after_a_gap_is_skipped_and_what_follows_starts_a_record() -> None:
    lines = ["words", *[in_container("b", "2025-07-22 12:34:56 INFO other")] * 6, "", "\tx", in_container("b", "\tx")]
    data = "\n".join(lines).encode()
    wanted = rows([data])
    assert [record["line"] for record in wanted] == [1, 2, 3, 4, 5, 6, 7, 9]
    assert columns([data]) == wanted
    assert columns(cut(data, range(1, len(data), 3))) == wanted


def test_blank_lines_alone_do_not_grow_a_record_beyond_the_limit() -> None:
    data = b"words\n" + b"\n" * (3 * LIMIT)
    wanted = rows([data])
    assert [record["bytes"] for record in wanted] == [LIMIT, LIMIT, LIMIT, 6]
    assert columns(cut(data, range(1, len(data), 70))) == wanted
