"""A key's tenants restrict all that a search tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.server.auth.keys import KeyRing
from logtui.server.auth.scopes import Scope
from tests.server.running import Server, record
from tests.server.search.asking import ask, found, messages, put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("tenants") / "data") as running:
        put(running, [record(1, tenant="globex", service="a")], 1, X_Tenant="acme")
        put(running, [record(2, timestamp="2026-01-15T11:00:00Z", service="b")], 2, X_Tenant="globex")
        put(running, [record(3, timestamp="2026-01-15T12:00:00Z", service="c")], 3)
        yield running


def key_for(folder: Path, *tenants: str) -> str:
    ring = KeyRing(folder)
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


def test_a_key_that_may_not_read_is_a_403(shared: Server) -> None:
    ring = KeyRing(shared.folder)
    key = ring.create([Scope.INGEST])
    ring.close()
    assert ask(shared, key=key).status == 403
    assert ask(shared, key="wrong").status == 401
