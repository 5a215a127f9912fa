"""A file takes its name once it is whole and on the disk."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from logtui.store.disk import whole_file

if TYPE_CHECKING:
    from pathlib import Path


def test_the_file_that_was_there_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_bytes(b"old")
    with whole_file(path) as target:
        target.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_forced_to_the_disk_does_not_take_its_name(tmp_path: Path) -> None:
    with (
        patch.object(os, "fsync", side_effect=OSError(errno.EIO, "Input/output error")),
        pytest.raises(OSError, match="Input/output error"),
        whole_file(tmp_path / "manifest.json") as target,
    ):
        target.write(b"new")
    assert list(tmp_path.iterdir()) == []
