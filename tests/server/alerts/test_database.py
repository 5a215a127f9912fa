from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from logtui.errors import AlertError
from logtui.server.alerts.database import AlertDatabase
from tests.alerts.keeping.examples import rule

if TYPE_CHECKING:
    from pathlib import Path

    from logtui.alerts.keeping.base import AlertStore


def test_the_store_is_opened_once_and_can_be_opened_again_after_it_was_closed(tmp_path: Path) -> None:
    database = AlertDatabase("", tmp_path / "alerts.sqlite")
    assert not database.exists
    found: list[AlertStore] = []
    threads = [threading.Thread(target=lambda: found.append(database.store())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1
    kept = found[0].add(rule(), 1)
    database.close()
    assert database.store().rules() == [kept]
    database.close()


def test_nothing_is_made_before_the_store_is_needed(tmp_path: Path) -> None:
    AlertDatabase("", tmp_path / "alerts.sqlite").close()
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_could_not_be_opened_is_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    database = AlertDatabase("", folder / "alerts.sqlite")
    with pytest.raises(AlertError, match="unable to open database file"):
        database.store()
    folder.mkdir()
    assert database.store().rules() == []
    database.close()
