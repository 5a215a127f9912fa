"""What becomes of stored records on a server is set like everything else on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.errors import ConfigError
from logtui.server.configuration import load_server_settings
from logtui.store import Store
from logtui.store.archive import is_archive, manifest_of
from logtui.store.shapes import SHAPE
from tests.server.running import Server, record, stored, wait_for

if TYPE_CHECKING:
    from pathlib import Path


def test_an_archive_without_a_limit_would_get_nothing() -> None:
    with pytest.raises(ConfigError, match="--archive needs --retention-age or --retention-size"):
        load_server_settings({"data": "/logs", "archive": "/old"}, {}, None)


def test_records_get_the_fields_of_the_labels_file(tmp_path: Path) -> None:
    labels = tmp_path / "labels.toml"
    labels.write_text('[labels]\nsite = "berlin"\n[pods."shop/api-1"]\nteam = "red"\n')
    with Server(tmp_path / "data", "--labels", str(labels)) as server:
        server.post([record(1), record(2, site="paris", namespace="shop", pod="api-1")])
        assert server.stop() == 0
    assert stored(server.folder, "@site") == ["berlin", "paris"]
    assert stored(server.folder, "@team") == [None, "red"]


def test_what_is_too_much_goes_into_the_archive_before_it_is_deleted(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    with Server(tmp_path / "data") as server:
        server.post([record(1), record(2)])
        assert server.stop() == 0
    with Server(tmp_path / "data", "--retention-size", "1", "--archive", str(archive)) as server:
        wait_for(lambda: is_archive(archive) and not stored(server.folder))
        assert server.stop() == 0
    assert sum(file.rows for file in manifest_of(archive).files) == 2


def test_what_is_young_and_fits_stays(tmp_path: Path) -> None:
    with Server(tmp_path / "data", "--retention-age", "1h", "--retention-size", "1GB") as server:
        server.post([record(1)])
        assert server.stop() == 0
    with Server(tmp_path / "data", "--retention-age", "1h") as server:
        assert server.stop() == 0
    assert stored(server.folder) == ["record 1"]


def test_raw_texts_that_are_rebuilt_are_as_they_were_sent(tmp_path: Path) -> None:
    sent = [
        b'{"timestamp": "2026-01-15T10:00:00.000Z", "message": "record %d", "code": %d}' % (n, n) for n in range(50)
    ]
    with Server(tmp_path / "data", "--raw", "rebuilt") as server:
        assert server.post(b"\n".join(sent)).status == 202
        assert server.stop() == 0
    assert stored(server.folder, "raw") == [text.decode() for text in sent]
    with Store(server.folder / "store") as store:
        assert all(SHAPE in segment.facts.columns for segment in store.segments())
