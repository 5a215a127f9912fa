"""Pages hold every record once, in one order, whatever happens to the store between them."""

from __future__ import annotations

import base64
import json
import time
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from logtui.engine.search.datasets import dataset_of_store, parts_of_store
from logtui.engine.search.stored import Parts
from logtui.server.auth.access import Caller
from logtui.server.search.answer import answered
from logtui.server.search.parameters import Parameters
from logtui.store import Store
from logtui.store.compaction import merged_records
from tests.engine.search.test_growing_store import arrived
from tests.server.running import Server, record
from tests.server.search.asking import ask, found, messages, put
from tests.store.records import START

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from logtui.engine.search.dataset import Dataset
    from logtui.engine.search.part import PlacedPart

ORDERS = ("newest_first", "oldest_first")


def pages(server: Server, **parameters: object) -> Iterator[list[int]]:
    """The numbers of the logs on each page, which is asked for when it is wanted."""
    asked: dict[str, Any] = {**parameters}
    while "cursor" not in asked or asked["cursor"]:
        answer = found(server, **asked)
        yield [log["id"] for log in answer["logs"]]
        asked["cursor"] = answer["cursor"]


def page_of(dataset: Dataset, parameters: Parameters) -> dict[str, Any]:
    body = answered(
        dataset,
        parameters,
        Caller(None, frozenset()),
        lambda: False,
        began=time.monotonic(),
        seconds=30,
    )
    answer: dict[str, Any] = json.loads(body)
    return answer


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 7, 25, 50])
def test_pages_hold_every_log_once_also_at_equal_times(limit: int, order: str, server: Server) -> None:
    expected = [log["id"] for log in found(server, order=order)["logs"]]
    assert expected == sorted(range(1, 51), reverse=order == "newest_first")
    found_pages = list(pages(server, order=order, limit=limit))
    assert [number for page in found_pages for number in page] == expected
    assert {len(page) for page in found_pages[:-1]} <= {limit}


