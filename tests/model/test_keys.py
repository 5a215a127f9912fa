"""A record goes by its place in a file, or by its position in a live store."""

from __future__ import annotations

from logtui.model.keys import KEY_COLUMNS, FileKey, SeqKey, key_of
from logtui.model.names import CORE_NAMES


def test_a_record_with_a_place_goes_by_it_and_any_other_by_its_position() -> None:
    assert key_of("app.log", 0, 7) == FileKey("app.log", 0)
    assert key_of(None, 10, None) == FileKey(None, 10)
    assert key_of("app.log", None, 7) == SeqKey(7)
    assert key_of(None, None, None) == SeqKey(0)


def test_keys_of_different_kinds_or_places_are_never_the_same() -> None:
    keys = [FileKey("a", 1), FileKey("b", 1), FileKey("a", 2), FileKey(None, 1), SeqKey(1), SeqKey(2)]
    assert len(set(keys)) == len(keys)


def test_a_key_is_made_of_core_columns() -> None:
    assert set(KEY_COLUMNS) <= set(CORE_NAMES)
