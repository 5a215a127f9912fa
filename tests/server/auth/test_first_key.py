from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from logtui.errors import ConfigError, StoreError
from logtui.server.auth.file_keys import FileKeys
from logtui.server.auth.first_key import BOOTSTRAP, first_key
from logtui.server.auth.keys import KeyRing
from logtui.server.auth.remembered_keys import RememberedKeys
from logtui.server.auth.scopes import Scope
from logtui.server.auth.shared_keys import SharedKeys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_first_key_is_made_once_and_only_its_owner_reads_it(ring: KeyRing, tmp_path: Path) -> None:
    key = first_key(ring, tmp_path)
    assert key
    assert (tmp_path / "first-key").read_text() == f"{key}\n"
    assert (tmp_path / "first-key").stat().st_mode & 0o777 == 0o600
    found = ring.find(key)
    assert found
    assert found.scopes == set(Scope)
    assert first_key(ring, tmp_path) is None


def test_a_first_key_that_cannot_be_written_is_revoked(ring: KeyRing, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="first-key cannot be written"):
        first_key(ring, tmp_path / "missing")
    assert ring.known() == []


def test_the_key_of_the_environment_is_valid_as_long_as_it_is_there(
    opened: Callable[[], KeyRing], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = opened()
    monkeypatch.setenv(BOOTSTRAP, "one-that-is-long-enough")
    assert first_key(ring, tmp_path) is None
    assert ring.find("one-that-is-long-enough")
    assert not (tmp_path / "first-key").exists()
    ring = opened()
    monkeypatch.setenv(BOOTSTRAP, "another-that-is-long-enough")
    first_key(ring, tmp_path)
    assert ring.find("one-that-is-long-enough") is None
    assert ring.find("another-that-is-long-enough")
    monkeypatch.setenv(BOOTSTRAP, "short")
    with pytest.raises(ConfigError, match="too short"):
        first_key(ring, tmp_path)


def test_a_front_makes_no_first_key_if_another_has_just_made_it(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    url = f"sqlite:///{tmp_path}/shared.sqlite"
    with (
        closing(KeyRing(RememberedKeys(SharedKeys(url), read_seconds=60))) as slow,
        closing(KeyRing(SharedKeys(url))) as fast,
    ):
        assert first_key(fast, tmp_path / "a")
        assert first_key(slow, tmp_path / "b") is None  # it has read that there is none
    assert not (tmp_path / "b" / "first-key").exists()


def test_a_front_whose_database_is_away_has_the_key_of_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = f"postgresql://nobody@/alerts?host={tmp_path}"
    with closing(KeyRing(RememberedKeys(SharedKeys(away)))) as ring:
        assert first_key(ring, tmp_path) is None
        monkeypatch.setenv(BOOTSTRAP, "one-that-is-long-enough")
        assert first_key(ring, tmp_path) is None
        assert ring.find("one-that-is-long-enough")
        with pytest.raises(StoreError, match="keys cannot be read: postgresql"):
            ring.find("another-that-is-long-enough")


def test_the_file_of_the_first_key_is_not_left_by_a_failure(tmp_path: Path) -> None:
    (tmp_path / "first-key").mkdir()
    with closing(KeyRing(FileKeys(tmp_path))) as ring:
        with pytest.raises(StoreError, match="first-key cannot be written"):
            first_key(ring, tmp_path)
        assert ring.known() == []
