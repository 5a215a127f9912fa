from __future__ import annotations

from logtui.server.nearest import nearest, offer

KNOWN = ("query", "limit", "order")


def test_a_misspelled_name_is_answered_with_the_known_one() -> None:
    assert nearest("Qurey", KNOWN) == "query"
    assert offer("limits", iter(KNOWN)) == "did you mean limit?"


def test_a_name_like_none_is_answered_with_all() -> None:
    assert nearest("zzz", KNOWN) is None
    assert offer("zzz", iter(KNOWN)) == "known are query, limit, order"
