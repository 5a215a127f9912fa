"""Raw texts that are rebuilt are the same byte by byte, whatever they were."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from logtui.engine.ingest.decode import Decoder
from logtui.engine.ingest.payloads import Kind, packed
from logtui.engine.search.datasets import dataset_of_store
from logtui.engine.search.request import Request
from logtui.store import Store
from logtui.store.compaction import merged_records
from logtui.store.journal import Frame
from logtui.store.shapes import SHAPE, rebuilt, shapes_of
from tests.bench.mixes import challenge_mix, reference_mix
from tests.engine.ingest.objects import RECORDS
from tests.examples import examples
from tests.store.test_compaction import records_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def decoded(texts: Sequence[str], kind: Kind = Kind.JSON) -> pl.DataFrame:
    payload = "\n".join(texts).encode() if kind == Kind.JSON else packed([text.encode() for text in texts])
    frame = Frame(
        kind=kind, first_seq=1, count=len(texts), arrival=1_790_000_000 * 10**9, peer="p", tenant="", payload=payload
    )
    return Decoder().decode([frame]).records


def sizes(folder: Path, records: pl.DataFrame) -> list[int]:
    found = []
    for rebuilds in (False, True):
        with Store(folder / str(rebuilds), writable=True, by_day=True, rebuilds_raw=rebuilds) as store:
            segment = store.seal(records, {})
            assert_frame_equal(records_of([segment]), records.select(segment.columns))
            found.append(segment.facts.size)
    return found


@pytest.mark.slow
@settings(max_examples=examples(40), deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=8), st.lists(RECORDS, min_size=1, max_size=8))
def test_records_of_a_store_are_the_same_and_merged_ones_too(first: list[str], then: list[str]) -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        Store(Path(name), writable=True, by_day=True, rebuilds_raw=True) as store,
    ):
        pair = [store.seal(decoded(texts), {}) for texts in (first, then)]
        for segment, texts in zip(pair, (first, then), strict=True):
            assert records_of([segment])["raw"].to_list() == texts
            rows = pl.Series([len(texts) - 1], dtype=pl.UInt32)
            assert segment.take(rows, ["raw"])["raw"].to_list() == texts[-1:]
        merged = store.merge(pair, [merged_records(pair)])
        assert sorted(records_of(merged)["raw"]) == sorted([*first, *then])


@pytest.mark.parametrize("mix", [challenge_mix, reference_mix])
def test_they_take_less_than_half_of_the_room(tmp_path: Path, mix: Callable[[int, int], bytes]) -> None:
    kept, rebuilds = sizes(tmp_path, decoded(mix(0, 20_000).decode().rstrip("\n").split("\n")))
    assert rebuilds < kept / 2


def test_where_hardly_two_records_have_one_shape_the_texts_are_kept() -> None:
    texts = [f'{{"timestamp":1768471200,"message":"x","k{n}":{n},"m{n % 7}":1}}' for n in range(600)]
    assert shapes_of(decoded(texts)).null_count() == 600
    assert shapes_of(decoded(texts[:3] * 200)).null_count() == 0


def test_values_are_left_out_of_shapes_and_put_back() -> None:
    text = '{"ts": "2026-01-15T10:00:00.250Z",  "level":"WARN", "msg":"a", "code":7, "is":true}'
    records = decoded([text, text.replace("a", "b").replace("7", "70")])
    (shape,) = set(shapes_of(records))
    assert not [word for word in ("2026", "WARN", '"a"', "7") if word in shape]
    again = records.with_columns(shapes_of(records)).select(rebuilt(records.columns)).to_series()
    assert again.to_list() == records["raw"].to_list()


@pytest.mark.parametrize(
    "text",
    [
        '{"timestamp":1768471200,"message":"x\\u0000message\\u0000"}',
        '{"timestamp":1768471200,"message":"say \\"hi\\" $1 \\\\d","code":"$0"}',
        '{"timestamp":1768471200,"message":"x","message":"y","a":"x","b":"x"}',
        '{"timestamp":1768471200,"message":"","level":null,"a":{},"b":[1,"x"]}',
        '{"timestamp":1768471200,"message":"x","a":{"b":{"level":"x"}},"level":"x"}',
    ],
)
def test_odd_texts_come_back(tmp_path: Path, text: str) -> None:
    usual = '{"timestamp":"2026-01-15T10:00:00Z","message":"x","code":"7"}'
    sizes(tmp_path, decoded([usual, text, usual]))


def test_a_text_with_the_sign_of_marks_in_it_comes_back(tmp_path: Path) -> None:
    records = decoded(['{"timestamp":1768471200,"message":"x","code":"7"}'] * 2)
    odd = pl.Series(["{\0message\0", '"message":"x"\0@code\0'])
    sizes(tmp_path, records.with_columns(raw=odd))


def test_lines_that_are_no_json_have_no_shape(tmp_path: Path) -> None:
    records = decoded(["2026-01-15 10:00:00 INFO web served", "plain"], Kind.TEXT)
    assert shapes_of(records).null_count() == 2
    sizes(tmp_path, records)


def test_queries_find_the_same(tmp_path: Path) -> None:
    records = decoded(reference_mix(0, 3_000).decode().rstrip("\n").split("\n"))
    answers = []
    for rebuilds in (False, True):
        with Store(tmp_path / str(rebuilds), writable=True, by_day=True, rebuilds_raw=rebuilds) as store:
            store.outline(store.seal(records, {}))
            assert (SHAPE in store.segments()[0].facts.columns) == rebuilds
            dataset = dataset_of_store(store)
            answers.append(
                [
                    pl.concat(list(dataset.records(Request.of(query))), how="diagonal")["raw"].to_list()
                    for query in ('raw:"level"', "raw:error", "planned", "status:>=500", "level:error -region:eu*")
                ]
            )
    assert answers[0] == answers[1]
    assert [bool(answer) for answer in answers[0]] == [True] * 5
