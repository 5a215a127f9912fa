"""A key's tenants restrict all that a search tells."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from logtui.server.auth.file_keys import FileKeys
from logtui.server.auth.keys import KeyRing
from logtui.server.auth.scopes import Scope
from tests.server.running import Server, record
from tests.server.search.asking import ask, found, messages, put
from tests.server.search.following import following

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("tenants") / "data") as running:
        put(running, [record(1, tenant="globex", service="a")], 1, X_Tenant="acme")
        put(running, [record(2, timestamp="2026-01-15T11:00:00Z", service="b")], 2, X_Tenant="globex")
        put(running, [record(3, timestamp="2026-01-15T12:00:00Z", service="c", secret=1)], 3)
        yield running


def key_for(folder: Path, *tenants: str) -> str:
    ring = KeyRing(FileKeys(folder))
    try:
        return ring.create([Scope.READ], tenants=tenants)
    finally:
        ring.close()


QUERIES = ["*", "record", "-@tenant:acme OR *", "@tenant:globex OR service:*", "service:a OR service:b OR service:c"]


@pytest.mark.parametrize("query", QUERIES)
def test_a_key_sees_the_records_of_its_tenants_alone(query: str, shared: Server) -> None:
    answer = found(shared, key=key_for(shared.folder, "acme"), query=query)
    assert (messages(answer), answer["total"]) == (["record 1"], 1)


def test_a_key_may_have_several_tenants_or_see_all(shared: Server) -> None:
    assert messages(found(shared, key=key_for(shared.folder, "acme", "globex"))) == ["record 2", "record 1"]
    assert found(shared, key=key_for(shared.folder))["total"] == 3
    assert found(shared)["total"] == 3
    assert found(shared, key=key_for(shared.folder, "ACME"))["total"] == 0


def test_tables_and_the_newest_time_are_those_of_the_tenant(shared: Server) -> None:
    key = key_for(shared.folder, "acme")
    assert found(shared, key=key, query="* | stats count() by service")["rows"] == [{"service": "a", "count": 1}]
    assert messages(found(shared, key=key, query="last:1m@end")) == ["record 1"]
    assert messages(found(shared, query="last:1m@end")) == ["record 3"]


def test_the_answer_shows_the_query_as_it_was_asked(shared: Server) -> None:
    assert found(shared, key=key_for(shared.folder, "acme"), query="level:info")["query"] == "level:info"


def test_a_cursor_does_not_open_what_another_key_may_see(shared: Server) -> None:
    cursor = found(shared, limit=1)["cursor"]
    assert ask(shared, key=key_for(shared.folder, "acme"), limit=1, cursor=cursor).status == 400


def get(server: Server, path: str, key: str) -> dict[str, Any]:
    answer = server.request("GET", f"/api/v1/{path}", headers={"Authorization": f"Bearer {key}"})
    assert answer.status == 200, answer.body
    return answer.json


def test_fields_are_those_of_the_tenant(shared: Server) -> None:
    key = key_for(shared.folder, "acme")
    assert get(shared, "fields", key)["records"] == 1
    assert {each["count"] for each in get(shared, "fields", key)["fields"]} == {1}


@pytest.mark.parametrize("field", ["service", "message", "tenant", "timestamp"])
def test_values_are_those_of_the_tenant(field: str, shared: Server) -> None:
    for prefix in ("", "?prefix=", "?query=*+OR+service:b"):
        answer = get(shared, f"fields/{field}/values{prefix}", key_for(shared.folder, "acme"))
        assert [each["count"] for each in answer["values"]] == [1]
        assert (answer["other"], answer["missing"]) == (0, 0)
    assert get(shared, "fields/service/values?prefix=b", key_for(shared.folder, "acme"))["values"] == []


def test_patterns_are_those_of_the_tenant(shared: Server) -> None:
    (pattern,) = get(shared, "patterns", key_for(shared.folder, "acme"))["patterns"]
    assert (pattern["count"], pattern["sample"]) == (1, "record 1")


def test_an_explanation_says_nothing_of_other_tenants(shared: Server) -> None:
    key = key_for(shared.folder, "nobody")
    ours, theirs = (get(shared, f"explain?query={name}:1", key) for name in ("secret", "nothing"))
    assert (ours["unknown"], theirs["unknown"]) == (["secret"], ["nothing"])
    assert ours["stores"] == []
    assert "tenant" not in json.dumps(ours)
    everything = get(shared, "explain?query=secret:1", key_for(shared.folder))
    assert (everything["unknown"], everything["stores"][0]["records"]) == ([], 3)


READERS: dict[str, Callable[[io.BytesIO], pl.DataFrame]] = {
    "jsonl": lambda body: pl.read_ndjson(body),
    "csv": lambda body: pl.read_csv(body),
    "parquet": lambda body: pl.read_parquet(body),
}


@pytest.mark.parametrize("kind", READERS)
def test_an_export_holds_the_records_of_the_tenant(kind: str, shared: Server) -> None:
    headers = {"Authorization": f"Bearer {key_for(shared.folder, 'acme')}"}
    for query in ("* OR service:b", "* | sort service"):
        body = json.dumps({"query": query, "format": kind, "fields": ["message"]})
        answer = shared.request("POST", "/api/v1/export", body, headers)
        assert READERS[kind](io.BytesIO(answer.body))["message"].to_list() == ["record 1"]


PATHS = ["fields", "fields/level/values", "patterns", "explain", "tail", "search"]


@pytest.mark.parametrize("path", PATHS)
def test_a_key_that_may_not_read_is_a_403(path: str, shared: Server) -> None:
    ring = KeyRing(FileKeys(shared.folder))
    key = ring.create([Scope.INGEST])
    ring.close()
    for sent, status in ((key, 403), ("wrong", 401)):
        headers = {"Authorization": f"Bearer {sent}"}
        assert shared.request("GET", f"/api/v1/{path}", headers=headers).status == status
        assert shared.request("POST", "/api/v1/export", headers=headers).status == status


def test_a_tail_sends_the_records_of_the_tenant(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        put(server, [record(1)], 1, X_Tenant="acme")
        put(server, [record(2)], 2, X_Tenant="globex")
        key = key_for(server.folder, "globex")
        with following(server, key=key, last=0, query="* OR record") as follower:
            assert follower.messages(1) == ["record 2"]
            put(server, [record(3, tenant="globex")], 3, X_Tenant="acme")
            put(server, [record(4)], 4, X_Tenant="globex")
            assert follower.messages(1) == ["record 4"]
