"""Segments have numbers that are never given twice, and places that do not depend on them."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from logtui.errors import StoreError
from logtui.store import Store
from logtui.store.catalogue import Catalogue, Publication
from logtui.store.segment import Facts, Group
from tests.store.records import START, frame_of

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.store.catalogue import Place

FACTS = Facts(
    rows=10,
    size=1,
    raw_bytes=1,
    undated=10,
    columns={},
    levels={},
    formats={},
    sources={"app.log": (0, 1)},
    groups=(Group(10, 1, 2, None, None, None, None),),
)


def published(catalogue: Catalogue, file: str, place: Place | None = None, *, replaces: tuple[int, ...] = ()) -> int:
    segment = Publication(file, FACTS, place, {"minutes": b"m"}, 0)
    return catalogue.publish([segment], {"last": file.encode()}, replaces=replaces)[0]


def files(catalogue: Catalogue) -> list[str]:
    return [file for _, file, _ in catalogue.segments()]


def test_segments_without_a_place_are_in_the_order_of_publication(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    assert [published(catalogue, file) for file in ("b", "a", "c")] == [1, 2, 3]
    assert files(catalogue) == ["b", "a", "c"]


def test_a_replaced_segment_keeps_its_place(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    for file in ("a", "b", "c", "d"):
        published(catalogue, file)
    assert published(catalogue, "bc", replaces=(3, 2)) == 5
    assert files(catalogue) == ["a", "bc", "d"]


def test_what_is_beside_a_replaced_segment_stays_until_it_is_forgotten(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    for file in ("a", "b"):
        published(catalogue, file)
    published(catalogue, "c", replaces=(1,))
    assert catalogue.replaced() == {"a": 1}
    assert catalogue.sidecars("minutes", [1, 2, 3]).keys() == {1, 2, 3}
    catalogue.forget(["a", "b"])
    assert catalogue.sidecars("minutes", [1, 2, 3]).keys() == {2, 3}
    assert catalogue.replaced() == {}
    assert files(catalogue) == ["c", "b"]


def test_days_come_before_sequence_and_numbers_come_last(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    for file, place in {"late": (9, 1), "second": (8, 7), "first": (8, 3), "third": (8, 7)}.items():
        published(catalogue, file, place)
    assert files(catalogue) == ["first", "second", "third", "late"]


def test_the_number_of_a_segment_that_is_gone_is_not_given_again(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    assert published(catalogue, "a") == 1
    with sqlite3.connect(tmp_path / "catalogue.sqlite") as database:
        database.execute("DELETE FROM segment")
    assert published(catalogue, "b") == 2


def test_two_writers_never_get_the_same_number(tmp_path: Path) -> None:
    catalogues = [Catalogue(tmp_path / "catalogue.sqlite") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda name: published(catalogues[name % 4], str(name)), range(40)))
    assert sorted(numbers) == list(range(1, 41))


def test_a_publication_that_fails_changes_nothing(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    published(catalogue, "a")
    published(catalogue, "b")
    with pytest.raises(StoreError, match="UNIQUE constraint"):
        published(catalogue, "b", replaces=(1,))
    assert files(catalogue) == ["a", "b"]
    assert catalogue.state("last") == b"b"
    assert published(catalogue, "c") == 3


@pytest.mark.parametrize("by_day", [False, True])
def test_records_of_an_earlier_day_come_first_only_where_days_order_them(tmp_path: Path, by_day: bool) -> None:
    with Store(tmp_path, writable=True, by_day=by_day) as store:
        for day, seq in ((2, 0), (1, 10), (2, 20), (1, 5)):
            frame = frame_of([{"timestamp": START + timedelta(days=day), "message": f"{day} {seq}", "raw": "{}"}])
            store.seal(frame.with_columns(seq=pl.lit(seq, pl.UInt64)), {})
        found = [segment.lazy().select("message").collect().item() for segment in store.segments()]
    assert found == (["1 5", "1 10", "2 0", "2 20"] if by_day else ["2 0", "1 10", "2 20", "1 5"])


def test_records_without_times_are_on_the_day_that_orders_them(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True, by_day=True) as store:
        store.seal(frame_of([{"timestamp": START + timedelta(days=1), "message": "dated", "raw": "{}"}]), {})
        store.seal(frame_of([{"message": "undated", "raw": "{}"}]), {})
        found = [segment.lazy().select("message").collect().item() for segment in store.segments()]
    assert found == ["undated", "dated"]


def test_several_segments_replace_others_in_one_transaction(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    for file in ("a", "b"):
        published(catalogue, file, (8, 1))
    parts = [Publication(file, FACTS, (day, 1), {}, 70, 1) for file, day in (("later", 9), ("earlier", 7))]
    assert catalogue.publish(parts, {}, replaces=[1, 2]) == [3, 4]
    assert files(catalogue) == ["earlier", "later"]
    assert catalogue.standings() == {3: ((9, 1), 1, 70), 4: ((7, 1), 1, 70)}


def test_a_segment_is_replaced_only_once(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    published(catalogue, "a")
    published(catalogue, "b", replaces=(1,))
    with pytest.raises(StoreError, match="does not exist any more"):
        published(catalogue, "c", replaces=(1,))
    assert files(catalogue) == ["b"]
    assert catalogue.last_number() == 2