def test_logs_total_and_aggregations_tell_of_the_same_records_while_others_arrive(tmp_path: Path) -> None:
    with Store(tmp_path, writable=True, by_day=True) as store:
        parts, numbers = parts_of_store(store), count(1)

        def growing() -> Sequence[PlacedPart]:
            row = {"timestamp": START, "message": "same", "raw": "same", "level": "info"}
            store.seal(arrived([row], next(numbers)), {})
            return parts()

        growing()
        answer = page_of(Parts(growing), Parameters(aggregations={"by_level": {"field": "level"}}))
        assert len(answer["logs"]) == answer["total"] == answer["aggregations"]["by_level"]["info"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("is_equal", [True, False], ids=["equal times", "different times"])
def test_pages_go_on_while_segments_are_merged_and_records_arrive(tmp_path: Path, is_equal: bool, order: str) -> None:
    with Store(tmp_path, writable=True, by_day=True) as store:
        for number in range(12):
            moment = START + timedelta(seconds=0 if is_equal else number % 5)
            rows = [{"timestamp": moment, "message": "same", "raw": "same", "source": f"10.0.0.{n}"} for n in range(3)]
            store.seal(arrived(rows, 1 + 3 * number), {})
        dataset = dataset_of_store(store)
        expected = [log["id"] for log in page_of(dataset, Parameters(order=order))["logs"]]
        answer = page_of(dataset, Parameters(order=order, limit=4))
        seen = [log["id"] for log in answer["logs"]]
        while answer["cursor"]:
            pair = store.segments()[-2:]
            store.merge(pair, [merged_records(pair)])
            store.sweep()
            answer = page_of(dataset_of_store(store), Parameters(order=order, limit=4, cursor=answer["cursor"]))
            seen += [log["id"] for log in answer["logs"]]
    assert seen == expected
    assert len(seen) == 36


def test_an_offset_skips_logs(server: Server) -> None:
    every = [log["id"] for log in found(server)["logs"]]
    answer = found(server, offset=10, limit=5)
    assert [log["id"] for log in answer["logs"]] == every[10:15]
    assert answer["total"] == 50
    following = found(server, cursor=answer["cursor"], limit=5)
    assert [log["id"] for log in following["logs"]] == every[15:20]
    beyond = found(server, offset=100)
    assert (beyond["logs"], beyond["total"], beyond["cursor"]) == ([], 50, None)


def test_a_limit_of_0_only_counts(server: Server) -> None:
    answer = found(server, query="timeout", limit=0)
    assert (answer["logs"], answer["total"], answer["cursor"]) == ([], 17, None)


@pytest.mark.parametrize(
    "other", [{"query": "web"}, {"order": "oldest_first"}, {"from": "2024-01-15"}, {"to": "2024-01-15"}]
)
def test_a_cursor_of_another_query_is_a_400(other: dict[str, str], server: Server) -> None:
    cursor = found(server, query="timeout", limit=2)["cursor"]
    answer = ask(server, **{"query": "timeout", "cursor": cursor, **other})
    assert answer.status == 400
    assert answer.json["detail"] == "the cursor is of another query"
    assert ask(server, query="  timeout ", cursor=cursor, limit=5).status == 200


def test_relative_times_mean_the_same_on_all_pages(tmp_path: Path) -> None:
    now = time.time()
    with Server(tmp_path / "data") as server:
        put(server, [record(number, timestamp=now - number) for number in range(6)], 6)
        first = found(server, query="last:1h", since="-2h", limit=4)
        second = found(server, query="last:1h", since="-2h", limit=4, cursor=first["cursor"])
    assert second["range"] == first["range"]
    assert messages(first) + messages(second) == [f"record {number}" for number in range(6)]


def test_a_cursor_survives_a_restart(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        put(server, [record(number) for number in range(9)], 9)
        first = found(server, limit=5)
        assert server.stop() == 0
    with Server(tmp_path / "data") as server:
        second = found(server, limit=5, cursor=first["cursor"])
    assert messages(first) + messages(second) == [f"record {number}" for number in reversed(range(9))]
    assert second["cursor"] is None


@pytest.mark.parametrize(
    "value",
    [
        [],
        ["", "2024-01-15T00:00:00Z", None, ""],
        ["", "2024-01-15T00:00:00", None, "1,2"],
        ["", "2024-01-15T00:00:00Z", None, f"{2**70},1"],
        ["", "2024-01-15T00:00:00Z", None, "1,-1"],
        {"key": ""},
    ],
)
def test_a_cursor_that_somebody_has_made_up_is_a_400(value: object, server: Server) -> None:
    text = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    assert ask(server, cursor=text).json["detail"] == "the cursor is none of this server's"


def test_a_page_without_time_for_it_can_be_asked_for_again(server: Server) -> None:
    cursor = found(server, limit=5)["cursor"]
    late = found(server, limit=5, cursor=cursor, timeout=1e-6)
    assert (late["logs"], late["partial"]) == ([], True)
    assert found(server, limit=5, cursor=late["cursor"])["logs"] == found(server, limit=5, offset=5)["logs"]


@pytest.mark.parametrize("text", ["", "é", "A", "%%%", "AAAA"])
def test_a_text_that_is_no_cursor_is_a_400(text: str, server: Server) -> None:
    assert ask(server, cursor=text).status == 400


@pytest.mark.parametrize("query", ["* | sort message", "* | stats count() by level"])
def test_a_cursor_does_not_page_through_pipes(query: str, server: Server) -> None:
    cursor = found(server, limit=1)["cursor"]
    assert "pipes" in ask(server, query=query, cursor=cursor).json["detail"]


def test_a_page_begins_at_one_place(server: Server) -> None:
    cursor = found(server, limit=1)["cursor"]
    assert "not at both" in ask(server, cursor=cursor, offset=1).json["detail"]
