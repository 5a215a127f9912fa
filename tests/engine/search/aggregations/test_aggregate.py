"""Aggregations mean what the query language means, wherever the records are kept and however they are divided."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logtui.engine.live.snapshot import Chunk
from logtui.engine.search.aggregations.aggregate import aggregate
from logtui.engine.search.aggregations.results import (
    CardinalityResult,
    HistogramResult,
    Interval,
    Result,
    StatsResult,
    Term,
    TermsResult,
)
from logtui.engine.search.aggregations.specs import Cardinality, Histogram, Spec, Stats, Terms
from logtui.engine.search.answer_order import Order
from logtui.engine.search.dataset import Searched
from logtui.engine.search.datasets import dataset_of_runs, dataset_of_store
from logtui.engine.search.request import Request
from logtui.errors import LogtuiError, QueryError
from logtui.store import Store
from tests.engine.search.test_conformance import DATASETS, opened, placed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.part import Piece

RECORDS: Final[list[dict[str, object]]] = [
    {"timestamp": "2026-01-01T00:10Z", "level": "error", "service": "api", "took_ms": "12ms", "code": "200"},
    {"timestamp": "2026-01-01T00:40Z", "level": "info", "service": "api", "took_ms": "8", "code": "200"},
    {"timestamp": "2026-01-01T03:00Z", "level": "info", "service": "web", "took_ms": "1s", "code": "404"},
    {"timestamp": "2026-01-01T03:59Z", "level": "info", "service": "web", "took_ms": "soon", "code": "2.5"},
    {"timestamp": None, "level": None, "service": "cron", "code": "500"},
]


def at(hour: int) -> datetime:
    return datetime(2026, 1, 1, hour, tzinfo=UTC)


def hours(**counts: int) -> tuple[Interval, ...]:
    """The intervals of an hour, from the first to the last; `h3=2` stands for two records from 03:00 on."""
    known = {int(name[1:]): count for name, count in counts.items()}
    return tuple(Interval(at(hour), known.get(hour, 0)) for hour in range(min(known), max(known) + 1))


def near(number: float) -> float:
    """A number that compares equal to one that is off by rounding."""
    return pytest.approx(number)  # type: ignore[return-value]


NOTHING: Final = StatsResult(0, None, None, None, None, None, None, None, missing=0)
CASES: Final[dict[str, tuple[str, Spec, Result]]] = {
    "terms are ordered by count, then by name": (
        "",
        Terms("service"),
        TermsResult((Term("api", 2), Term("web", 2), Term("cron", 1)), other=0, missing=0),
    ),
    "records without the field are missing": (
        "",
        Terms("severity"),
        TermsResult((Term("info", 3), Term("error", 1)), other=0, missing=1),
    ),
    "rarer values are others": ("", Terms("svc", 1), TermsResult((Term("api", 2),), other=3, missing=0)),
    "a field that no record has gives no terms": ("", Terms("nope"), TermsResult((), other=0, missing=5)),
    "no record matches": ("level:fatal", Terms("service"), TermsResult((), other=0, missing=0)),
    "the filter chooses the records": (
        "service:web",
        Terms("code"),
        TermsResult((Term("2.5", 1), Term("404", 1)), other=0, missing=0),
    ),
    "pipes change nothing": ("* | limit 1", Cardinality("code"), CardinalityResult(4, missing=0)),
    "empty intervals between records are shown": (
        "",
        Histogram("1h"),
        HistogramResult(hours(h0=2, h3=2), is_divided=False, other=0, missing=1),
    ),
    "a range in the query is shown whole": (
        "time:>=2026-01-01T00:00Z time:<2026-01-01T02:00Z",
        Histogram("1h"),
        HistogramResult(hours(h0=2, h1=0), is_divided=False, other=0, missing=0),
    ),
    "intervals are divided by the commonest values": (
        "",
        Histogram("2h", by="level", size=1),
        HistogramResult(
            (Interval(at(0), 2, {"info": 1}), Interval(at(2), 2, {"info": 2})), is_divided=True, other=1, missing=1
        ),
    ),
    "numbers come out of texts with units": (
        "",
        Stats("took_ms"),
        StatsResult(3, 8, 1000, 340, 1020, 12, near(901.2), near(980.24), missing=2),
    ),
    "a field without numbers has no statistics": ("", Stats("service"), replace(NOTHING, missing=5)),
    "no statistics of no records": ("level:fatal", Stats("took_ms"), NOTHING),
    "different values are counted": ("", Cardinality("took_ms"), CardinalityResult(4, missing=1)),
    "nested ones are for each term": (
        "",
        Terms("service", 2, {"codes": Terms("code", 1), "kinds": Cardinality("level"), "took": Stats("took_ms")}),
        TermsResult(
            (
                Term(
                    "api",
                    2,
                    {
                        "codes": TermsResult((Term("200", 2),), other=0, missing=0),
                        "kinds": CardinalityResult(2, missing=0),
                        "took": StatsResult(2, 8, 12, 10, 20, 10, near(11.8), near(11.96), missing=0),
                    },
                ),
                Term(
                    "web",
                    2,
                    {
                        "codes": TermsResult((Term("2.5", 1),), other=1, missing=0),
                        "kinds": CardinalityResult(1, missing=0),
                        "took": StatsResult(1, 1000, 1000, 1000, 1000, 1000, 1000, 1000, missing=1),
                    },
                ),
            ),
            other=1,
            missing=0,
        ),
    ),
    "a field inside of itself": (
        "",
        Terms("service", 1, {"service": Terms("service")}),
        TermsResult((Term("api", 2, {"service": TermsResult((Term("api", 2),), 0, 0)}),), other=3, missing=0),
    ),
    "nested histograms show the same intervals": (
        "code:200 OR code:404",
        Terms("service", aggregations={"times": Histogram("1h")}),
        TermsResult(
            (
                Term("api", 2, {"times": HistogramResult(hours(h0=2, h3=0), is_divided=False, other=0, missing=0)}),
                Term("web", 1, {"times": HistogramResult(hours(h0=0, h3=1), is_divided=False, other=0, missing=0)}),
            ),
            other=0,
            missing=0,
        ),
    ),
    "empty intervals have nested results too": (
        "service:api OR service:web",
        Histogram("2h", aggregations={"took": Cardinality("took_ms")}),
        HistogramResult(
            (
                Interval(at(0), 2, aggregations={"took": CardinalityResult(2, missing=0)}),
                Interval(at(2), 2, aggregations={"took": CardinalityResult(2, missing=0)}),
            ),
            is_divided=False,
            other=0,
            missing=0,
        ),
    ),
}


@pytest.mark.parametrize("kind", DATASETS)
@pytest.mark.parametrize("name", CASES)
def test_an_aggregation_has_its_result(kind: str, name: str, tmp_path: Path) -> None:
    query, spec, expected = CASES[name]
    dataset = opened(kind, placed(RECORDS), str(tmp_path))
    found = aggregate(dataset, Request.of(query), {"one": spec})
    assert found.results == {"one": expected}
    assert not found.is_partial


@pytest.mark.parametrize("kind", DATASETS)
def test_all_aggregations_of_a_request_have_the_results_that_each_has_alone(kind: str, tmp_path: Path) -> None:
    dataset = opened(kind, placed(RECORDS), str(tmp_path))
    specs = {name: spec for name, (query, spec, _) in CASES.items() if not query}
    expected = {name: result for name, (query, _, result) in CASES.items() if not query}
    assert aggregate(dataset, Request.of(""), specs).results == expected


def test_the_page_that_a_request_asks_for_is_left_out_of_account() -> None:
    page = replace(Request.of(""), limit=1, order=Order.NEWEST_FIRST, columns=("message",))
    found = aggregate(dataset_of_runs([[Chunk(placed(RECORDS))]]), page, {"all": Terms("service", 1)})
    assert found.results["all"] == TermsResult((Term("api", 2),), other=3, missing=0)


def test_the_asked_range_is_shown_whole_and_ends_before_its_end() -> None:
    ranged = replace(Request.of(""), since=at(2), until=at(5))
    found = aggregate(dataset_of_runs([[Chunk(placed(RECORDS))]]), ranged, {"times": Histogram("1h")})
    expected = (Interval(at(2), 0), Interval(at(3), 2), Interval(at(4), 0))
    assert found.results["times"] == HistogramResult(expected, is_divided=False, other=0, missing=0)


def test_intervals_begin_as_the_clocks_of_the_zone_show_it() -> None:
    request = Request.of("", zone=ZoneInfo("Asia/Kolkata"))
    found = aggregate(dataset_of_runs([[Chunk(placed(RECORDS))]]), request, {"days": Histogram("1d")}).results["days"]
    assert isinstance(found, HistogramResult)
    assert [interval.time for interval in found.intervals] == [datetime(2025, 12, 31, 18, 30, tzinfo=UTC)]


def test_too_many_intervals_are_refused_with_one_that_fits() -> None:
    dataset = dataset_of_runs([[Chunk(placed(RECORDS))]])
    with pytest.raises(LogtuiError, match=r"13,741 intervals of 1s, at most 10,000 \(interval 2s fits\)"):
        aggregate(dataset, Request.of(""), {"times": Histogram("1s")})
    wide = replace(Request.of(""), since=datetime(2000, 1, 1, tzinfo=UTC), until=at(0))
    with pytest.raises(LogtuiError, match=r"at most 10,000 \(interval 1d fits\)"):
        aggregate(dataset, wide, {"times": Histogram("1h")})


def test_nested_histograms_share_a_limit() -> None:
    many = [{**record, "service": f"{place}"} for place in range(20) for record in RECORDS]
    spec = Terms("service", 20, {"times": Histogram("2s")})
    with pytest.raises(LogtuiError, match=r"at most 5,000 \(interval 5s fits\)"):
        aggregate(dataset_of_runs([[Chunk(placed(many))]]), Request.of(""), {"all": spec})


def test_statistics_of_times_are_refused() -> None:
    with pytest.raises(QueryError, match="avg needs numbers, and timestamp holds none"):
        aggregate(dataset_of_runs([[Chunk(placed(RECORDS))]]), Request.of(""), {"one": Stats("time")})


class Watched(Searched):
    """A dataset that notes of how many of its pieces the records are read."""

    def __init__(self, dataset: Dataset) -> None:
        self.read = 0
        self._dataset = dataset

    def pieces(self, request: Request) -> Iterator[Piece]:
        for piece in self._dataset.pieces(request):
            yield WatchedPiece(self, piece)  # type: ignore[misc]

    def sample(self) -> pl.DataFrame:
        return self._dataset.sample()


class WatchedPiece:
    """A piece that tells when its records are read."""

    def __init__(self, watch: Watched, piece: Piece) -> None:
        self._watch = watch
        self._piece = piece

    def __getattr__(self, name: str) -> object:
        if name in ("frames", "values"):
            self._watch.read += 1
        return getattr(self._piece, name)


ROLLED_UP: Final[dict[str, Spec]] = {
    "level": Terms("level"),
    "service": Terms("service", 10, {"level": Terms("level"), "hours": Histogram("1h")}),
    "times": Histogram("2h", by="level"),
}


@pytest.mark.parametrize(("query", "finest"), [("", "1m"), ("level:info", "1h")])
def test_counts_by_level_service_and_time_come_from_rollups(query: str, finest: str, tmp_path: Path) -> None:
    frame = placed(RECORDS)
    store = Store(tmp_path, writable=True)
    store.seal(frame, {})
    watched = Watched(dataset_of_store(store))
    specs = {**ROLLED_UP, "finest": Histogram(finest, by="level")}
    found = aggregate(watched, Request.of(query), specs).results
    assert watched.read == 0
    read = aggregate(dataset_of_runs([[Chunk(frame)]]), Request.of(query), specs).results
    assert found == read


def test_a_histogram_that_is_finer_than_the_rollups_does_not_begin_where_those_do(tmp_path: Path) -> None:
    store = Store(tmp_path, writable=True)
    store.seal(placed(RECORDS), {})
    found = aggregate(dataset_of_store(store), Request.of("level:info"), {**ROLLED_UP, "fine": Histogram("10m")})
    assert isinstance(fine := found.results["fine"], HistogramResult)
    assert fine.intervals[0] == Interval(at(0).replace(minute=40), 1)


def test_records_are_read_once_for_all_other_aggregations(tmp_path: Path) -> None:
    store = Store(tmp_path, writable=True)
    store.seal(placed(RECORDS), {})
    watched = Watched(dataset_of_store(store))
    aggregate(watched, Request.of(""), {**ROLLED_UP, "codes": Terms("code"), "took": Stats("took_ms")})
    assert watched.read == 1


def test_at_the_deadline_the_answer_is_partial() -> None:
    late = replace(Request.of(""), deadline=time.monotonic() - 1)
    found = aggregate(dataset_of_runs([[Chunk(placed(RECORDS))]]), late, {"all": Terms("service")})
    assert found.is_partial
    assert found.results["all"] == TermsResult((), other=0, missing=0)


def test_a_request_can_be_cancelled_between_pieces() -> None:
    answers = iter([False])
    cancelled = replace(Request.of(""), cancelled=partial(next, answers, True))
    chunks = [[Chunk(placed([record]))] for record in RECORDS]
    found = aggregate(dataset_of_runs(chunks), cancelled, {"all": Terms("service")})
    assert found.is_partial
    assert found.results["all"] == TermsResult((Term("api", 1),), other=0, missing=0)


MOMENTS = st.sampled_from(["2026-01-01T00:10Z", "2026-01-01T05:20Z", "2026-01-02T00:00Z", None])
CELLS = st.sampled_from(["1", "2.5", "-3", "7ms", "1e3", "9007199254740993", "text", "", None])
RANDOM = st.lists(
    st.fixed_dictionaries(
        {
            "timestamp": MOMENTS,
            "level": st.sampled_from(["error", "info", None]),
            "took_ms": CELLS,
            "name": st.sampled_from(["a", "B", "b", None]),
        }
    ),
    min_size=1,
    max_size=30,
)
ALL_KINDS: Final[dict[str, Spec]] = {
    "terms": Terms("name", 2, {"took": Stats("took_ms"), "hours": Histogram("6h")}),
    "times": Histogram("1h", by="name", aggregations={"kinds": Cardinality("took_ms")}),
    "took": Stats("took_ms"),
    "kinds": Cardinality("took_ms"),
    "level": Terms("level", None),
}


@pytest.mark.slow
@given(records=RANDOM, cuts=st.lists(st.integers(1, 29), max_size=4))
def test_folding_over_chunks_is_folding_over_the_whole(records: list[dict[str, object]], cuts: list[int]) -> None:
    frame = placed(records)
    edges = sorted({0, *(cut for cut in cuts if cut < len(records)), len(records)})
    chunks = [Chunk(frame[low:high]) for low, high in pairwise(edges)]
    whole = aggregate(dataset_of_runs([[Chunk(frame)]]), Request.of(""), ALL_KINDS)
    assert aggregate(dataset_of_runs([chunks]), Request.of(""), ALL_KINDS) == whole
