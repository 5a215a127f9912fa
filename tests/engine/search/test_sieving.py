"""A request reads in full only the records that it may match, and answers as if it had read all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.read.options import ReadOptions
from logtui.engine.search.datasets import dataset_of_inputs
from logtui.engine.search.request import Request
from logtui.engine.search.sieving import sieve_of
from logtui.model.record import NO_RECORDS
from logtui.sources import SAMPLE_BYTES

if TYPE_CHECKING:
    from pathlib import Path

LEVELS: Final = ("INFO", "INFO", "INFO", "WARN", "INFO", "DEBUG", "INFO", "INFO", "ERROR", "INFO", "INFO")
SERVICES: Final = ("AuthService", "OrderService", "SearchService")
ODD: Final = (
    "\tat a.b.Quagga(D.java:1)\nCaused by: java.io.IOException: timeout\n",
    '{"level":"error","msg":"a \\u0071uagga","service":"json"}\n',
    "  quagga\n\nplain words\n",
    "2025-07-22T00:00:00Z ERROR AuthService u1 \x1b[31mquagga\x1b[0m\n",
    "2025-07-23T00:00:00Z WARN AuthService u2 a Quagga of tomorrow order=7\n",
    "2025-07-22T00:00:01Z INFO OrderService u3 K\u212aelvin stra\u00dfe stra\u1e9ee\n",
)
ATOMS: Final = (
    "quagga",
    "-quagga",
    "/quag+a/",
    "/quagga/",
    "quag*g?",
    "level:error",
    "-level:info",
    "level:>=warn",
    "service:order*",
    "-service:*",
    "app:order*",
    "-sev:>=warn",
    "timeout",
    "user:u3",
    "order:7",
    "format:service",
    "kkelvin",
    "STRA\u00dfE",
    "message:*request*",
    "bytes:<70",
)


def text_of(start: int) -> str:
    """A log that is longer than what formats are detected from, with a few other lines."""
    lines = (
        f"2025-07-22T00:{at // 100 % 60:02}:{at % 60:02}.{at % 1000:03}Z "
        f"{LEVELS[at % 11]} {SERVICES[at % 3]} u{at % 9} "
        f"request {at} took {at % 77} ms{' with a quagga' * (at % 311 == 0)}\n{ODD[at % 6] if at % 97 == 0 else ''}"
        for at in range(start, start + SAMPLE_BYTES // 25)
    )
    return "".join(lines)


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two logs."""
    folder: Path = tmp_path_factory.mktemp("logs")
    for start in (0, 5000):
        (folder / f"{start}.log").write_text(text_of(start))
    return sorted(map(str, folder.iterdir()))


def answer(inputs: list[str], text: str) -> pl.DataFrame:
    dataset, _ = dataset_of_inputs(inputs, ReadOptions(block_bytes=64 * 1024))
    found: pl.DataFrame = pl.concat([NO_RECORDS, *dataset.records(Request.of(text))], how="diagonal")
    return found.select(sorted(each.name for each in found if each.null_count() < len(found)))


def filters() -> st.SearchStrategy[str]:
    joined = st.tuples(st.sampled_from(ATOMS), st.sampled_from(("AND", "OR", "AND NOT")), st.sampled_from(ATOMS))
    return st.one_of(st.sampled_from(ATOMS), st.builds("({0[0]}) {0[1]} ({0[2]})".format, joined))


@pytest.mark.slow
@given(filters(), st.sampled_from((None, *ATOMS)))
def test_an_answer_is_that_without_a_sieve(paths: list[str], first: str, second: str | None) -> None:
    text = first if second is None else f"({first}) ({second})"
    found = answer(paths[:1], text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("logtui.engine.search.files.sieve_of", lambda _request: None)
        assert found.equals(answer(paths[:1], text))


@pytest.mark.parametrize(
    "text",
    [
        "quagga level:warn",
        *(
            pytest.param(text, marks=pytest.mark.slow)
            for text in ("quagga", "level:error", "order:7 quagga", "-level:info")
        ),
    ],
)
def test_merged_inputs_answer_as_without_a_sieve(paths: list[str], text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = answer(paths, text).drop("seq")
    monkeypatch.setattr("logtui.engine.search.files.sieve_of", lambda _request: None)
    assert len(found)
    assert found.equals(answer(paths, text).drop("seq"))


@pytest.mark.parametrize(
    ("text", "texts", "columns"),
    [
        ("quagga", 1, set()),
        ("quagga OR level:error", 0, set()),
        ("quagga OR zebra", 1, set()),
        ("a* *b level:error", 2, {"level", "severity_text"}),
        ("level:error OR service:api", 0, {"level", "severity_text", "service"}),
        ("-level:debug", 0, {"level", "severity_text"}),
        ("quagga level:error user:x", 1, set()),
        ("quagga level:error | stats count()", 1, set()),
        ("service:api timestamp:>2025", 0, {"service"}),
    ],
)
def test_a_sieve_has_the_parts_that_every_match_meets(text: str, texts: int, columns: set[str]) -> None:
    sieve = sieve_of(Request.of(text))
    assert (
        (0, set()) == (texts, columns) if sieve is None else (len(sieve.texts), set(sieve.columns)) == (texts, columns)
    )


@pytest.mark.parametrize("text", ["*", "user:x", "-quagga", "message:quagga", "quagga seq:<9", "/a b/x"])
def test_other_requests_have_no_sieve(text: str) -> None:
    assert sieve_of(Request.of(text)) is None


def test_the_newest_time_is_that_of_all_records_after_a_search(paths: list[str]) -> None:
    dataset, _ = dataset_of_inputs(paths[:1], ReadOptions())
    newest = dataset.newest()
    assert newest is not None
    assert dataset.count(Request.of("kkelvin")).count
    assert dataset.newest() == newest
