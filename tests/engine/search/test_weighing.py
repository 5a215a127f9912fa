"""Values that were read for an aggregation are kept, in few rows, and an answer that was cut off leaves nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import patch

import polars as pl
import pytest

from logtui.engine.search import weighing
from logtui.engine.search.aggregations.aggregate import aggregate
from logtui.engine.search.aggregations.results import StatsResult, TermsResult
from logtui.engine.search.aggregations.specs import Cardinality, Histogram, Spec, Stats, Terms
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.engine.search.weighing import Sums
from logtui.query import WEIGHT
from logtui.store import Store
from tests.store.records import START, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from logtui.engine.search.part import Piece

ROWS = [
    {
        "message": f"paid {number}",
        "raw": "x",
        "level": ("info", "error")[number % 2],
        "timestamp": START.replace(second=number),
    }
    for number in range(60)
]

REGIONS = pl.Series("@region", ["north", "south", None] * 20)
TIMES_TAKEN = pl.Series("@took", [str(number / 10) for number in range(60)])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, writable=True, group_rows=16) as made:
        made.seal(frame_of(ROWS).with_columns(REGIONS, TIMES_TAKEN), {})
        yield made


def piece_of(store: Store, query: str) -> Piece:
    (piece,) = dataset_of_store(store).pieces(Request.of(query))
    return piece


@pytest.mark.parametrize("spec", [Terms("region"), Cardinality("region"), Terms("took"), Terms("level")])
def test_what_was_read_to_count_values_is_not_read_again(store: Store, spec: Spec) -> None:
    dataset, request = dataset_of_store(store), Request.of("message:*paid*")
    first = aggregate(dataset, request, {"it": spec})
    assert first.results["it"] != aggregate(dataset, Request.of("unseen"), {"it": spec}).results["it"]
    store.segments()[0].path.unlink()
    assert aggregate(dataset, request, {"it": spec}).results == first.results


@pytest.mark.parametrize(("pipe", "expected"), [("count()", [(15,)]), ("count() by level", [("error", 15)])])
def test_what_was_found_to_count_records_is_not_read_again(
    store: Store, pipe: str, expected: list[tuple[object, ...]]
) -> None:
    dataset = dataset_of_store(store)
    request = Request.of(f"level:error NOT message:/paid [135]./ | stats {pipe}")
    assert [row for frame in dataset.table(request) for row in frame.rows()] == expected
    store.segments()[0].path.unlink()
    assert [row for frame in dataset.table(request) for row in frame.rows()] == expected


def test_equal_rows_are_one_row_with_a_weight(store: Store) -> None:
    frames = list(piece_of(store, "message:*paid*").values(["@region"], weighed=True))
    assert all(frame.height == 3 for frame in frames)
    weights = pl.concat(frames).group_by("@region").agg(pl.col(WEIGHT).sum())
    assert dict(weights.rows()) == {"north": 20, "south": 20, None: 20}


def test_rows_that_differ_are_left_as_they_are(store: Store) -> None:
    frames = list(piece_of(store, "message:*paid*").values(["@took"], weighed=True))
    assert sum(frame.height for frame in frames) == 60
    assert all(WEIGHT not in frame.columns for frame in frames)


def test_numbers_that_are_added_up_are_not_weighed(store: Store) -> None:
    with patch.object(weighing, "_FEW", 0):
        found = aggregate(dataset_of_store(store), Request.of("message:*paid*"), {"it": Stats("took")}).results["it"]
        frames = list(piece_of(store, "message:*paid*").values(["@took"], weighed=False))
    assert isinstance(found, StatsResult)
    assert found.sum == pytest.approx(177)
    assert all(WEIGHT not in frame.columns for frame in frames)


def test_counts_of_a_rollup_are_kept_by_the_columns_that_are_asked_for(store: Store) -> None:
    piece = piece_of(store, "*")
    counted = piece.counted_by(["level"])
    assert counted is not None
    assert dict(counted.select("level", WEIGHT).rows()) == {"info": 30, "error": 30}
    assert piece_of(store, "message:*paid 7*").counted_by(["level"]) is None


def test_an_answer_that_was_cut_off_leaves_nothing_behind(store: Store) -> None:
    dataset, looks = dataset_of_store(store), iter([False, False, True])
    cut = replace(Request.of("message:*paid*"), cancelled=lambda: next(looks, True))
    assert aggregate(dataset, cut, {"it": Terms("region")}).is_partial
    whole = aggregate(dataset, Request.of("message:*paid*"), {"it": Terms("region"), "times": Histogram("1s")})
    assert isinstance(found := whole.results["it"], TermsResult)
    assert {term.value: term.count for term in found.terms} == {"north": 20, "south": 20}


def test_values_that_are_too_large_are_read_again(store: Store) -> None:
    dataset, request = dataset_of_store(store), Request.of("message:*paid*")
    with patch.object(weighing, "_MOST_FRAME_BYTES", 10):
        aggregate(dataset, request, {"it": Terms("region")})
    piece = next(iter(dataset.pieces(request)))
    store.segments()[0].path.unlink()
    with pytest.raises(Exception, match="No such file"):
        list(piece.values(["@region"], weighed=True))


def test_frames_that_are_put_together_again_become_their_sum() -> None:
    sums, frames = Sums(), [pl.DataFrame({"user": ["a", "b", "a", "b"]}), pl.DataFrame({"user": ["a", "c", "a", None]})]
    assert sums.of(frames).rows() == [("a",), ("b",), ("a",), ("b",), ("a",), ("c",), ("a",), (None,)]
    total = sums.of(frames)
    assert sorted(total.rows(), key=str) == [("a", 4), ("b", 2), ("c", 1), (None, 1)]
    assert sums.of(frames) is total
    assert sums.of([*frames, pl.DataFrame({"user": ["d"]})])["user"].to_list()[-1] == "d"


def test_weighed_frames_are_added_by_their_weights() -> None:
    sums, frame = Sums(), pl.DataFrame({"user": ["a", "b"], WEIGHT: [2, 3]}, schema_overrides={WEIGHT: pl.Int64})
    frames = [frame, frame.clone()]
    assert sums.of(frames).rows() == [("a", 2), ("b", 3), ("a", 2), ("b", 3)]
    assert sorted(sums.of(frames).rows()) == [("a", 4), ("b", 6)]


def test_frames_of_different_values_stay_as_they_are() -> None:
    sums, frames = Sums(), [pl.DataFrame({"id": ["a", "b"]}), pl.DataFrame({"id": ["c", "d"]})]
    with patch.object(weighing, "_weighed", side_effect=weighing._weighed) as weighed:
        assert {tuple(sums.of(frames)["id"]) for _ in range(4)} == {("a", "b", "c", "d")}
    assert weighed.call_count == 1
    assert sums.of(frames).columns == ["id"]
