from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from logtui.errors import ConfigError
from logtui.server.auth.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from logtui.server.auth.keys import KeyRing


def test_a_key_is_known_by_what_it_was_made_with(ring: KeyRing) -> None:
    key = ring.create([Scope.READ, Scope.ALERTS], name="grafana", tenants=["acme", "b"])
    found = ring.find(key)
    assert found
    assert found.name == "grafana"
    assert (set(found.scopes), set(found.tenants)) == ({Scope.READ, Scope.ALERTS}, {"acme", "b"})
    assert ring.find(key[:-1]) is None
    assert ring.find("") is None


def test_a_key_ends(ring: KeyRing) -> None:
    assert ring.find(ring.create([Scope.READ], expires=int(time.time()) - 1)) is None
    assert ring.find(ring.create([Scope.READ], expires=int(time.time()) + 60))


def test_a_name_is_given_once(ring: KeyRing) -> None:
    ring.create([Scope.READ], name="x")
    with pytest.raises(ConfigError, match="'x' is there already"):
        ring.create([Scope.READ], name="x")


def test_what_another_process_changes_is_seen_at_once(opened: Callable[[], KeyRing]) -> None:
    ring, other = opened(), opened()
    key = other.create([Scope.READ], name="x")
    assert ring.find(key)
    assert other.revoke("x")
    assert ring.find(key) is None
    assert not other.revoke("x")
    assert (ring.known(), ring.warning, ring.problem) == ([], None, None)


def test_keys_are_listed_by_name_with_all_that_is_known_of_them(opened: Callable[[], KeyRing]) -> None:
    ring = opened()
    ring.create(Scope, name="z", expires=7)
    ring.create([Scope.INGEST], name="a", rate="5/second", tenants=["acme"])
    first, last = opened().known()
    assert (first.name, [*first.scopes], [*first.tenants], first.rate) == ("a", [Scope.INGEST], ["acme"], "5/second")
    assert (last.name, {*last.scopes}, last.expires, last.rate) == ("z", {*Scope}, 7, "")
    assert time.time() - 60 < first.created <= time.time()


def test_a_granted_key_belongs_to_the_process_alone(opened: Callable[[], KeyRing]) -> None:
    ring = opened()
    ring.grant("of the environment")
    found = ring.find("of the environment")
    assert found
    assert found.scopes == set(Scope)
    assert opened().find("of the environment") is None
    assert ring.known() == []
