"""A server answers what a dataset is asked, and no more than the key may see."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from logtui.engine.search.datasets import dataset_of_server
from logtui.engine.search.remote.wire import MEDIA_TYPE, Ending, unpacked
from logtui.engine.search.request import Request
from tests.server.running import Server, record
from tests.server.search.asking import put
from tests.server.search.test_tenants import key_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from logtui.engine.search.dataset import Dataset
    from tests.server.running import Answer


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("questions") / "data") as running:
        put(running, [record(1, service="a", secret_of="acme")], 1, X_Tenant="acme")
        put(running, [record(2, timestamp="2026-01-15T11:00:00Z", service="b", globex="g")], 2, X_Tenant="globex")
        yield running


def asked(server: Server, question: str, **body: object) -> Answer:
    return server.request("POST", f"/api/v1/dataset/{question}", json.dumps(body))


def as_acme(server: Server) -> Dataset:
    return dataset_of_server(f"http://127.0.0.1:{server.port}", key_for(server.folder, "acme"))


def test_no_question_tells_of_other_tenants(shared: Server) -> None:
    acme, everything = as_acme(shared), Request.of("-@tenant:acme OR *")
    told: list[Any] = [frame.to_dicts() for frame in (*acme.records(everything), *acme.table(everything))]
    told += [acme.sample().to_dicts(), acme.sample().columns, acme.newest(), acme.facets(everything)]
    told += [acme.explain(everything), acme.suggest(Request.of("service:b level:info"))]
    assert "acme" in str(told)
    assert not re.search("globex|record 2|11:00|11, 0", str(told))
    assert acme.count(everything).count == 1
    assert acme.histogram(everything, 10**9).records == 1
    assert acme.explain(everything).shares == ()


def test_frames_end_with_how_many_records_matched(shared: Server) -> None:
    answer = asked(shared, "table", request="q=*+|+stats+count()")
    table, ending = unpacked([answer.body])
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert isinstance(table, pl.DataFrame)
    assert table.rows() == [(2,)]
    assert ending == Ending(matched=2)


def test_a_search_whose_time_is_over_is_partial(shared: Server) -> None:
    *_, ending = unpacked([asked(shared, "table", request="q=*", timeout=1e-9).body])
    assert ending == Ending(is_partial=True)


@pytest.mark.parametrize(
    ("question", "body", "status", "detail"),
    [
        ("weather", {"request": "q=*"}, 404, "no question 'weather'"),
        ("count", {"request": "q=(("}, 400, "unclosed"),
        ("count", {"request": "since=1"}, 400, "this is no request"),
        ("count", {"query": "*"}, 400, "the body is no question"),
    ],
)
def test_a_question_that_cannot_be_understood_is_a_problem(
    question: str, body: dict[str, str], status: int, detail: str, shared: Server
) -> None:
    answer = asked(shared, question, **body)
    assert answer.status == status
    assert detail in answer.json["detail"]


def test_a_fault_in_the_middle_of_an_answer_ends_it_with_a_problem(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        put(server, [record(number) for number in range(3)], 3)
        remote = dataset_of_server(f"http://127.0.0.1:{server.port}")
        assert remote.count(Request.everything()).count == 3
        for segment in (tmp_path / "data" / "store").rglob("*.parquet"):
            segment.write_bytes(b"damaged")
        assert list(remote.records(replace(Request.everything(), limit=2))) == []
        assert remote.intake().has_failed
