from __future__ import annotations

import json

import pytest

from logtui.alerts.keeping.memory import MemoryStore
from logtui.errors import ConfigError
from tests.alerts.keeping.examples import firing, keep, posting, rule


def test_what_is_dumped_passes_through_json_and_is_dumped_again_the_same() -> None:
    store = MemoryStore()
    kept = store.add(rule(), 1)
    keep(store, kept, states=[firing()], postings=[posting("k")], values={"a": 1})
    store.acknowledge(kept.id, "ann", 2)
    plain = json.loads(json.dumps(store.dump()))
    again = MemoryStore(plain)
    assert again.dump() == store.dump()
    assert again.states() == store.states()
    assert again.waiting(0) == [posting("k")]


@pytest.mark.parametrize("plain", [[], {"rules": 1}, {"lease": None}, "text"])
def test_something_else_than_a_dump_is_refused(plain: object) -> None:
    with pytest.raises(ConfigError, match="expected the alerts of a session"):
        MemoryStore(plain)
