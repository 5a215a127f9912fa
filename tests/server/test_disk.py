from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from logtui.errors import StoreError
from logtui.server.disk import Disk

if TYPE_CHECKING:
    from pathlib import Path


def test_a_disk_that_works_takes_records(tmp_path: Path) -> None:
    disk = Disk(tmp_path, 1)
    disk.check()
    assert disk.problem is None


def test_what_the_disk_has_refused_is_the_reason_until_a_probe_succeeds(tmp_path: Path) -> None:
    disk = Disk(tmp_path, 1)
    disk.refuse("no space")
    with pytest.raises(StoreError, match="no space"):
        disk.check()
    (tmp_path / "probe").mkdir()
    disk.look()
    assert "the disk refuses" in str(disk.problem)
    (tmp_path / "probe").rmdir()
    disk.look()
    disk.check()
    assert list(tmp_path.iterdir()) == []


def test_a_disk_with_little_left_is_full(tmp_path: Path) -> None:
    assert "full" in str(Disk(tmp_path, 1 << 60).problem)


def test_a_folder_that_is_gone_is_a_reason(tmp_path: Path) -> None:
    assert "the disk refuses" in str(Disk(tmp_path / "gone", 1).problem)
